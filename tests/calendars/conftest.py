"""The office of the handlers' tests, and a calendar that fetches over HTTP."""

from tests.handlers.conftest import office

__all__ = ["office"]
