"""The Web API's views.* methods: forms on people's screens, and App Home."""

from __future__ import annotations

from typing import Any

from bot.playground.slack.blocks import Refused
from bot.playground.slack.chat import Call
from bot.playground.slack.view import View, check_view


def _body(call: Call, kinds: tuple[str, ...] = ("modal",)) -> dict[str, Any]:
    call.need("view")
    return check_view(call.args["view"], kinds)


def views_open(call: Call) -> dict[str, Any]:
    """views.open: a form for the person whose interaction made the trigger_id."""
    call.need("trigger_id")
    body = _body(call)
    trigger = call.state.tickets.exchange(call.args["trigger_id"], call.workspace.team)
    return {"view": call.state.open(trigger, body).payload()}


def views_push(call: Call) -> dict[str, Any]:
    """views.push: a form on top of the one where the trigger_id was made."""
    call.need("trigger_id")
    body = _body(call)
    trigger = call.state.tickets.exchange(call.args["trigger_id"], call.workspace.team)
    return {"view": call.state.push(trigger, body).payload()}


def views_update(call: Call) -> dict[str, Any]:
    """views.update by view_id or external_id; a stale hash is refused."""
    name, external = call.text_of("view_id"), call.text_of("external_id")
    if not name and not external:
        raise Refused("invalid_arguments", ["either view_id or external_id is required"])
    view = call.state.views.get(name) if name else _by_external_id(call, external)
    if view is None or view.closed or view.team != call.workspace.team:
        raise Refused("not_found")
    body = _body(call, (view.body["type"],))
    _fresh(call, view)
    call.state.redraw(view, body)
    return {"view": view.payload()}


def views_publish(call: Call) -> dict[str, Any]:
    """views.publish: a person's App Home."""
    call.need("user_id")
    body = _body(call, ("home",))
    person = call.state.world.user(call.workspace.team, call.text_of("user_id"))
    if person is None:
        raise Refused("invalid_arguments", ["invalid user_id"])
    key = (person.team, person.user)
    view = call.state.homes.get(key)
    if view is None:
        view = call.state.homes[key] = call.state.draw(person, body)
    else:
        _fresh(call, view)
        call.state.redraw(view, body)
    call.state.tell([person.name])
    return {"view": view.payload()}


def _by_external_id(call: Call, external: str) -> View | None:
    open_ones = (v for v in call.state.views.values() if not v.closed and v.team == call.workspace.team)
    return next((v for v in open_ones if v.body.get("external_id") == external), None)


def _fresh(call: Call, view: View) -> None:
    if call.text_of("hash") and call.text_of("hash") != view.hash:
        raise Refused("hash_conflict")
