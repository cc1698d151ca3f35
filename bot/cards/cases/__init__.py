"""Drawings of cases and of what contacts ask about them."""
