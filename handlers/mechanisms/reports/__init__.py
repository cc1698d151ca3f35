"""Reports: figures frozen at a moment, held or let go by the provider, reviewed or doubted by the client."""
