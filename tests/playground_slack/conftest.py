"""One house a test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.playground_slack.house import House, living


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with living() as found:
        yield found
