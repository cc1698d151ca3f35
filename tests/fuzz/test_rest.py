"""Generated REST calls against the real house: as documented, never a 5xx, and no effect the token does not allow."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from bot.web.callers import digest_of
from handlers.commands import CaseRow, CreateToken, PutBlackout, PutCases, RaiseDowntime, RaiseNotice, System, Window
from tests.fuzz.house import Fuzzed, fuzzed
from tests.fuzz.outside import Outside
from tests.fuzz.watch import Watch

pytestmark = pytest.mark.xdist_group("rest")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]
"""Left out: positive_data_acceptance (whom a client knows and what its policy asks for is no matter of a schema), and
those for addresses whose things are deleted or made one after the other."""

EXAMPLES = max(8, int(os.environ.get("KEYLINE_FUZZ", "0")) // 200)
CLIENT = "marlow-finch"
CLIENTS = (CLIENT, "cedar-ridge", "northgate")
SCOPES = ("approvals:write", "policies:write", "notices:write", "downtimes:write", "cases:write", "read")
TABLES = {"/notices": "notice", "/downtimes": "downtime", "/blackouts": "blackout", "/cases": "support_case"}
TIMES = (
    Window(datetime(2026, 6, 27, 22, tzinfo=UTC), datetime(2026, 6, 28, 2, tzinfo=UTC)),
    Window(datetime(2026, 6, 28, 10, tzinfo=UTC), datetime(2026, 6, 28, 14, tzinfo=UTC)),
)
BOUND = {"Authorization": "Bearer token-bound"}


@dataclass
class Api:
    """The documented operations, the house behind them, and who looks at it."""

    operations: dict[str, schemathesis.APIOperation]
    fuzz: Fuzzed
    watch: Watch

    def ids(self, label: str) -> list[str]:
        """The ids of what an operation is about, of this client, of others and of several."""
        table = next((table for path, table in TABLES.items() if path in label), "approval_request")
        return [row.id for row in self.fuzz.rows(f"SELECT id FROM {table} ORDER BY id")]


@pytest.fixture(scope="module")
def api(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One house for all the calls here, with a token that is bound to one client."""
    path = tmp_path_factory.mktemp("rest") / "keyline.db"
    shutil.copy(sqlite_template, path)
    with pytest.MonkeyPatch.context() as monkeypatch, asyncio.Runner() as runner:
        Outside(1).replace(monkeypatch)
        opened = fuzzed(f"sqlite:///{path}", monkeypatch)
        fuzz = runner.run(opened.__aenter__())
        runner.run(fuzz.do(System("test"), CreateToken("bound", digest_of("token-bound"), SCOPES, CLIENT)))
        for clients in ((CLIENT,), ("cedar-ridge",), (CLIENT, "northgate"), (CLIENT,)):
            told = RaiseNotice("outage", clients, 2, "E-mail", f"Mail of only-{clients[-1]} is late.", send=True)
            assert runner.run(fuzz.do("Sofia Marchetti", told)) is not None
        for client in (CLIENT, CLIENT, "cedar-ridge", "northgate"):
            said = f"No network at only-{client}."
            planned = RaiseDowntime("Switches", said, TIMES, client=client, override="They agreed.", send=True)
            assert runner.run(fuzz.do("Sofia Marchetti", planned)) is not None
        for client in (CLIENT, "northgate"):
            closed = PutBlackout("Month's end.", client, weekday=0, from_wall="07:00", until_wall="12:00")
            assert runner.run(fuzz.do("Sofia Marchetti", closed)) is not None
        opened_at = datetime(2026, 6, 8, 12, tzinfo=UTC)
        reported = (CaseRow(f"CASE-{n}", client, f"Of only-{client}.", opened_at) for n, client in enumerate(CLIENTS))
        runner.run(fuzz.do(System("test"), PutCases(tuple(reported))))
        fuzz.house.web.router.lifespan_context = _nothing_by_itself
        document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", fuzz.house.web)
        found = {one.ok().label: one.ok() for one in document.get_all_operations()}
        yield Api(found, fuzz, Watch(fuzz.house.store, fuzz.house.clock.now))
        runner.run(opened.__aexit__(None, None, None))


