"""DECIDES: platform-free, synchronous, no I/O and no clock of its own."""
