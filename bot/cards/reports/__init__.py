"""Draws reports: the reader's card, the cases behind it, the reminder, the provider's desk, the board of all."""
