"""Ratios against floors and peers, each measured beside its floor in the same run: `python -m bench NAME`."""
