"""Draws a task for somebody of the provider."""

from __future__ import annotations

from typing import Any

from bot.cards.approval import Viewer
from bot.cards.card import Card, Fact, Facts, Status, Text
from handlers.commands import Ref
from storage.rows import Row

WHAT_TO_DO = {
    "find_holder": "Nobody can be asked, so the request is on hold. Add a contact with this role.",
    "call": "Nobody has answered. Please call; the request closes as not approved if nobody answers.",
    "undeliverable": "The chat message did not arrive. The next contact is asked where there is one. Please call.",
}


def task_card(task: Row[Any], client: Row[Any], phones: dict[str, str], viewer: Viewer) -> Card:
    """What has to be done, for which client, with the numbers on file."""
    done = task.state != "open"
    blocks: list[Any] = [Text(f"{client.name} · since {viewer.when(task.created_at)}", "subtle")]
    if not done:
        blocks.append(Text(WHAT_TO_DO.get(task.kind, task.detail)))
        if phones:
            blocks.append(Facts(tuple(Fact(name, number) for name, number in phones.items())))
    status = Status("Done", "good") if done else Status("Your task", "warning")
    return Card(task.title, f"Your task: {task.title}", tuple(blocks), status, ref=Ref("task", task.id))
