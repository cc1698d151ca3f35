"""The form before a formal talk: asked of whoever attends, answered until the talk begins, first on its agenda.

A talk asks for it by `ask`, closes it by `leave` when it begins, and shows it by `storage.queries.feedback.forms_of`.
The purpose of its card is FORM; its reference is `feedback:ID`.
"""

from __future__ import annotations

from collections.abc import Iterable

from handlers.commands import Ref
from handlers.context import NORMAL, Work
from storage.queries import feedback

FORM = "form"
"""The purpose of the card with which somebody is asked; it is edited from then on."""
REMINDER = "form_again"
"""The purpose of a message that asks once more, in the thread of the first."""


def ask(work: Work, touchpoint: Ref, client_id: str, people: Iterable[str]) -> list[Ref]:
    """Each of these people is asked once about this talk; answers what was newly asked."""
    known = {row.person_id for row in feedback.forms_of(work.tx, touchpoint.id)}
    found = []
    for person_id in sorted(set(people) - known):
        ref = Ref("feedback", work.new_id("fbk"))
        feedback.add(
            work.tx,
            {
                "id": ref.id,
                "client_id": client_id,
                "person_id": person_id,
                "subject": str(touchpoint),
                "kind": "formal",
                "state": "requested",
                "asked_at": work.now,
            },
        )
        work.owe(ref, FORM, [person_id], client_id=client_id, priority=NORMAL)
        work.note(
            "feedback.ask",
            chain=client_id,
            subject=ref,
            after={"kind": "formal", "about": str(touchpoint), "person": person_id},
        )
        found.append(ref)
    return found


def remind(work: Work, touchpoint: Ref) -> int:
    """Whoever has not answered is asked once more; answers how many these are."""
    silent = [row for row in feedback.forms_of(work.tx, touchpoint.id) if row.state == "requested"]
    for row in silent:
        ref = Ref("feedback", row.id)
        work.owe(ref, REMINDER, [row.person_id], client_id=row.client_id, priority=NORMAL, follows=FORM)
    return len(silent)


def leave(work: Work, touchpoint: Ref) -> None:
    """The talk has begun: who has not answered says it there, and the cards say so."""
    for id_ in feedback.leave(work.tx, touchpoint.id):
        work.redraw(Ref("feedback", id_))
