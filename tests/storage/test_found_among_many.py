"""Of thousands of rows a press looks at its own, whether or not the database has noticed how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg.sql import SQL as Sql
from sqlalchemy import insert, text

from storage.libpq import Line
from storage.prepared import Prepared
from storage.queries import audiences, directory, notice_parts
from storage.store import Store, Tx
from storage.tables import metadata

NOW = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)
CLIENTS, CONTACTS, STAFF = 500, 4, 20
READERS = CLIENTS * CONTACTS
PERSON = {
    **dict.fromkeys(("title", "email", "phone"), ""),
    "language": "en",
    "timezone": "UTC",
    "preferred_channel": "chat",
    "ask_last": False,
    "state": "active",
}
CLIENT = {"timezone": "UTC", "policy": {}}
FEW = {"client": 40, "person": 40, "staff_assignment": 40, "relay": 20}
NOTHING, SOME, KNOWN = "nothing is known of them", "a few were known", "they are known"


@pytest.fixture(params=[NOTHING, SOME, KNOWN])
def full(store: Store, request: pytest.FixtureRequest) -> Store:
    """Two of twenty work for each client, and everybody there drafts words for the staff."""
    people = [{"id": f"prs_{n:05}", "client_id": f"cli_{n % CLIENTS:03}"} for n in range(READERS)]
    staff = [{"id": f"prs_of_us_{n:02}", "client_id": None} for n in range(STAFF)]
    rows: dict[str, list[dict[str, Any]]] = {
        "client": [
            {**CLIENT, "id": f"cli_{n:03}", "slug": f"c{n}", "code": f"C{n}", "name": f"C{n}"} for n in range(CLIENTS)
        ],
        "person": [{"name": one["id"], **PERSON, **one} for one in staff + people],
        "staff_assignment": [
            {
                "id": f"stf_{client:03}_{role}",
                "person_id": f"prs_of_us_{(client + place) % STAFF:02}",
                "client_id": f"cli_{client:03}",
                "role": role,
                "technology": "",
            }
            for client in range(CLIENTS)
            for place, role in enumerate(("csm", "engineer"))
        ],
        "relay": [
            {"id": f"rly_{n:05}", "person_id": one["id"], "client_id": one["client_id"], "created_at": NOW}
            | {"subject": "notice:ntc_1", "number": 0, "text": "W", "state": "draft", "edited": False, "place": ""}
            for n, one in enumerate(people)
        ],
    }
    with store.write() as tx:
        add(tx, {table: values[: FEW[table]] for table, values in rows.items()})
        if store.dialect == "postgresql":
            tx.execute(text("DELETE FROM pg_statistic"))  # what the tests before have left
        if request.param == SOME:
            tx.execute(text("ANALYZE"))
        add(tx, {table: values[FEW[table] :] for table, values in rows.items()})
        if request.param == KNOWN:
            tx.execute(text("ANALYZE"))
    return store


def add(tx: Tx, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    for table, values in rows.items():
        tx.execute(insert(metadata.tables[table]), values)


def looked_at(tx: Tx, statement: Prepared, table: str, **values: Any) -> float:
    """How many rows of a table a statement looks at; SQLite only tells whether those are all of them."""
    made = statement._make(tx.dialect)
    given = {**made.fixed, **values}
    given |= {name: convert(given[name]) for name, convert in made.bind}
    parameters = [given[name] for name in made.names]
    if tx.dialect.name == "sqlite":
        plan = tx.connection.cursor().execute(f"EXPLAIN QUERY PLAN {made.sql}", parameters).fetchall()
        scans = [line for *_, line in plan if line.startswith(f"SCAN {table}")]
        return float("inf") if scans else 0
    found = _planned_once(Line.of(tx), made.sql, parameters)
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in _nodes(found["Plan"])
        if node.get("Relation Name") == table
    )


def _planned_once(line: Line, sql: str, parameters: list[Any]) -> Mapping[str, Any]:
    """As PostgreSQL does what it is asked often: by one plan for whatever is asked for."""
    line.hush()
    cursor = line._driver.cursor()
    cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE asked AS {sql}")
    given = Sql(", ").join(parameters).as_string(cursor)
    ((((found,),),),) = (cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked({given})").fetchall(),)
    cursor.execute("DEALLOCATE asked")
    return found


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def test_whoever_acknowledges_sees_the_own_draft_without_a_look_at_everybody_elses(full: Store) -> None:
    with full.read() as tx:
        assert [row.id for row in notice_parts.relays_for(tx, "ntc_1", {"prs_00042"})] == ["rly_00042"]
        mine = looked_at(tx, notice_parts.RELAYS_OF_ONE, "relay", subject="notice:ntc_1", person="prs_00042")
        assert mine <= 1


def test_who_works_for_a_client_is_found_without_a_look_at_everybody(
    full: Store, request: pytest.FixtureRequest
) -> None:
    known = request.node.callspec.params["full"] == KNOWN
    with full.read() as tx:
        assert {row.person_id for row in audiences.duties(tx, ["cli_007"])} == {"prs_of_us_07", "prs_of_us_08"}
        for statement, values in (
            (audiences.DUTIES[False], {"ids": ["cli_007"]}),
            (directory.DUTIES, {"client": "cli_007"}),
        ):
            if known:  # a table of which little is known is read whole where that seems quicker
                assert looked_at(tx, statement, "staff_assignment", **values) <= 2
            assert looked_at(tx, statement, "person", **values) <= 2
