"""All that the parts of the double share: the world, open forms, tickets, pace and faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bot.playground.clock import Clock
from bot.playground.slack import limits
from bot.playground.slack.blocks import Refused
from bot.playground.slack.faults import Faults
from bot.playground.slack.pace import Pace
from bot.playground.slack.things import Conversation, Message, Person
from bot.playground.slack.tickets import Tickets, Trigger
from bot.playground.slack.view import View
from bot.playground.slack.world import World

_CLOSED_KEPT = 200
"""Closed forms that are still known by id; older ones are forgotten."""


class State:
    """One Slack. `changed` is told whose screen changed (a name), `posted` each new message of the app."""

    def __init__(
        self, cast: dict[str, Any], clock: Clock, timing: limits.Timing, changed: Callable[[str], None]
    ) -> None:
        self.cast = cast
        self.clock = clock
        self.timing = timing
        self.world = World(cast, clock)
        self.tickets = Tickets(clock, timing)
        self.pace = Pace()
        self.faults = Faults()
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self._changed = changed
        self.posted: Callable[[Message], None] = lambda message: None

    def tell(self, names: Iterable[str]) -> None:
        """These people's screens changed."""
        for name in names:
            self._changed(name)

    def tell_readers(self, conversation: Conversation, message: Message) -> None:
        """The readers' screens changed."""
        self.tell(self.world.readers(conversation, message))

    def whisper(self, person: Person, conversation: Conversation, text: str) -> None:
        """Slack itself says something to one person (a warning), in our own words."""
        message = self.world.post(conversation, user="USLACKBOT", bot_id=None, text=text, only_for=person.user)
        self.tell_readers(conversation, message)

    # forms

    def draw(self, person: Person, body: dict[str, Any], *, previous: View | None = None, trigger: str = "") -> View:
        """A new view, on nobody's screen yet; `Refused` when its external_id is taken."""
        workspace = self.world.workspaces[person.team]
        self._claim(person.team, body, None)
        view = View(
            id=self.world.name("V"),
            team=person.team,
            home=person.home,
            user=person.user,
            app_id=self.world.app_id,
            bot_id=workspace.bot_id,
            body={},
            root=previous.root or previous.id if previous else "",
            previous=previous.id if previous else None,
            trigger=trigger,
        )
        view.show(body)
        self.views[view.id] = view
        for old in [v.id for v in self.views.values() if v.closed][:-_CLOSED_KEPT]:
            del self.views[old]
        return view

    def redraw(self, view: View, body: dict[str, Any]) -> None:
        """Replaces what a view shows."""
        self._claim(view.team, body, view)
        view.show(body)
        self.tickets.stir(view.trigger)
        self.tell(self._owner(view))

    def open(self, trigger: Trigger, body: dict[str, Any]) -> View:
        """A new form in place of whatever form was open."""
        view = self.draw(trigger.person, body, trigger=trigger.id)
        self.close_all(trigger.person)
        self.stacks[trigger.person.name] = [view]
        self._opened(trigger, view)
        return view

    def push(self, trigger: Trigger, body: dict[str, Any]) -> View:
        """A form on top of the one the trigger came from."""
        stack = self.stacks.get(trigger.person.name, [])
        if trigger.view is None or trigger.view not in stack:
            raise Refused("not_found")
        view = self.stack_on(trigger.person, trigger.view, body, trigger.id)
        self._opened(trigger, view)
        return view

    def stack_on(self, person: Person, below: View, body: dict[str, Any], trigger: str = "") -> View:
        """Puts a form on top; at most three stand on each other."""
        stack = self.stacks.setdefault(person.name, [])
        if len(stack) >= limits.VIEW_STACK:
            raise Refused("push_limit_reached")
        view = self.draw(person, body, previous=below, trigger=trigger)
        stack.append(view)
        self.tell([person.name])
        return view

    def pop(self, person: Person, view: View) -> None:
        """Closes one form; the one below shows again."""
        view.closed = True
        stack = self.stacks.get(person.name, [])
        if view in stack:
            stack.remove(view)
        self.tell([person.name])

    def close_all(self, person: Person) -> list[View]:
        """Closes the whole stack; returns what was open, top first."""
        closed = self.stacks.pop(person.name, [])
        for view in closed:
            view.closed = True
        self.tell([person.name])
        return closed[::-1]

    def top(self, person: Person) -> View | None:
        """The form on this person's screen."""
        stack = self.stacks.get(person.name)
        return stack[-1] if stack else None

    def _opened(self, trigger: Trigger, view: View) -> None:
        trigger.opened = view
        trigger.news.set()
        self.tell([trigger.person.name])

    def _owner(self, view: View) -> list[str]:
        person = self.world.user(view.team, view.user)
        return [person.name] if person else []

    def _claim(self, team: str, body: dict[str, Any], own: View | None) -> None:
        """external_id is unique among a workspace's views."""
        wanted = body.get("external_id")
        if not wanted:
            return
        for view in self.views.values():
            taken = view.body.get("external_id") == wanted and view.team == team
            if taken and view is not own and not view.closed:
                raise Refused("duplicate_external_id")
