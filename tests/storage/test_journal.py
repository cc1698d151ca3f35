"""The journal's chains: they hold, and whatever is changed, removed, moved or put in is found."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import text

from storage import journal
from storage.store import Store, Tx

AT = datetime(2026, 6, 8, 9, 5, tzinfo=timezone(timedelta(hours=-4)))


def write(store: Store, count: int = 5, chain: str = "cli_mf") -> None:
    with store.write() as tx:
        for number in range(1, count + 1):
            journal.append(
                tx,
                chain=chain,
                at=AT + timedelta(minutes=number),
                what="approval.approve",
                actor="Dana Whitlock",
                subject=f"approval:apr_{number}",
                person_id="per_dana",
                identity="slack/T0MF/U0DANA",
                channel="slack",
                version=1,
                before={"state": "pending"},
                after={"state": "approved", "number": number},
                request_hash="ab12",
            )


def breaks(store: Store, chain: str = "cli_mf") -> list[journal.Break]:
    with store.read() as tx:
        return journal.verify(tx, chain)


def tamper(store: Store, statement: str, **values: Any) -> None:
    with store.write() as tx:
        tx.execute(text(statement), values)


def test_a_chain_holds_as_written_and_each_client_has_its_own(store: Store) -> None:
    write(store)
    write(store, 2, "cli_cr")
    assert breaks(store) == [] and breaks(store, "cli_cr") == [] and breaks(store, "nobody") == []
    with store.read() as tx:
        assert journal.chains(tx) == ["cli_cr", "cli_mf"]
        assert journal.end(tx, "cli_mf")[0] == 5
        assert [entry["position"] for entry in journal.export(tx, "cli_mf")] == [1, 2, 3, 4, 5]


CHANGES = {
    "chain": None,
    "position": None,
    "at": None,
    "what": "'approval.reject'",
    "subject": "'approval:apr_9'",
    "actor": "'Somebody Else'",
    "person_id": "NULL",
    "identity": "'slack/T0MF/U0OTHER'",
    "channel": "'teams'",
    "version": "2",
    "before": """'{"state": "expired"}'""",
    "after": """'{"state": "approved", "number": 4}'""",
    "request_hash": "'ab13'",
    "previous": "'00'",
}


def test_every_sealed_field_is_among_the_changes_tried() -> None:
    assert set(CHANGES) == set(journal.SEALED)


@pytest.mark.parametrize("field", [name for name, value in CHANGES.items() if value])
def test_a_changed_field_is_found_at_its_entry(store: Store, field: str) -> None:
    write(store)
    cast = "CAST({} AS JSONB)" if store.dialect == "postgresql" and field in ("before", "after") else "{}"
    tamper(store, f'UPDATE journal SET "{field}" = {cast.format(CHANGES[field])} WHERE position = 3')
    assert breaks(store)[0].position == 3


def test_a_moved_moment_is_found(store: Store) -> None:
    write(store)
    with store.write() as tx:
        tx.execute(journal._entries.update().where(journal._entries.c.position == 3).values(at=datetime.now(UTC)))
    assert [found.position for found in breaks(store)] == [3]


def test_a_changed_entry_with_a_freshly_made_hash_breaks_the_next_one(store: Store) -> None:
    write(store)
    with store.write() as tx:
        row = dict(tx.execute(journal._entries.select().where(journal._entries.c.position == 3)).mappings().one())
        row["actor"] = "Somebody Else"
        forged = journal.seal(row)
        tx.execute(
            journal._entries.update().where(journal._entries.c.position == 3).values(actor="Somebody Else", hash=forged)
        )
    assert [found.position for found in breaks(store)] == [4]


@pytest.mark.parametrize(("gone", "said"), [("1", "entry 1 is missing"), ("2, 3", "entry 2 to 3 is missing")])
def test_a_removed_entry_is_found(store: Store, gone: str, said: str) -> None:
    write(store)
    tamper(store, f"DELETE FROM journal WHERE position IN ({gone})")
    assert breaks(store)[0].sentence == said


def test_removed_last_entries_are_found(store: Store) -> None:
    write(store)
    tamper(store, "DELETE FROM journal WHERE position > 3")
    assert [(found.position, found.sentence) for found in breaks(store)] == [
        (4, "the last entries are missing: the chain goes on to 5")
    ]


def test_a_head_set_back_is_found(store: Store) -> None:
    write(store)
    tamper(store, "UPDATE journal_head SET position = 4")
    assert {found.position for found in breaks(store)} == {0, 5}
    tamper(store, "DELETE FROM journal_head")
    assert {found.position for found in breaks(store)} == {1, 2, 3, 4, 5}


def test_a_changed_head_is_found(store: Store) -> None:
    write(store)
    tamper(store, "UPDATE journal_head SET hash = 'ff'")
    assert [found.position for found in breaks(store)] == [0]


def test_reordered_entries_are_found(store: Store) -> None:
    write(store)
    for now, then in ((2, -1), (3, 2), (-1, 3)):
        tamper(store, "UPDATE journal SET position = :then WHERE position = :now", now=now, then=then)
    assert {2, 3} <= {found.position for found in breaks(store)}


def test_an_entry_put_in_between_is_found(store: Store) -> None:
    write(store)
    with store.write() as tx:
        for now in (5, 4, 3):
            tx.execute(text("UPDATE journal SET position = :then WHERE position = :now"), {"now": now, "then": now + 1})
        row = dict(tx.execute(journal._entries.select().where(journal._entries.c.position == 2)).mappings().one())
        row |= {"position": 3, "previous": row["hash"], "what": "approval.reject"}
        del row["id"]
        tx.execute(journal._entries.insert(), row | {"hash": journal.seal(row)})
        tx.execute(text("UPDATE journal_head SET position = 6"))
    assert 4 in {found.position for found in breaks(store)}


def test_an_entry_moved_to_another_clients_chain_is_found_in_both(store: Store) -> None:
    write(store, 3)
    write(store, 2, "cli_cr")
    tamper(store, "UPDATE journal SET chain = 'cli_cr' WHERE chain = 'cli_mf' AND position = 3")
    assert breaks(store) and breaks(store, "cli_cr")


def test_whatever_is_written_reads_back_with_the_same_hash(store: Store) -> None:
    odd: dict[str, Any] = {
        "float": 0.1 + 0.2,
        "huge": 1e22,
        "int": 2**70,
        "nan": float("nan"),
        "text": "Ærø \u2028 \x00 \ud800 𝔘 \\u0000",
        "list": [1, (2, 3), {"b", "a"}],
        "at": AT,
        "day": date(2026, 6, 8),
        "nested": {"z": None, "a": {"é\x00": True}},
        1: "a key that is a number",
    }
    with store.write() as tx:
        journal.append(tx, chain="msp", at=AT, what="x\x00", actor="\ud83d", after=odd, before={"é": 1, "a": 2})
    assert breaks(store, "msp") == []
    with store.read() as tx:
        (entry,) = journal.export(tx, "msp")
    assert entry["at"] == "2026-06-08T13:05:00.000000Z"
    assert entry["after"]["float"] == "0.30000000000000004" and entry["after"]["at"] == "2026-06-08T13:05:00.000000Z"


def test_a_rolled_back_entry_leaves_no_trace(store: Store) -> None:
    write(store, 2)

    def fails(tx: Tx) -> None:
        journal.append(tx, chain="cli_mf", at=AT, what="x", actor="y")
        raise RuntimeError

    with pytest.raises(RuntimeError), store.write() as tx:
        fails(tx)
    write(store, 1)
    assert breaks(store) == []


def test_many_writers_make_one_unbroken_chain(store: Store) -> None:
    threads = [threading.Thread(target=lambda: [write(store, 1) for _ in range(5)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert breaks(store) == []
    with store.read() as tx:
        assert journal.end(tx, "cli_mf")[0] == 30


def test_a_naive_moment_is_refused(store: Store) -> None:
    with store.write() as tx, pytest.raises(ValueError, match="zone"):
        journal.append(tx, chain="msp", at=datetime(2026, 6, 8), what="x", actor="y")  # noqa: DTZ001
