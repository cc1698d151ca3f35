"""Migrations make exactly the tables the code knows, on both databases, once, and say what they cannot do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from storage import migrate
from storage.store import Store
from storage.tables import Client, Delivery, Identity, Person, Report, metadata
from storage.tables.types import core
from tests import databases
from tests.storage.test_frozen import FIGURES, report

NOW = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)


@pytest.fixture(params=databases.DIALECTS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes databases without a table."""
    made: list[Store] = []

    def make() -> Store:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path / f'empty{len(made)}.db'}"
        else:
            url = request.getfixturevalue("postgres").empty()
        made.append(Store(url))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def bare(empty: Callable[[], Store]) -> Store:
    """A database without a table."""
    return empty()


def test_the_migrated_schema_is_the_one_the_code_knows(bare: Store) -> None:
    assert migrate.current(bare) is None
    assert migrate.upgrade(bare) == (None, migrate.head())
    with bare.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrated_constraints_are_the_same_as_created_ones(empty: Callable[[], Store]) -> None:
    bare, store = empty(), empty()
    migrate.upgrade(bare)
    metadata.create_all(store.engine)

    def shape(one: Store) -> dict[str, object]:
        with one.read() as tx:
            look = inspect(tx)
            return {
                name: (
                    sorted(tuple(unique["column_names"]) for unique in look.get_unique_constraints(name)),
                    look.get_pk_constraint(name)["constrained_columns"],
                    sorted(
                        (*link["constrained_columns"], link["referred_table"]) for link in look.get_foreign_keys(name)
                    ),
                    [check["sqltext"] for check in look.get_check_constraints(name)],
                    [(column["name"], column["nullable"]) for column in look.get_columns(name)],
                )
                for name in look.get_table_names()
                if name != "alembic_version"
            }

    assert shape(bare) == shape(store)


def test_migrated_indexes_are_the_same_as_created_ones(empty: Callable[[], Store]) -> None:
    bare, store = empty(), empty()
    migrate.upgrade(bare)
    metadata.create_all(store.engine)

    def indexes(one: Store) -> dict[str, tuple[object, bool, list[str]]]:
        with one.read() as tx:
            look = inspect(tx)
            return {
                str(found["name"]): (found["column_names"], found["unique"], _words(found.get("dialect_options", {})))
                for name in look.get_table_names()
                for found in look.get_indexes(name)
                if name != "alembic_version"
            }

    assert indexes(bare) == indexes(store)
    assert any(where for _columns, _unique, where in indexes(store).values())


def _words(options: Mapping[str, object]) -> list[str]:
    return [str(where) for name, where in options.items() if name.endswith("_where")]


def test_migrating_twice_changes_nothing(bare: Store) -> None:
    migrate.upgrade(bare)
    assert migrate.upgrade(bare) == (migrate.head(), migrate.head())
    assert migrate.current(bare) == migrate.head()


def test_replicas_that_start_together_migrate_once(bare: Store) -> None:
    answers: list[tuple[str | None, str]] = []
    threads = [threading.Thread(target=lambda: answers.append(migrate.upgrade(bare))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == sorted(
        [(None, migrate.head()), *[(migrate.head(), migrate.head())] * 2], key=str
    )


def test_a_database_of_a_newer_program_is_left_alone(bare: Store) -> None:
    migrate.upgrade(bare)
    with bare.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    with pytest.raises(migrate.Newer, match="9999_future"):
        migrate.upgrade(bare)


def test_a_migration_that_fails_leaves_nothing_half_done(bare: Store) -> None:
    with bare.write() as tx:
        tx.execute(text("CREATE TABLE vote (id TEXT)"))
    with pytest.raises(Exception, match="vote"):
        migrate.upgrade(bare)
    with bare.read() as tx:
        assert inspect(tx).get_table_names() == ["vote"]


def moved(store: Store, revision: str) -> None:
    """Back or on to a revision."""
    from alembic import command

    with store.write() as tx:
        config = migrate._config()
        config.attributes["connection"] = tx
        (command.downgrade if migrate._revision(tx) == migrate.head() else command.upgrade)(config, revision)


def test_downgrading_leaves_an_empty_database(bare: Store) -> None:
    migrate.upgrade(bare)
    moved(bare, "base")
    with bare.read() as tx:
        assert inspect(tx).get_table_names() == ["alembic_version"]


def test_deliveries_keep_what_they_say_and_that_there_is_one_of_each_whatever_their_indexes_are(bare: Store) -> None:
    moved(bare, "0009_figures")
    with bare.write() as tx:
        who = {"id": "prs_1", "name": "A", "language": "en", "preferred_channel": "chat", "state": "active"}
        nothing = dict.fromkeys(("title", "email", "phone", "timezone"), "")
        tx.execute(insert(core(Person)).values(**who, **nothing, ask_last=False))
        account = {"id": "idn_1", "person_id": "prs_1", "platform": "slack", "org": "T0", "user": "U1"}
        tx.execute(insert(core(Identity)).values(**account, address="", reachable=True, linked=True))

    def card(**more: object) -> dict[str, object]:
        to = {"subject": "notice:1", "purpose": "notice", "identity_id": "idn_1", "person_id": "prs_1"}
        return {**to, "lane": "slack:T0", "due_at": NOW, "created_at": NOW, "message": {"ts": "1"}, **more}

    def kept() -> list[tuple[object, ...]]:
        with bare.read() as tx:
            return [tuple(row) for row in tx.execute(select(core(Delivery)).order_by(core(Delivery).c.id))]

    with bare.write() as tx:
        tx.execute(insert(core(Delivery)), [card(id="dlv_1"), card(id="dlv_2", purpose="update:1")])
    before = kept()
    for revision in ("head", "0009_figures", "head"):
        moved(bare, revision)
        assert kept() == before
        with pytest.raises(IntegrityError), bare.write() as tx:
            tx.execute(insert(core(Delivery)).values(card(id="dlv_3")))
        with pytest.raises(IntegrityError), bare.write() as tx:
            tx.execute(insert(core(Delivery)).values(card(id="dlv_3", purpose="other", identity_id="idn_none")))


def test_figures_from_before_they_were_text_are_read_after_it_and_new_ones_before_it(bare: Store) -> None:
    json_of = {"sqlite": (":whole", "json_extract(figures, '$.opened')")}
    value, opened = json_of.get(bare.dialect, ("CAST(:whole AS jsonb)", "figures->>'opened'"))
    moved(bare, "0008_compression")
    old = report("rpt_old", "2026-W24")
    del old["figures"]
    with bare.write() as tx:
        tx.execute(insert(core(Client)).values(id="cli_1", slug="a", code="A", name="A", timezone="UTC", policy={}))
        said = f"INSERT INTO report ({', '.join([*old, 'figures'])}) VALUES (:{', :'.join(old)}, {value})"
        tx.execute(text(said), {**old, "whole": json.dumps(FIGURES)})
    migrate.upgrade(bare)
    with bare.write() as tx:
        assert [row.figures for row in tx.execute(select(core(Report)))] == [FIGURES]
        tx.execute(insert(core(Report)), [report("rpt_new", "2026-W25")])
    moved(bare, "0008_compression")
    with bare.read() as tx:
        found = tx.execute(text(f"SELECT id, {opened} FROM report ORDER BY id")).all()
    assert [(id_, int(said)) for id_, said in found] == [("rpt_new", 2), ("rpt_old", 2)]
