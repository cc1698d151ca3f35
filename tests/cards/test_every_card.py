"""Every card of every scene on both platforms: as agreed, as the platforms take it, and with nothing lost that matters.

KEYLINE_WRITE_GOLDEN=1 writes the agreed files anew (CI never sets it).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.cards.card import Button, Card, Form, Text, buttons_of
from bot.playground.slack.blocks import check_message
from bot.playground.slack.view import check_view
from bot.slack import blocks, limits
from bot.slack import forms as slack_forms
from bot.teams import adaptive
from bot.teams import forms as teams_forms
from tests.cards.all import SCENES, Scene, play
from tests.cards.studio import Drawn, seeded
from tests.slack import judge as slack_judge
from tests.teams import judges as teams_judges

GOLDEN = Path(__file__).parent / "golden"
TEAMS_BYTES = 80_000
WRITES = os.environ.get("KEYLINE_WRITE_GOLDEN") == "1"

Json = dict[str, Any]
Played = dict[str, Drawn]


@pytest.fixture(scope="module")
def beginning(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo cast under fixed ids."""
    return seeded(tmp_path_factory.mktemp("beginning") / "seeded.db", sqlite_template)


@pytest.fixture(scope="module")
def stage(beginning: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Scene], Played]:
    """Plays a scene, once."""
    return cache(lambda scene: play(scene, beginning, tmp_path_factory.mktemp(scene.__name__)))


EACH_ONCE = [
    # by name and place: some scenes of different files are called the same
    pytest.param(scene, id=scene.__name__, marks=pytest.mark.xdist_group(f"{scene.__module__}.{scene.__name__}"))
    for scene in SCENES
]


@pytest.fixture(scope="module", params=EACH_ONCE)
def played(request: pytest.FixtureRequest, stage: Callable[[Scene], Played]) -> Played:
    """One scene's cards and forms by name."""
    return stage(request.param)


AUDIT = re.compile(r"Audit id [0-9]+-[0-9a-f]+")
"""It hashes the whole journal, which says more than cards do."""


def on_slack(drawn: Drawn) -> Json:
    """What Slack gets."""
    if isinstance(drawn, Form):
        return slack_forms.view(drawn)
    return {"text": blocks.summary(drawn), "blocks": blocks.draw(drawn)}


def on_teams(drawn: Drawn) -> Json:
    """What Teams gets."""
    return teams_forms.dialog(drawn) if isinstance(drawn, Form) else adaptive.render(drawn)


# ------------------------------------------------------------------ as agreed


def test_every_card_is_as_agreed(played: Played) -> None:
    differing = []
    for name, drawn in played.items():
        for platform, made in (("slack", on_slack(drawn)), ("teams", on_teams(drawn))):
            path = GOLDEN / f"{_file(name)}.{platform}.json"
            written = AUDIT.sub("Audit id 0-0", _compact(made))
            if WRITES:
                GOLDEN.mkdir(exist_ok=True)
                path.write_text(written, "utf-8")
            if not path.is_file() or path.read_text("utf-8") != written:
                differing.append(path.name)
    assert differing == [], "look at the pictures (python -m tests.cards.pictures), then write the files anew"


def test_every_agreed_file_belongs_to_a_card(stage: Callable[[Scene], Played]) -> None:
    names = {_file(name) for scene in SCENES for name in stage(scene)}
    files = {path.name.split(".")[0] for path in GOLDEN.glob("*.json")}
    assert files == names


def _file(name: str) -> str:
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")


def _compact(made: Json) -> str:
    """One line for each block of a message or element of a body, so that a difference can be read."""
    parts = []
    for key, value in made.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in value)
            parts.append(f"{json.dumps(key)}:[\n{rows}\n]")
        else:
            parts.append(f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False)}")
    return "{" + ",\n".join(parts) + "}\n"


# ------------------------------------------------------------------ as the platforms take it


def test_slack_takes_every_card_and_form(played: Played) -> None:
    for drawn in played.values():
        if isinstance(drawn, Form):
            view = slack_forms.view(drawn)
            slack_judge.judge_view(view)
            check_view(view)
            continue
        for made in (blocks.draw(drawn), blocks.draw(drawn, blocks.TIGHT), blocks.draw_classic(drawn)):
            slack_judge.judge_message(made)
            check_message(made)
        assert len(blocks.summary(drawn)) <= limits.MESSAGE_TEXT


def test_teams_takes_every_card_and_form(played: Played) -> None:
    for drawn in played.values():
        both = [teams_forms.dialog(drawn), teams_forms.inline(drawn)] if isinstance(drawn, Form) else [on_teams(drawn)]
        for made in both:
            assert teams_judges.problems(made) == []
            assert adaptive.size(made) <= TEAMS_BYTES
            assert not {node.get("type") for node in teams_judges.nodes(made)} & {"TextBlock", "FactSet", "Table"}


# ------------------------------------------------------------------ nothing lost that matters


def test_what_matters_stands_on_every_card_whole(played: Played) -> None:
    for name, card in _cards(played):
        for platform, said in (("slack", _on_slack(card)), ("teams", _on_teams(card))):
            for words in _matters(card):
                assert _flat(words) in said, f"{platform}: {name} lost “{words[:80]}”"


