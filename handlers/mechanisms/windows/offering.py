"""Puts times on offer: what speaks against them first, then a new revision with voices, an end and messages."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.commands import Refused, Window
from handlers.context import URGENT, Work
from handlers.hours import calendar_at
from handlers.mechanisms.subjects import plan_all
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows import asking, drafting, rules
from handlers.mechanisms.windows.standing import Standing, places_of
from handlers.mechanisms.windows.steering import MOOT, card, find_holder, owner_of, reread
from handlers.mechanisms.windows.weighing import Weighed, surroundings
from handlers.policy import policy_of
from storage import outbox
from storage.queries import directory, downtimes, timers
from storage.rows import Row

NOBODY = "Nobody at {} can be reached in chat to decide about a downtime"


def weighed(
    work: Work, standing: Standing, windows: Sequence[Window], override: str, *, ask: bool = True
) -> list[Weighed]:
    """These times with what speaks against them, under the lock of the client, so that nothing is agreed meanwhile.

    `Refused` names the conflicts when nothing is said in spite of which it is offered. A time that was on offer before
    keeps the day on which it was first offered.
    """
    around = surroundings(work.tx, standing.client, standing.places, work.now, but=standing.row.id)
    since = {one.window: one.row.offered_at for one in (*standing.offers, *standing.earlier)}
    draft = standing.state == "draft"
    found = [around.weigh(one, work.now if draft else since.get(one, work.now)) for one in windows]
    if ask and not override:
        unsaid = list(dict.fromkeys(said for one in found for said in one.sentences))
        if unsaid:
            raise Refused(
                " ".join([*unsaid, "Please say why it is offered all the same, or choose another time."]),
                field="override",
                code="blocked",
            )
    return found


def previewed(work: Work, row: Row, windows: Sequence[Window]) -> None:
    """The times of a draft, weighed so that its author sees what speaks against them; nobody is asked."""
    client = directory.client(work.tx, row.client_id)
    assert client is not None
    places = places_of(work.tx, client, row.locations)
    around = surroundings(work.tx, client, places, work.now, but=row.id)
    found = [around.weigh(one, work.now) for one in windows]
    subject = f"downtime:{row.id}"
    downtimes.forget_windows(work.tx, subject)
    by = work.who.person_id, work.who.name
    drafting.put_times(work, subject, row.revision, found, side=row.side, by=by, text="")


def propose(
    work: Work,
    standing: Standing,
    times: Sequence[Weighed],
    *,
    override: str,
    text: str = "",
    author: tuple[str | None, str],
) -> bool:
    """draft | proposed | countered -> proposed: everybody whose answer it needs is asked (anew).

    False when nobody can be asked to decide: nothing has changed then, and the CSM has a task.
    """
    wanted = asking.whom_to_ask(standing)
    if not wanted:
        find_holder(work, standing, NOBODY.format(standing.client.name))
        return False
    tasks_over(work, standing.ref, MOOT)
    asking.open_voices(
        work, new_revision(work, standing, times, "provider", "proposed", override, text, author), wanted
    )
    owner = owner_of(work, standing)
    card(work, standing, "desk", [owner] if owner else [], priority=URGENT)
    return True


def new_revision(
    work: Work,
    standing: Standing,
    times: Sequence[Weighed],
    side: str,
    state: str,
    override: str,
    text: str,
    author: tuple[str | None, str],
) -> Standing:
    """The times on offer from now on, in place of the older ones; nobody is asked yet."""
    draft = standing.state == "draft"
    revision = standing.row.revision + (0 if draft else 1)
    subject = str(standing.ref)
    if draft:
        downtimes.forget_windows(work.tx, subject)
    else:
        timers.cancel(work.tx, subject)
        outbox.drop_held(work.tx, subject, work.now)
        downtimes.end_voices(work.tx, subject)
        downtimes.drop_windows(work.tx, subject)
    drafting.put_times(work, subject, revision, times, side=side, by=author, text=text)
    client = standing.client
    calendar = calendar_at(client, client, policy_of(client.policy))
    ends = rules.expiry([one.window for one in times], calendar, work.now)
    downtimes.change_downtime(
        work.tx,
        standing.row.id,
        state=state,
        revision=revision,
        override=override,
        expires_at=ends,
        proposed_at=standing.row.proposed_at or work.now,
    )
    after = reread(work, standing)
    plan_all(work, after, f"r{revision}", [(0, "expire", ends)])
    return after
