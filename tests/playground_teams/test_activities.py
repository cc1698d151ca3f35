"""What Teams posts, read by code that others wrote: Microsoft's deserialiser and its TeamsActivityHandler."""

from __future__ import annotations

from typing import Any

from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity, ActivityTypes, AdaptiveCardInvokeResponse, ConversationAccount
from botbuilder.schema.teams import TaskModuleMessageResponse, TaskModuleResponse, TeamsChannelData

from tests.playground_teams.house import APP, CARD, CEDAR, TOM, Json, Stage, card, card_answer, execute, form_button


class Handler(TeamsActivityHandler):
    """A bot as Microsoft's samples write it; `seen` lists what it was asked to do."""

    def __init__(self) -> None:
        self.seen: list[tuple[Any, ...]] = []

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        self.seen.append(("message", turn_context.activity.text, turn_context.activity.value))

    async def on_members_added_activity(self, members_added: Any, turn_context: TurnContext) -> None:
        self.seen.append(("added", [member.id for member in members_added]))

    async def on_teams_members_added(self, members: Any, team: Any, turn_context: TurnContext) -> None:
        self.seen.append(("added", [member.id for member in members]))

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        self.seen.append(("installed", turn_context.activity.from_property.aad_object_id))

    async def on_installation_update_remove(self, turn_context: TurnContext) -> None:
        self.seen.append(("removed", turn_context.activity.from_property.aad_object_id))

    async def on_unrecognized_activity_type(self, turn_context: TurnContext) -> None:
        self.seen.append(("unknown", turn_context.activity.type))

    async def on_adaptive_card_invoke(self, turn_context: TurnContext, invoke_value: Any) -> Any:
        self.seen.append(("execute", invoke_value.action["verb"], invoke_value.action["data"]))
        # The SDK's model takes an object as the value only, so a card and no sentence.
        return AdaptiveCardInvokeResponse(status_code=200, type=CARD, value=card("Approved"))

    async def on_teams_task_module_fetch(self, turn_context: TurnContext, task_module_request: Any) -> Any:
        self.seen.append(("fetch", task_module_request.data["verb"], task_module_request.context.theme))
        return TaskModuleResponse(task=TaskModuleMessageResponse(value="no form today"))


class Adapter(BotAdapter):
    """Keeps what the handler answers to an invoke."""

    def __init__(self) -> None:
        super().__init__()
        self.invoked: InvokeResponse | None = None

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[Any]:
        for activity in activities:
            if activity.type == ActivityTypes.invoke_response:
                self.invoked = activity.value
        return []

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        raise AssertionError("nothing is updated here")

    async def delete_activity(self, context: TurnContext, reference: Any) -> None:
        raise AssertionError("nothing is deleted here")


def with_handler(stage: Stage) -> Handler:
    """The stage's bot answers with Microsoft's handler."""
    handler = Handler()

    async def answer(sent: Json) -> tuple[int, Any]:
        adapter = Adapter()
        activity = Activity().deserialize(sent)
        await adapter.run_pipeline(TurnContext(adapter, activity), handler.on_turn)
        invoked = adapter.invoked
        return (invoked.status, invoked.body) if invoked else (201, None)

    stage.bot.answer = answer
    return handler


async def test_a_typed_message_is_read_with_its_identity_place_and_time(stage: Stage) -> None:
    handler = with_handler(stage)
    assert (await stage.double.say(TOM, "what is <waiting>?"))["status"] == 201
    activity = Activity().deserialize(stage.bot.last)
    assert handler.seen == [("message", "what is <waiting>?", None)]
    assert activity.channel_id == "msteams" and activity.locale == "en-US"
    assert activity.from_property.id == "29:tom" and activity.from_property.aad_object_id == "aad-tom"
    assert activity.recipient.id == f"28:{APP}"
    assert isinstance(activity.conversation, ConversationAccount)
    assert (activity.conversation.id, activity.conversation.conversation_type) == ("a:tom", "personal")
    # Teams writes tenantId; the SDK's model looks for tenantID and leaves it unread.
    assert stage.bot.last["conversation"]["tenantId"] == CEDAR
    assert TeamsChannelData().deserialize(activity.channel_data).tenant.id == CEDAR
    assert activity.local_timezone == "America/Denver"
    assert activity.timestamp == stage.clock.now() == activity.local_timestamp
    assert activity.attachments[0].content_type == "text/html"
    assert activity.attachments[0].content == "<p>what is &lt;waiting&gt;?</p>"
    assert f"teams-{activity.id}" == stage.double.screen(TOM)[0]["message"]


async def test_an_installation_is_told_by_two_events_and_a_removal_by_one(stage: Stage) -> None:
    handler = with_handler(stage)
    assert [told["status"] for told in await stage.double.install(TOM)] == [201, 201]
    assert (await stage.double.uninstall(TOM))["status"] == 201
    assert handler.seen == [("installed", "aad-tom"), ("added", [f"28:{APP}"]), ("removed", "aad-tom")]
    assert [sent["type"] for sent in stage.bot.received] == [
        "installationUpdate",
        "conversationUpdate",
        "installationUpdate",
    ]


async def test_everybody_is_installed_at_once(stage: Stage) -> None:
    handler = with_handler(stage)
    await stage.double.install_all()
    installed = [seen[1] for seen in handler.seen if seen[0] == "installed"]
    assert installed == ["aad-tom", "aad-jill", "aad-ben"]


async def test_an_unknown_kind_of_event_can_be_sent(stage: Stage) -> None:
    handler = with_handler(stage)
    assert (await stage.double.event(TOM, "somethingNew", value={"a": 1}))["status"] == 201
    assert handler.seen == [("unknown", "somethingNew")]


async def test_a_pressed_execute_is_read_as_an_adaptive_card_action(stage: Stage) -> None:
    handler = with_handler(stage)
    message = await stage.send(TOM, card("UPS", execute("Approve", "approve", ref="APR-1")))
    assert (await stage.double.press(TOM, message, "Approve"))["body"] == card_answer(card("Approved"))
    assert handler.seen == [("execute", "approve", {"ref": "APR-1"})]
    assert stage.bot.last["replyToId"] == message.removeprefix("teams-")
    assert stage.bot.last["value"]["trigger"] == "manual"
    assert [(seen["message"], seen["text"]) for seen in stage.double.screen(TOM)] == [(message, "Approved")]
    assert stage.double.complaints() == []


async def test_a_pressed_form_button_is_read_as_a_task_fetch(stage: Stage) -> None:
    handler = with_handler(stage)
    message = await stage.send(TOM, card("UPS", form_button("Reject", "reject", ref="APR-1")))
    await stage.double.press(TOM, message, "Reject")
    assert handler.seen == [("fetch", "reject", "default")]
    assert stage.double.screen(TOM)[-1]["text"] == "no form today"


async def test_an_old_client_sends_the_fallback_as_a_message_with_a_value(stage: Stage) -> None:
    handler = with_handler(stage)
    stage.double.fault({"platform": "teams", "legacy_client": TOM})
    message = await stage.send(TOM, card("UPS", execute("Approve", "approve", ref="APR-1")))
    assert (await stage.double.press(TOM, message, "Approve"))["status"] == 201
    assert handler.seen == [("message", None, {"verb": "approve", "ref": "APR-1"})]
    assert stage.bot.last["replyToId"] == message.removeprefix("teams-")
