"""The pictures of reports: what one shows, its signed address, how it is drawn and kept."""
