"""What HTTP callers meet: health, metrics, the REST interface, the console."""
