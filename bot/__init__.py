"""SPEAKS: everything that touches the outside world."""
