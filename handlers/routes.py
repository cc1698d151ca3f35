"""Who does what: each command, each timer that is due and each message that was lost finds its subject here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import (
    absences,
    approvals,
    blackouts,
    case_reports,
    cases,
    clients,
    commands,
    digests,
    downtimes,
    feedback,
    notices,
    people,
    places,
    pulses,
    touchpoints,
)
from handlers.commands import Outcome, Ref
from handlers.context import Work
from handlers.mechanisms import remarks, silence, tasks, undelivered
from storage.queries import deliveries, timers

HANDLERS: Mapping[type, Callable[[Any, Work], Outcome]] = {
    **approvals.DEEDS,
    **notices.DEEDS,
    **downtimes.DEEDS,
    **blackouts.DEEDS,
    **feedback.DEEDS,
    **cases.DEEDS,
    **touchpoints.DEEDS,
    **pulses.DEEDS,
    **case_reports.DEEDS,
    commands.RenewBoards: lambda command, work: LINKING[command.ref.kind].renew_boards(command, work),
    commands.Reconsider: lambda command, work: _reconsider(command, work),
    commands.Replan: lambda command, work: _replan(command, work),
    commands.Climb: lambda command, work: _climb(command, work),
    commands.DeliveryFailed: lambda command, work: _undelivered(command, work),
    commands.PlanDigests: digests.plan_digests,
    commands.GoAway: absences.go_away,
    commands.ComeBack: absences.come_back,
    commands.PutClient: clients.put_client,
    commands.PutPerson: people.put_person,
    commands.RemovePerson: people.remove_person,
    commands.ReplaceCalendar: people.replace_calendar,
    commands.PutWorkspace: clients.put_workspace,
    commands.AddEmployee: people.add_employee,
    commands.PutPolicy: clients.put_policy,
    commands.SaveInstallation: places.save_installation,
    commands.RemoveInstallation: places.remove_installation,
    commands.RememberAddress: places.remember_address,
    commands.ForgetAddress: places.forget_address,
    commands.RememberRoom: places.remember_room,
    commands.ForgetRoom: places.forget_room,
    commands.CreateToken: places.create_token,
    commands.RevokeToken: places.revoke_token,
}


LINKING: Mapping[str, Any] = {"notice": notices, "downtime": downtimes, "report": case_reports}
"""Subjects whose cards link to the console."""

CLIMBS: Mapping[str, Callable[[Work, Any], Outcome]] = {
    "approval": silence.climb,
    "person": absences.climb,
    "client": digests.climb,
    "staff": digests.climb,
    "task": tasks.climb,
    "notice": notices.climb,
    "relay": notices.relay_climb,
    "downtime": downtimes.climb,
    "case": cases.climb,
    "remark": remarks.climb,
    **dict.fromkeys(("touchpoint", "talk_plan", "action_item"), touchpoints.climb),
    **dict.fromkeys(("pulse", "pulse_plan"), pulses.climb),
    "report": case_reports.climb,
    "timetable": clients.climb,
}
"""What a due timer does, by the kind of its subject."""


Failure = Callable[[commands.DeliveryFailed, Work, Any], Outcome]
FAILURES: Mapping[str, Failure] = {
    "approval": approvals.delivery_failed,
    "notice": notices.delivery_failed,
    "relay": notices.relay_failed,
    "downtime": downtimes.delivery_failed,
    "touchpoint": touchpoints.delivery_failed,
    "report": case_reports.delivery_failed,
    "remark": remarks.delivery_failed,
    "feedback": feedback.delivery_failed,
}
"""What follows when a message does not arrive, by the kind of its subject; of any other it is written down."""


def _undelivered(command: commands.DeliveryFailed, work: Work) -> Outcome:
    row = deliveries.delivery(work.tx, command.delivery)
    if row is None:
        return Outcome(repeated=True)
    follow: Failure = FAILURES.get(Ref.parse(row.subject).kind, undelivered.note)
    return follow(command, work, row)


def _reconsider(command: commands.Reconsider, work: Work) -> Outcome:
    approvals.reconsider(command, work)
    notices.reconsider(work, command.client_id)
    downtimes.reconsider(work, command.client_id)
    touchpoints.reconsider(work, command.client_id)
    case_reports.reconsider(work, command.client_id)
    return Outcome()


def _replan(command: commands.Replan, work: Work) -> Outcome:
    approvals.replan(command, work)
    notices.replan(work, command.client_id)
    downtimes.replan(work, command.client_id)
    touchpoints.replan(work, command.client_id)
    pulses.replan(work, command.client_id)
    case_reports.replan(work, command.client_id)
    return Outcome()


def _climb(command: commands.Climb, work: Work) -> Outcome:
    timer = timers.timer(work.tx, command.timer)
    if timer is None or timer.state != "waiting" or timer.due_at > work.now:
        return Outcome(repeated=True)
    return CLIMBS[Ref.parse(timer.subject).kind](work, timer)
