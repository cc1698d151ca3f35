"""Cases as a subject: what the provider's ticket system knows of, taken in as it says it, and what follows from that.

    case    open <-> waiting_on_client <-> waiting_on_vendor     any -> closed     closed -> any (opened again)
            see `handlers.mechanisms.caseflow`; the ticket system is the master, nothing here moves a case

What follows: when a case that was open here is closed, or one comes in that was closed within the last day, whoever
reported it is asked how it was handled (`feedback:ID`, purpose "ask"; `handlers.mechanisms.opinions`), as long as the
directory knows the person, the ticket system has not asked itself (`score`) and nobody was asked within the
`survey_days` of the client. Opened again, nobody is asked any more. Questions and escalations of contacts are
`remark:ID`, see `handlers.mechanisms.remarks`; their cards show the state of the case and are drawn anew with it.

For other subjects: `storage.queries.cases` (open_of, case, case_named, counted, page), `storage.queries.remarks`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers import commands
from handlers.commands import CaseRow, Outcome, PutCases, Ref, Refused
from handlers.context import Work
from handlers.mechanisms import opinions, remarks
from handlers.mechanisms.casebook import Book, look_up, opened_lately
from handlers.mechanisms.caseflow import CLOSED, merged, read
from handlers.mechanisms.quiet import Quiet
from storage.queries import bulk, cases, timers
from storage.queries import remarks as remark_rows
from storage.rows import Row

SCOPE = "cases:write"
MOST = 1000
FRESH_HOURS = 24
"""A case that comes in closed is asked about when it was closed so lately; older ones are history."""
NEVER_MIND = 4
"""The severity of what waits for the morning whatever a client's policy says of outages."""
Key = tuple[str, str]
"""(client id, external id)."""


def put_cases(command: PutCases, work: Work) -> Outcome:
    """Each row by its own: created, changed, unchanged, or refused with a sentence and the field."""
    if not (work.who.system or (work.who.service and SCOPE in work.who.scopes)):
        raise Refused("This token lacks the scope cases:write." if work.who.service else ONLY, code="not_entitled")
    if len(command.rows) > MOST:
        raise Refused(f"At most {MOST} cases at once, please.", field="rows", code="invalid")
    book = look_up(work, command.rows)
    ids = {row.id for row in book.clients.values()}
    cases.lock_batches(work.tx, ids)
    names = {" ".join(row.external_id.split()) for row in command.rows}
    before = {_key(row): dict(row._mapping) for row in cases.known(work.tx, ids, [n for n in names if "\0" not in n])}
    now, results = dict(before), []
    scores: dict[Key, Mapping[str, Any]] = {}
    for row in command.rows:
        try:
            results.append(_take(work, book, row, now, scores))
        except Refused as refused:
            results.append(
                {
                    "external_id": row.external_id[:200].encode(errors="replace").decode().replace("\0", ""),
                    "result": "refused",
                    "problem": refused.sentence,
                    "field": refused.field,
                }
            )
    changed = {key: one for key, one in now.items() if one != before.get(key)}
    if changed:
        cases.put_all(work.tx, changed.values())
        _note(work, before, changed)
    _follow(work, book, before, changed, scores)
    return Outcome(None, _said(results), {"rows": results})


ONLY = "Cases come from the provider's ticket system."


def _take(
    work: Work, book: Book, row: CaseRow, now: dict[Key, dict[str, Any]], scores: dict[Key, Mapping[str, Any]]
) -> dict[str, Any]:
    """One row, on top of those before it."""
    client, said = book.client(row.client.strip()), read(row, work.now)
    key = client.id, said.external_id
    old, known = now.get(key), book.known(client, said)
    place = known.location_id or (old["location_id"] if old else None)
    after = merged(old, said, known, book.targets(client, place), work.now)
    id_ = old["id"] if old else work.new_id("cas")
    after = {"id": id_, "client_id": client.id, "external_id": said.external_id, **after}
    if said.score is not None and after["requester_id"]:
        moment = said.scored_at or after["closed_at"] or work.now
        scores[key] = {
            "case_id": id_,
            "client_id": client.id,
            "person_id": after["requester_id"],
            "score": said.score,
            "at": moment,
            "comment": said.comment,
        }
    result = "created" if old is None else "unchanged" if old == after else "changed"
    now[key] = after
    return {"external_id": said.external_id, "result": result, "id": id_}


