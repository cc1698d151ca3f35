"""The office of the handlers' tests, and a calendar that fetches over HTTP."""

from tests.handlers.conftest import office, seeded_file, seeded_postgres

__all__ = ["office", "seeded_file", "seeded_postgres"]
