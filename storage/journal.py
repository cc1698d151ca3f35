"""The append-only journal: one hash chain a client, so that a changed, removed, moved or invented entry is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared
from storage.rowsets import Rowset
from storage.store import Tx
from storage.tables import JournalEntry, JournalHead

PROVIDER_CHAIN = "msp"
"""The chain of what belongs to no client."""

_entries = JournalEntry.__table__  # type: ignore[attr-defined]
_heads = JournalHead.__table__  # type: ignore[attr-defined]

_lock_head = Prepared(
    select(_heads.c.position, _heads.c.hash).where(_heads.c.chain == bindparam("chain_")).with_for_update()
)  # SQLite has no row locks: its writer already holds the whole file
_first_head = {
    "postgresql": postgresql.insert(_heads).values(position=0, hash="").on_conflict_do_nothing(),
    "sqlite": sqlite.insert(_heads).values(position=0, hash="").on_conflict_do_nothing(),
}
_move_head = Prepared(
    update(_heads)
    .where(_heads.c.chain == bindparam("chain_"))
    .values(position=bindparam("position_"), hash=bindparam("hash_"))
)
_SAID = [column.name for column in _entries.c if column.name != "id"]
# inline: nobody asks for the number that PostgreSQL gives the row, and it is not to be brought back
_add = Prepared(insert(_entries).inline().values({name: bindparam(name) for name in _SAID}))
_ADD_ALL = Rowset.insert(_entries, _SAID, lambda insert: insert.inline())
_MOVE_HEADS = Rowset(
    _heads,
    ("chain", "position", "hash"),
    lambda rows, _: (
        update(_heads).where(_heads.c.chain == rows.c["chain"]).values(position=rows.c["position"], hash=rows.c["hash"])
    ),
)
_LOCK_HEADS = Prepared.with_lists(
    lambda one_of: (
        select(_heads.c.chain, _heads.c.position, _heads.c.hash)
        .where(one_of(_heads.c.chain, "chains"))
        .order_by(_heads.c.chain)
        .with_for_update()
    )
)
_head = select(_heads.c.position, _heads.c.hash).where(_heads.c.chain == bindparam("chain_"))
_of_chain = (
    select(_entries)
    .where(_entries.c.chain == bindparam("chain_"), _entries.c.position <= bindparam("until_"))
    .order_by(_entries.c.position, _entries.c.id)
)
_beyond = (  # one statement, one snapshot: an entry appended meanwhile brings its head along
    select(_entries.c.position)
    .select_from(_entries.outerjoin(_heads, _heads.c.chain == _entries.c.chain))
    .where(_entries.c.chain == bindparam("chain_"), _entries.c.position > func.coalesce(_heads.c.position, 0))
    .order_by(_entries.c.position)
)
_chains = select(_heads.c.chain).union(select(_entries.c.chain))

SEALED = (
    "chain",
    "position",
    "at",
    "what",
    "subject",
    "actor",
    "person_id",
    "identity",
    "channel",
    "version",
    "before",
    "after",
    "request_hash",
    "previous",
)
"""What an entry's hash covers: everything but the row's own number and the hash itself."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
_PAGE = 500


@dataclass(frozen=True)
class Break:
    """One place where a chain does not hold. `position` 0 means the chain's head itself."""

    chain: str
    position: int
    sentence: str


@dataclass(frozen=True)
class Line:
    """What is to be written, as in `append`."""

    chain: str
    at: datetime
    what: str
    actor: str
    subject: str = ""
    person_id: str | None = None
    identity: str = ""
    channel: str = ""
    version: int | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    request_hash: str = ""


def append(
    tx: Tx,
    *,
    chain: str,
    at: datetime,
    what: str,
    actor: str,
    subject: str = "",
    person_id: str | None = None,
    identity: str = "",
    channel: str = "",
    version: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    request_hash: str = "",
) -> None:
    """Adds one entry to the end of `chain` (a client's id, or "msp").

    Locks the chain's head until the transaction ends, so call it last. `at` is aware. Values in `before` and `after`
    may be anything JSON knows, plus instants, dates, tuples and sets; other things are written as their text.
    """
    head = _lock_head.run(tx, chain_=chain).first()
    if head is None:
        tx.execute(_first_head[tx.dialect.name], {"chain": chain})
        head = _lock_head.run(tx, chain_=chain).one()
    line = Line(chain, at, what, actor, subject, person_id, identity, channel, version, before, after, request_hash)
    entry = _entry(head.position + 1, head.hash, line)
    _add.run(tx, **entry)
    _move_head.run(tx, chain_=chain, position_=entry["position"], hash_=entry["hash"])


