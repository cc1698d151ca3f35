"""Imported only where processes are forked (see forks): what they all begin with, without threads and connections."""

from __future__ import annotations

from tests import routes
from tests.journeys import child  # noqa: F401
from tests.schedules import replica  # noqa: F401

routes.learn()
