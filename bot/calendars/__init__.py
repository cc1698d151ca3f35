"""Downtimes as calendars: what an event says, how it is written, and the signed addresses it is fetched from."""