def append_all(tx: Tx, lines: Sequence[Line]) -> None:
    """Adds many entries; those of one chain follow each other as given.

    A broadcast writes a line to each client's chain: their heads are locked in one order, in a handful of statements.
    """
    wanted = sorted({line.chain for line in lines})
    heads = _locked_heads(tx, wanted)
    if missing := [chain for chain in wanted if chain not in heads]:
        tx.execute(_first_head[tx.dialect.name], [{"chain": chain} for chain in missing])
        heads = _locked_heads(tx, wanted)
    entries = []
    for line in lines:
        position, previous = heads[line.chain]
        entry = _entry(position + 1, previous, line)
        heads[line.chain] = position + 1, entry["hash"]
        entries.append(entry)
    _ADD_ALL.put(tx, entries)
    _MOVE_HEADS.put(tx, [{"chain": chain, "position": heads[chain][0], "hash": heads[chain][1]} for chain in wanted])


def _locked_heads(tx: Tx, chains: Sequence[str]) -> dict[str, tuple[int, str]]:
    return {chain: (position, sealed) for chain, position, sealed in _LOCK_HEADS.tuples(tx, chains=chains)}


def _entry(position: int, previous: str, line: Line) -> dict[str, Any]:
    if line.at.tzinfo is None:
        raise ValueError("a journal entry's moment needs a zone")
    entry: dict[str, Any] = {
        "chain": line.chain,
        "position": position,
        "at": line.at.astimezone(UTC),
        "what": _text(line.what),
        "subject": _text(line.subject),
        "actor": _text(line.actor),
        "person_id": line.person_id,
        "identity": _text(line.identity),
        "channel": _text(line.channel),
        "version": line.version,
        "before": _plain(line.before or {}),
        "after": _plain(line.after or {}),
        "request_hash": _text(line.request_hash),
        "previous": previous,
    }
    entry["hash"] = _sealed(entry)
    return entry


def seal(entry: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of what an entry says and the hash of the one before it."""
    return _sealed({name: entry[name] for name in SEALED})


def _sealed(said: Mapping[str, Any]) -> str:
    """`said` is just what is sealed."""
    said = {**said, "at": _moment(said["at"])}
    return hashlib.sha256(_CANONICAL.encode(said).encode("ascii")).hexdigest()


def verify(tx: Tx, chain: str) -> list[Break]:
    """Every break of a chain, first to last; an empty list when it holds.

    It cannot see that the newest entries and the head were cut back together: keep the last hash elsewhere for that
    (`verify journal` prints it).
    """
    head = tx.execute(_head, {"chain_": chain}).first()
    breaks: list[Break] = []
    expected, previous = 1, ""
    for entry in _rows(tx, chain, head.position if head else 0):
        position = entry["position"]
        if position != expected:
            missing = f"{expected}" if position == expected + 1 else f"{expected} to {position - 1}"
            breaks.append(Break(chain, expected, f"entry {missing} is missing"))
        elif entry["previous"] != previous:
            breaks.append(Break(chain, position, f"entry {position} does not follow the one before it"))
        if seal(entry) != entry["hash"]:
            breaks.append(Break(chain, position, f"entry {position} was changed after it was written"))
        expected, previous = position + 1, entry["hash"]
    if head and expected - 1 < head.position:
        breaks.append(Break(chain, expected, f"the last entries are missing: the chain goes on to {head.position}"))
    elif head and head.hash != previous:
        breaks.append(Break(chain, 0, "the end of the chain does not match its last entry"))
    for (position,) in tx.execute(_beyond, {"chain_": chain}):
        breaks.append(Break(chain, position, f"entry {position} stands after the end of the chain"))
    return breaks


def export(tx: Tx, chain: str) -> Iterator[dict[str, Any]]:
    """The entries of a chain in order, ready for JSON (instants as RFC 3339 text in UTC), hashes included."""
    head = tx.execute(_head, {"chain_": chain}).first()
    for entry in _rows(tx, chain, head.position if head else 0):
        yield {name: entry[name] for name in SEALED} | {"at": _moment(entry["at"]), "hash": entry["hash"]}


def end(tx: Tx, chain: str) -> tuple[int, str]:
    """How many entries a chain has and the hash of the last one; (0, "") for a chain nobody wrote to."""
    head = tx.execute(_head, {"chain_": chain}).first()
    return (head.position, head.hash) if head else (0, "")


def chains(tx: Tx) -> list[str]:
    """Every chain there is, also one whose head was taken away."""
    return sorted(row.chain for row in tx.execute(_chains))


def _rows(tx: Tx, chain: str, until: int) -> Iterator[Mapping[str, Any]]:
    with tx.execution_options(yield_per=_PAGE).execute(_of_chain, {"chain_": chain, "until_": until}) as result:
        for row in result.mappings():
            yield dict(row)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _text(value: str) -> str:
    """PostgreSQL holds neither NUL nor half a surrogate pair: what a stranger typed must not stop the journal."""
    if type(value) is str and value.isascii() and "\x00" not in value:
        return value
    return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "�")


def _plain(value: Any) -> Any:
    """JSON that reads back the same from both databases; JSONB rewrites floats, so they are kept as text."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return _text(str(value))