def _follow(
    work: Work,
    book: Book,
    before: Mapping[Key, Mapping[str, Any]],
    changed: Mapping[Key, Mapping[str, Any]],
    scores: Mapping[Key, Mapping[str, Any]],
) -> None:
    """What the batch means for people."""
    if scores:
        opinions.hear(work, scores.values())
    was_closed = {key for key, row in before.items() if row["state"] == CLOSED}
    again = [row["id"] for key, row in changed.items() if key in was_closed and row["state"] != CLOSED]
    if again:
        opinions.take_back(work, [f"case:{id_}" for id_ in again])
    over = [
        row
        for key, row in changed.items()
        if row["state"] == CLOSED
        and key not in was_closed
        and key not in scores
        and (key in before or opened_lately(work.now, row["closed_at"], FRESH_HOURS))
    ]
    if over:
        _ask(work, book, over)
    if changed:
        for remark in remark_rows.about(work.tx, [row["id"] for row in changed.values()]):
            work.redraw(Ref("remark", remark.id))


def _ask(work: Work, book: Book, over: Sequence[Mapping[str, Any]]) -> None:
    """Whoever reported a case that is closed now; of several of one person only the one closed last."""
    latest: dict[str, Mapping[str, Any]] = {}
    for row in sorted(over, key=lambda row: (row["closed_at"], row["external_id"])):
        if row["requester_id"]:
            latest[row["requester_id"]] = row
    quiet = Quiet(work.tx, {row.id: row for row in book.clients.values()}, NEVER_MIND, work.now)
    concerned = [(_subject(row), person, row["client_id"]) for person, row in sorted(latest.items())]
    asked = opinions.rested(work, concerned, quiet)
    opinions.ask(work, asked, quiet)
    rows = [
        work.timer(subject, "asked", "unanswered", work.now + opinions.ANSWER_WITHIN, client_id=client_id)
        for subject, _, client_id in asked
    ]
    bulk.plan_all(work.tx, rows)


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """A question how a case was handled has not been answered in time."""
    ref = Ref.parse(timer.subject)
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(ref, repeated=True)
    opinions.take_back(work, [timer.subject])
    return Outcome(ref)


def _note(work: Work, before: Mapping[Key, Mapping[str, Any]], changed: Mapping[Key, Mapping[str, Any]]) -> None:
    """One line a client: what came in new, and what has changed of the rest."""
    by_client: dict[str, dict[str, Any]] = {}
    old: dict[str, dict[str, Any]] = {}
    for (client_id, name), row in sorted(changed.items()):
        after = by_client.setdefault(client_id, {"created": [], "changed": {}})
        known = before.get((client_id, name))
        if known is None:
            after["created"].append(name)
            continue
        names = [one for one in row if one != "updated_at" and row[one] != known[one]]
        after["changed"][name] = {one: _plain(row[one]) for one in names}
        old.setdefault(client_id, {})[name] = {one: _plain(known[one]) for one in names}
    for client_id, after in by_client.items():
        work.note("case.put", chain=client_id, before=old.get(client_id), after=after)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _said(results: Sequence[Mapping[str, Any]]) -> str:
    counts = {name: sum(one["result"] == name for one in results) for name in RESULTS}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) + "." if results else "Nothing."


RESULTS = ("created", "changed", "unchanged", "refused")


def _key(row: Row[Any]) -> Key:
    return row.client_id, row.external_id


def _subject(row: Mapping[str, Any]) -> str:
    return f"case:{row['id']}"


DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.PutCases: put_cases,
    commands.AskAboutCase: remarks.ask_about_case,
    commands.EscalateCase: remarks.escalate_case,
    commands.AnswerRemark: remarks.answer,
}
"""Which command sets what in motion."""
