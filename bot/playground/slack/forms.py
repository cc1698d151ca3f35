"""A person fills in a form, sends it or closes it; and what the bot's answer does to the form."""

from __future__ import annotations

from typing import Any

from bot.playground.slack import payloads
from bot.playground.slack.blocks import Refused
from bot.playground.slack.inputs import complaint, fields, filled, values_of
from bot.playground.slack.reading import options_of
from bot.playground.slack.state import State
from bot.playground.slack.things import Person
from bot.playground.slack.view import View, check_view
from bot.playground.slack.wire import Reply, Wire

Json = dict[str, Any]


class Forms:
    """The open forms, from the person's side."""

    def __init__(self, state: State, wire: Wire) -> None:
        self._state = state
        self._wire = wire

    def shows(self, view: View, inputs: Json) -> bool:
        """Whether the form has all these fields (by label)."""
        return set(inputs) <= set(_by_label(view))

    async def submit(self, person: Person, view: View, inputs: Json, by: str) -> Json:
        """Fills in and sends. `{status, body}` of the bot's answer; status 0 and `errors` when the client kept it.

        By "label": visible label -> text, option text or list. By "id": block_id -> action_id -> text or state object.
        LookupError for a field that the form does not have.
        """
        places = _by_label(view) if by == "label" else _by_id(view)
        entered = inputs if by == "label" else _flat(inputs)
        if unknown := [name for name in entered if name not in places]:
            title = (view.body.get("title") or {}).get("text", "")
            known = ", ".join(str(name) for name in places) if by == "label" else "other ones"
            raise LookupError(f"The form “{title}” has no field “{unknown[0]}”. Its fields: {known}.")
        view.errors = await self._fill(person, view, {places[name]: raw for name, raw in entered.items()})
        if not view.errors and self._state.faults.client_checks:
            view.errors = _complaints(view)
        if view.errors:
            self._state.tell([person.name])
            return {"status": 0, "body": {"errors": view.errors}, "sent": False}
        trigger = self._state.tickets.trigger(person, view)
        values = values_of(view.body["blocks"], view.state)
        reply = await self._wire.interaction(payloads.view_submission(self._state, trigger, view, values))
        self._settle(person, view, reply)
        return {"status": reply.status, "body": reply.body()}

    async def close(self, person: Person, *, cleared: bool = False) -> None:
        """Closes the top form (or the whole stack, `cleared`); the bot hears of those with notify_on_close."""
        top = self._state.top(person)
        if top is None:
            raise LookupError(f"{person.name} has no form open.")
        if cleared:
            closed = self._state.close_all(person)
        else:
            self._state.pop(person, top)
            closed = [top]
        for view in closed:
            if view.body.get("notify_on_close"):
                await self._wire.interaction(payloads.view_closed(self._state, person, view, cleared=cleared))

    async def _fill(self, person: Person, view: View, entered: dict[tuple[str, str], Any]) -> dict[str, str]:
        """Puts what was entered into the form's state; returns what could not be entered, by block_id."""
        people = {p.name: p.user for p in self._state.world.people.values() if p.team == person.team}
        problems: dict[str, str] = {}
        forge = not self._state.faults.client_checks
        for block, element in fields(view.body["blocks"]):
            place = (block["block_id"], element["action_id"])
            if place not in entered:
                continue
            raw = entered[place]
            if "external_select" in element["type"] and not isinstance(raw, dict):
                element = {**element, "options": await self._looked_up(person, view, place, raw)}
            try:
                value = filled(element, raw, person, people, forge=forge)
            except ValueError as problem:
                problems[place[0]] = str(problem)
            else:
                view.state.setdefault(place[0], {})[place[1]] = value
        return problems

    async def _looked_up(self, person: Person, view: View, place: tuple[str, str], raw: Any) -> list[Json]:
        """What the bot offers for the typed text: options, or groups of them, in the body of its answer."""
        found: list[Json] = []
        for typed in raw if isinstance(raw, list) else [raw]:
            asked = payloads.block_suggestion(self._state, person, view, *place, str(typed))
            body = (await self._wire.interaction(asked)).body()
            if isinstance(body, dict):
                found += [option for option in options_of(body) if isinstance(option.get("text"), dict)]
        return found

    def _settle(self, person: Person, view: View, reply: Reply) -> None:
        """docs.slack.dev/surfaces/modals: an empty 200 closes the form, response_action does what it says.

        Anything else leaves the form open with Slack's own trouble line.
        """
        body = reply.body()
        if reply.ok and (body == "" or body == {}):
            self._state.pop(person, view)
            return
        try:
            if not reply.ok or not isinstance(body, dict):
                raise Refused("bad answer")
            self._respond(person, view, body)
        except Refused:
            app = self._state.world.app_name
            late = reply.failure == "http_timeout"
            said = f"{app} did not answer in time." if late else f"{app} had trouble with this."
            view.errors = {"": f"{said} Please try again."}
        self._state.tell([person.name])

    def _respond(self, person: Person, view: View, body: Json) -> None:
        match body.get("response_action"):
            case "clear":
                self._state.close_all(person)
            case "errors":
                inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
                errors = body.get("errors")
                if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                    raise Refused("errors must be keyed by the block_id of an input block")
                view.errors = {name: str(said) for name, said in errors.items()}
            case "update":
                self._state.redraw(view, check_view(body.get("view")))
            case "push":
                self._state.stack_on(person, view, check_view(body.get("view")))
            case _:
                raise Refused("unknown response_action")


def _by_label(view: View) -> dict[str, tuple[str, str]]:
    return {
        block["label"]["text"]: (block["block_id"], element["action_id"])
        for block, element in fields(view.body["blocks"])
        if block["type"] == "input"
    }


def _by_id(view: View) -> dict[Any, tuple[str, str]]:
    """A field by (block_id, action_id); an input block has only one, so its block_id alone will do."""
    found: dict[Any, tuple[str, str]] = {}
    for block, element in fields(view.body["blocks"]):
        place = (block["block_id"], element["action_id"])
        found |= {place: place, block["block_id"]: place}
    return found


def _flat(inputs: Json) -> dict[Any, Any]:
    """{block: {action: value}} and {block: value} alike, as one level."""
    found: dict[Any, Any] = {}
    for block, value in inputs.items():
        if isinstance(value, dict) and "type" not in value:
            found |= {(block, action): one for action, one in value.items()}
        else:
            found[block] = value
    return found


def _complaints(view: View) -> dict[str, str]:
    values = values_of(view.body["blocks"], view.state)
    found = {
        block["block_id"]: complaint(block, element, values[block["block_id"]][element["action_id"]])
        for block, element in fields(view.body["blocks"])
    }
    return {name: said for name, said in found.items() if said}
