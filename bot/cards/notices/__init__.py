"""Cards and forms of notices: what key contacts read, what the provider watches, what the staff is told."""
