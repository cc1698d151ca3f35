"""A Teams invoke, decided, on disk and answered with the card, against a bare check of the token plus the same rows."""

from __future__ import annotations

from bench import click


def run() -> None:
    """SQLite first; PostgreSQL where it is installed."""
    click.run("teams")
