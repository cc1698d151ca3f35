"""REMEMBERS: the only SQL in the house."""
