"""Times that are offered, answered for by several parties in several zones, and agreed."""
