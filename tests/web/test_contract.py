"""The REST interface against its own OpenAPI document: generated requests, never a 5xx, every answer as documented."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from storage.store import Store
from tests.web.house import build
from tests.web.planned import SATURDAY, SUNDAY

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
    ignored_auth,
]
KNOWN = {"Authorization": "Bearer token-all"}


OPERATIONS = [
    "GET /api/v1/approvals",
    "POST /api/v1/approvals",
    "GET /api/v1/approvals/{id}",
    "PATCH /api/v1/approvals/{id}",
    "POST /api/v1/approvals/{id}/withdraw",
    "POST /api/v1/approvals/{id}/fulfil",
    "POST /api/v1/approvals/{id}/answer",
    "POST /api/v1/approvals/{id}/remind",
    "POST /api/v1/approvals/{id}/settle-mistake",
    "GET /api/v1/blackouts",
    "POST /api/v1/blackouts",
    "GET /api/v1/blackouts/{id}",
    "DELETE /api/v1/blackouts/{id}",
    "GET /api/v1/preferred-times",
    "POST /api/v1/preferred-times",
    "GET /api/v1/preferred-times/{id}",
    "DELETE /api/v1/preferred-times/{id}",
    "GET /api/v1/calendar",
    "POST /api/v1/calendar/replace",
    "POST /api/v1/cases:batch",
    "GET /api/v1/cases",
    "GET /api/v1/cases/{id}",
    "GET /api/v1/clients",
    "GET /api/v1/clients/{slug}/policy",
    "PUT /api/v1/clients/{slug}/policy",
    "GET /api/v1/contacts",
    "GET /api/v1/downtimes",
    "POST /api/v1/downtimes",
    "GET /api/v1/downtimes/{id}",
    "PATCH /api/v1/downtimes/{id}",
    "POST /api/v1/downtimes/{id}/send",
    "POST /api/v1/downtimes/{id}/offer",
    "POST /api/v1/downtimes/{id}/take",
    "POST /api/v1/downtimes/{id}/decline",
    "POST /api/v1/downtimes/{id}/withdraw",
    "POST /api/v1/downtimes/{id}/remind",
    "POST /api/v1/downtimes/{id}/start",
    "POST /api/v1/downtimes/{id}/extend",
    "POST /api/v1/downtimes/{id}/finish",
    "POST /api/v1/downtimes/{id}/complete",
    "POST /api/v1/downtimes/{id}/postpone",
    "POST /api/v1/downtimes/{id}/cancel",
    "GET /api/v1/journal",
    "GET /api/v1/notices",
    "POST /api/v1/notices",
    "GET /api/v1/notices/{id}",
    "PATCH /api/v1/notices/{id}",
    "GET /api/v1/notices/{id}/receipts",
    "POST /api/v1/notices/{id}/send",
    "POST /api/v1/notices/{id}/updates",
    "POST /api/v1/notices/{id}/resolve",
    "POST /api/v1/notices/{id}/reopen",
    "POST /api/v1/notices/{id}/cancel",
    "POST /api/v1/notices/{id}/root_cause",
    "POST /api/v1/notices/{id}/remind",
    "POST /api/v1/notices/{id}/acknowledgements",
    "GET /api/v1/touchpoints",
    "POST /api/v1/touchpoints",
    "GET /api/v1/touchpoints/{id}",
    "POST /api/v1/touchpoints/{id}/offer",
    "POST /api/v1/touchpoints/{id}/agree",
    "POST /api/v1/touchpoints/{id}/agenda",
    "POST /api/v1/touchpoints/{id}/hold",
    "POST /api/v1/touchpoints/{id}/miss",
    "POST /api/v1/touchpoints/{id}/skip",
    "POST /api/v1/touchpoints/{id}/actions",
    "POST /api/v1/touchpoints/{id}/records",
    "POST /api/v1/touchpoints/{id}/close",
    "GET /api/v1/feedback",
    "GET /api/v1/feedback/{id}",
    "GET /api/v1/reports",
    "GET /api/v1/reports/{id}",
    "POST /api/v1/reports/{id}/hold",
    "POST /api/v1/reports/{id}/release",
    "POST /api/v1/reports/{id}/regenerate",
    "POST /api/v1/reports/{id}/correct",
    "POST /api/v1/health-checks",
]


Operations = dict[str, schemathesis.APIOperation]


@pytest.fixture(scope="module")
def operations(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operations]:
    """The documented operations of one house, which all the requests here go to."""
    path = tmp_path_factory.mktemp("contract") / "keyline.db"
    shutil.copy(seeded, path)
    store = Store(f"sqlite:///{path}")
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", build(store).app)
    yield {found.ok().label: found.ok() for found in document.get_all_operations()}
    store.close()


def test_every_operation_is_tried(operations: Operations) -> None:
    assert sorted(operations) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_sent_is_answered_as_documented(
    operations: Operations, label: str, mode: schemathesis.GenerationMode
) -> None:
    @settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operations[label].as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        if isinstance(case.body, dict) and isinstance(case.body.get("client"), str):
            case.body["client"] = "marlow-finch"  # else every request ends at a client that does not exist
        if isinstance(case.body, dict) and isinstance(case.body.get("clients"), list):
            case.body["clients"] = ["marlow-finch"]
        if isinstance(case.body, dict) and isinstance(case.body.get("windows"), list):
            case.body["windows"] = [SATURDAY, SUNDAY][: len(case.body["windows"])]  # else all of them are long past
        if isinstance(case.body, dict) and isinstance(case.body.get("cases"), list):
            for row in case.body["cases"]:
                if isinstance(row, dict):
                    row["client"] = "marlow-finch"
        case.call_and_validate(headers=KNOWN, checks=CHECKS)

    send()