def test_every_button_is_there_once_and_names_what_it_does(played: Played) -> None:
    for name, card in _cards(played):
        wanted = sorted(button.label for button in buttons_of(card))
        pressed = [
            each["text"]["text"] for each in slack_judge.objects(blocks.draw(card)) if each.get("type") == "button"
        ]
        assert sorted(pressed) == wanted, name
        actions = [
            node
            for node in teams_judges.nodes(_without_fallbacks(adaptive.render(card)))
            if node.get("type") in ("Action.Execute", "Action.Submit")
        ]
        assert sorted(node["title"] for node in actions) == wanted, name


def test_whoever_can_approve_reads_what_silence_does(played: Played) -> None:
    for name, card in _cards(played):
        asks = [button for button in buttons_of(card) if button.verb == "approve"]
        if asks:
            said = _on_slack(card).count("not approved.") + _on_slack(card).count("still not a yes")
            assert said >= len({button.ref for button in asks}), name


def test_the_decision_is_near_the_top_of_a_card(played: Played) -> None:
    for name, card in _cards(played):
        if (place := _place_of(card, "approve")) is not None and not name.startswith("waiting"):
            assert place <= 36, f"{name}: Approve stands under {place} lines"


def test_only_what_somebody_does_by_mistake_is_dear_opens_a_form_first(played: Played) -> None:
    for _, card in _cards(played):
        for button in buttons_of(card):
            if button.verb in ("reject", "withdraw", "fulfil", "cancel_approval", "stands", "regret"):
                assert button.form, f"{button.label} acts at once"


def test_nothing_on_a_card_is_english_for_machines(played: Played) -> None:
    machine = re.compile(r"\b(None|null|approval_request|info_requested|apr_|tsk_|\d{4}-\d{2}-\d{2}T)")
    for name, card in ((name, card) for name, card in _cards(played) if "hostile" not in name):
        found = machine.findall(" ".join(_words(card)))
        assert set(found) <= {"None"}, f"{name}: {found}"


def test_no_mention_and_no_mark_of_anybody_takes_effect(played: Played) -> None:
    for _, card in _cards(played):
        for each in slack_judge.objects(blocks.draw(card)):
            assert each.get("type") not in ("mrkdwn", "user", "channel", "broadcast", "usergroup", "emoji", "date")
        assert "<" not in blocks.summary(card)
        made = adaptive.render(card)
        assert "entities" not in json.dumps(made.get("msteams", {}))
        shown = json.dumps([blocks.draw(card), made], ensure_ascii=False)
        assert not [mark for mark in shown if mark in "\u202e\u202d\u2066\u2067\u0000"]


# ------------------------------------------------------------------ parts


def _cards(played: Played) -> Iterator[tuple[str, Card]]:
    return ((name, drawn) for name, drawn in played.items() if isinstance(drawn, Card))


def _matters(card: Card) -> Iterator[str]:
    """Status, figures, strong sentences and facts up to the length that every platform shows in full."""
    if card.status:
        yield card.status.text
    for block in card.blocks:
        if isinstance(block, Text) and block.style in ("strong", "large") and len(block.text) <= 300:
            yield block.text
    yield from (value for label, value in _facts(card) if len(value) <= 150)


def _facts(card: Card) -> Iterator[tuple[str, str]]:
    for block in card.blocks:
        for fact in getattr(block, "items", ()):
            if hasattr(fact, "label"):
                yield fact.label, fact.value


def _flat(words: str) -> str:
    """Words as both platforms may show them: without what nobody sees, white space as one space."""
    return " ".join(re.sub("[\u202a-\u202e\u2060\u2066-\u2069\u200b\ufeff]", "", words).split())


def _on_slack(card: Card) -> str:
    return _flat(" ".join(slack_judge.texts(blocks.draw(card))))


def _on_teams(card: Card) -> str:
    nodes = teams_judges.nodes(adaptive.render(card))
    return _flat(" ".join(node["text"] for node in nodes if node.get("type") == "TextRun"))


def _without_fallbacks(made: Any) -> Any:
    if isinstance(made, dict):
        return {key: _without_fallbacks(value) for key, value in made.items() if key != "fallback"}
    return [_without_fallbacks(each) for each in made] if isinstance(made, list) else made


def _words(card: Card) -> Iterator[str]:
    for node in teams_judges.nodes(adaptive.render(card)):
        if node.get("type") == "TextRun":
            yield node["text"]


def _place_of(card: Card, verb: str) -> int | None:
    """How many lines of a phone, roughly, stand above the first button that does this."""
    lines = 2 + len(card.title) // 34
    for block in card.blocks:
        found: tuple[Button, ...] = getattr(block, "buttons", ())
        if any(button.verb == verb for button in found):
            return lines
        for words in _texts(block):
            lines += 1 + len(words) // 48
    return None


def _texts(block: Any) -> Iterator[str]:
    if hasattr(block, "text"):
        yield f"{getattr(block, 'who', '')}\n{block.text}"
    for item in getattr(block, "items", ()):
        for field in ("label", "what", "detail"):
            if getattr(item, field, ""):
                yield getattr(item, field) + getattr(item, "value", "") + getattr(item, "amount", "")
