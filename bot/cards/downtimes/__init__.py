"""Draws downtimes: times on offer, what offices say to them, the agreed window and what becomes of it."""
