"""Cases come in by REST, are seen by a word, asked about by a form, answered from a task; then they are closed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.cast import Cast
from tests.journeys.scene import Scene, buttons, scene

MARCUS, SOFIA = "Marcus Hale", "Sofia Marchetti"
PRINTER: dict[str, Any] = {
    "external_id": "CASE-4498",
    "client": "northgate",
    "title": "Label printer on line 2 drops *jobs* <!channel>",
    "priority": "P2",
    "requester": "marcus@northgate.example",
    "opened_at": "2026-06-08T08:25:00-04:00",
}


@pytest.mark.parametrize(
    ("url", "platform"), [("sqlite", "slack"), ("postgresql", "teams")], indirect=["url"], ids=["slack", "teams"]
)
async def test_a_case_is_reported_asked_about_answered_closed_and_rated(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        status, body = await it.rest("POST", "/cases:batch", {"cases": [PRINTER]}, key="cases-1")
        assert (status, body["created"]) == (200, 1), body
        await _say(it, MARCUS, "cases")
        assert any("1 open case" in one["text"] for one in it.on(MARCUS).screen(MARCUS))
        await _say(it, MARCUS, "cases case-4498")
        shown = next(one for one in reversed(it.on(MARCUS).screen(MARCUS)) if "Ask about it" in buttons(one))
        assert "drops *jobs* <!channel>" in shown["text"], "letter for letter, and nobody is called"

        inputs = {"Your question": "Is the vendor on it?"}
        answer = await it.on(MARCUS).press(MARCUS, shown["message"], "Ask about it", inputs)
        assert answer["status"] == 200, answer
        await it.quiet()
        task = it.card(SOFIA, "CASE-4498: Marcus Hale asks")
        assert "Is the vendor on it?" in task["text"]
        await it.on(SOFIA).press(SOFIA, task["message"], "Answer", {"Your answer": "They come on Thursday."})
        await it.quiet()
        assert it.cards(MARCUS, "They come on Thursday.")
        assert "Done" in it.card(SOFIA, "CASE-4498: Marcus Hale asks")["text"]

        closed = {**PRINTER, "state": "closed", "closed_at": "2026-06-08T09:04:00-04:00"}
        status, body = await it.rest("POST", "/cases:batch", {"cases": [closed]}, key="cases-2")
        assert (status, body["changed"]) == (200, 1), body
        await it.quiet()
        question = it.card(MARCUS, "How did we handle it?")
        await it.on(MARCUS).press(MARCUS, question["message"], "2", None)
        await it.quiet()
        assert "Your task" in it.card(SOFIA, "CASE-4498: Marcus Hale gave 2 of 5")["text"]
        it.facts.sound()


async def _say(it: Scene, who: str, words: str) -> None:
    double = it.on(who)
    await double.say(who, f"/keyline {words}" if double is it.slack else words)
    await it.quiet()
