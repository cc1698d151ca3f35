"""Activities as the Bot Framework would send them for Teams, and as nobody would."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from tests.fuzz.junk import junk, spoiled, torn, written
from tests.fuzz.outside import CONNECTOR, Outside
from tests.fuzz.scene import WORDS, Scene, Sender
from tests.fuzz.slack_requests import Sent

Json = dict[str, Any]
IDENTITY = frozenset({"from", "channelData", "serviceUrl", "channelId", "tenantId", "conversation"})


class TeamsActivities:
    """Makes requests with a valid token. Who an activity is from is vouched for by Microsoft and stays."""

    def __init__(self, scene: Scene, outside: Outside, app_id: str) -> None:
        self._scene, self._rng, self._outside, self._app = scene, scene.rng, outside, app_id
        self._count = 0
        self._before: dict[Sender, deque[Sent]] = defaultdict(lambda: deque(maxlen=20))

    def make(self, sender: Sender) -> Sent:
        """One request of this person."""
        rng = self._rng
        headers = {"authorization": self._outside.bearer(self._app), "content-type": "application/json"}
        old = self._before[sender]
        if old and rng.random() < 0.06:
            again = rng.choice(old)
            return Sent(again.path, again.body, headers, sender, f"again {again.what}", again.claimed)
        kinds: list[tuple[Callable[[Sender], Json], int]] = [
            (self._action, 35),
            (self._submit, 25),
            (self._fetch, 10),
            (self._message, 12),
            (self._legacy, 6),
            (self._members, 4),
            (self._installation, 3),
            (self._unknown, 5),
        ]
        make = rng.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        activity: Any = make(sender)
        for _ in range(rng.choice((0, 0, 0, 0, 1, 1, 2, 4))):
            activity = spoiled(activity, rng, lambda way: way[0] in IDENTITY)
        if rng.random() < 0.05:
            activity = spoiled(activity, rng, lambda way: way[0] not in ("conversation", "recipient"))
        body = written(activity, rng)
        if rng.random() < 0.02:
            body = torn(body, rng)
        if rng.random() < 0.01:
            headers["content-type"] = rng.choice(("", "text/plain", "application/xml"))
        sent = Sent("/api/messages", body, headers, sender, make.__name__.strip("_"), _claimed(activity))
        old.append(sent)
        return sent

    # ------------------------------------------------------------------ kinds

    def _activity(self, kind: str, sender: Sender, **fields: Any) -> Json:
        personal = self._rng.random() < 0.9
        self._count += 1
        return {
            "type": kind,
            "id": f"{self._count}",
            "channelId": "msteams",
            "serviceUrl": CONNECTOR,
            "from": {"id": f"29:{sender.user}", "aadObjectId": sender.user, "name": sender.name},
            "recipient": {"id": f"28:{self._app}", "name": "Keyline"},
            "conversation": {
                "id": f"a:{sender.user}" if personal else "19:x@thread.tacv2",
                "conversationType": "personal" if personal else "channel",
                "tenantId": sender.org,
            },
            "channelData": {"tenant": {"id": sender.org}},
            "entities": [{"type": "clientInfo", "locale": "en-US"}],
            "replyToId": self._rng.choice(("1:card", "1:other", "")),
            **fields,
        }

    def _data(self, sender: Sender, *, filled: bool) -> Json:
        verb, known = self._scene.verb(), self._scene.subject(sender)
        claims: Json = {
            "verb": verb,
            "ref": known.ref,
            "version": self._scene.version(known),
            "revision": known.revision,
        }
        if filled:
            claims["submits"] = True
        if self._rng.random() < 0.08:
            claims[self._rng.choice(("verb", "ref", "version", "revision", "submits"))] = junk(self._rng)
        inputs = self._scene.inputs(verb) if filled else {}
        if "until" in inputs:
            inputs |= {"until.date": inputs["until"][:10], "until.time": self._rng.choice(("17:00", "25:00", ""))}
        return {"keyline": claims, **inputs, "msteams": {"type": "task/fetch"}}

    def _action(self, sender: Sender) -> Json:
        data = self._data(sender, filled=self._rng.random() < 0.3)
        kind = self._rng.choices(("Action.Execute", "Action.Submit", ""), (94, 4, 2))[0]
        action = {"type": kind, "verb": str(data["keyline"].get("verb", "")), "data": data}
        return self._activity(
            "invoke", sender, name="adaptiveCard/action", value={"action": action, "trigger": "manual"}
        )

    def _submit(self, sender: Sender) -> Json:
        value = {"data": self._data(sender, filled=True), "context": {"theme": "default"}}
        return self._activity("invoke", sender, name="task/submit", value=value)

    def _fetch(self, sender: Sender) -> Json:
        return self._activity("invoke", sender, name="task/fetch", value={"data": self._data(sender, filled=False)})

    def _message(self, sender: Sender) -> Json:
        words = self._rng.choice((*WORDS, "<at>Keyline</at> waiting", str(junk(self._rng))[:5_000]))
        return self._activity("message", sender, text=words, textFormat="plain")

    def _legacy(self, sender: Sender) -> Json:
        return self._activity("message", sender, text="", value=self._data(sender, filled=self._rng.random() < 0.7))

    def _members(self, sender: Sender) -> Json:
        which = self._rng.choice(("membersAdded", "membersRemoved"))
        members = [{"id": f"28:{self._app}"}, {"id": "29:x"}][: self._rng.randint(0, 2)]
        return self._activity("conversationUpdate", sender, **{which: members})

    def _installation(self, sender: Sender) -> Json:
        action = self._rng.choice(("add", "remove", "add-upgrade", "remove-upgrade", "x"))
        return self._activity("installationUpdate", sender, action=action)

    def _unknown(self, sender: Sender) -> Json:
        kind = self._rng.choice(
            ("typing", "event", "messageReaction", "endOfConversation", "trace", "handoff", "Ümlaut")
        )
        name = self._rng.choice(("signin/verifyState", "composeExtension/query", "fileConsent/invoke", "x", ""))
        if self._rng.random() < 0.5:
            return self._activity("invoke", sender, name=name, value=junk(self._rng))
        return self._activity(kind, sender, value=junk(self._rng), reactionsAdded=[{"type": "like"}])


def _claimed(activity: Any) -> int | None:
    """The version that the action says it was drawn for."""
    value = activity.get("value") if isinstance(activity, dict) else None
    for way in (("action", "data"), ("data",), ()):
        found: Any = value
        for part in (*way, "keyline", "version"):
            found = found.get(part) if isinstance(found, dict) else None
        if isinstance(found, int):
            return found
    return None
