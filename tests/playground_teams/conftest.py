"""The stage as a fixture."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.playground_teams.house import Stage, on_stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with on_stage() as built:
        yield built