@asynccontextmanager
async def _nothing_by_itself(_app: object) -> AsyncIterator[None]:
    """In place of the courier and the clock: they would go on with what is owed to other clients meanwhile."""
    yield


def labels() -> list[str]:
    """Every documented operation, known before there is a house: a new one has to be named in the contract's test."""
    from tests.web.test_contract import OPERATIONS

    return OPERATIONS


@pytest.mark.parametrize("mode", [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", labels())
def test_a_bound_token_gets_documented_answers_and_touches_no_other_client(
    api: Api, label: str, mode: schemathesis.GenerationMode
) -> None:
    others, votes, ids = api.watch.others(CLIENT), dict(api.watch.votes), api.ids(label)

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=api.operations[label].as_strategy(generation_mode=mode), choice=st.integers(0, 10_000))
    def send(case: schemathesis.Case, choice: int) -> None:
        if mode is schemathesis.GenerationMode.POSITIVE:
            _lead_somewhere(case, choice, ids)
        case.call_and_validate(headers=BOUND, checks=CHECKS)

    send()
    api.watch.look_again()
    assert api.watch.votes == votes, "a decision came through REST"
    assert api.watch.others(CLIENT) == others, "another client was touched"


@pytest.mark.parametrize("label", labels())
def test_a_stranger_is_told_nothing_and_changes_nothing(api: Api, label: str) -> None:
    before, ids = api.watch.others(None), api.ids(label)

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(
        case=api.operations[label].as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE),
        choice=st.integers(0, 10_000),
        bearer=st.sampled_from(("", "Bearer", "Bearer x", "Basic token-bound", "bearer  ", "Bearer token-bound x")),
    )
    def send(case: schemathesis.Case, choice: int, bearer: str) -> None:
        _lead_somewhere(case, choice, ids)
        answer = case.call(headers={"Authorization": bearer} if bearer else {})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")

    send()
    assert api.watch.others(None) == before


def test_what_was_done_meanwhile_holds(api: Api) -> None:
    api.watch.settle()
    assert api.fuzz.draw_all() > 0


def _lead_somewhere(case: schemathesis.Case, choice: int, ids: list[str]) -> None:
    """Names things there are, of this client and of others: else every call ends at a 404."""
    slugs = ("marlow-finch", "marlow-finch", "cedar-ridge", "northgate")
    if "id" in case.path_parameters and choice % 5:
        case.path_parameters["id"] = ids[choice % len(ids)]
    if "slug" in case.path_parameters and choice % 5:
        case.path_parameters["slug"] = slugs[choice % 4]
    body: Any = case.body
    if isinstance(body, dict) and isinstance(body.get("client"), str) and choice % 5:
        body["client"] = slugs[choice % 4]
    if isinstance(body, dict) and isinstance(body.get("clients"), list) and choice % 5:
        body["clients"], body["locations"] = [slugs[choice % 4]], []
    if isinstance(body, dict) and isinstance(body.get("windows"), list) and choice % 5:
        day = 1 + choice % 28
        body["windows"] = [{"start": f"2026-07-{day:02d}T22:00:00Z", "end": f"2026-07-{day:02d}T23:00:00Z"}]
        body["override"] = "The vendor insists." if choice % 3 else ""
    if isinstance(body, dict) and isinstance(body.get("cases"), list) and choice % 5:
        for number, row in enumerate(one for one in body["cases"] if isinstance(one, dict)):
            row["client"] = slugs[(choice + number) % 4]
            row["external_id"] = f"CASE-{number % 4}"
    if isinstance(body, dict) and body.get("replaces") and choice % 2:
        body["replaces"] = ids[choice % len(ids)]
