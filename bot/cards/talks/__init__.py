"""Draws planned talks, what they leave to do, pulses, and what people say about the provider's work."""
