"""Planned talks: how a time is found for one, what it is about, what it leaves to do."""
