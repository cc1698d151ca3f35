"""What `policy show` and `policy explain` print for eyes: lines of rich markup, with everybody's words escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from rich.markup import escape

from bot.cards.wording import all_of, any_of, money
from handlers.mechanisms.talks.names import titled
from storage.rows import Row

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNITS = {"business_hours": "business hours", "business_days": "business days", "clock_minutes": "minutes"}
DEEDS = {
    "remind_primary": "remind",
    "add_backup": "ask one more person",
    "remind_both": "remind everybody",
    "tell_csm": "tell the CSM to call",
    "tell_supervisor": "tell the supervisor to call",
    "expire": "end without approval",
}


def policy_page(client: Row[Any], policy: Mapping[str, Any]) -> Iterator[str]:
    """A client's policy in force; what is the client's own is marked."""
    own = client.policy
    yield f"[bold]{escape(client.name)}[/bold], policy {client.policy_version}"
    yield _head("Purchases", "tiers" in own)
    lower = 0
    for tier in policy["tiers"]:
        upper = tier["up_to_minor"]
        band = f"more than {money(lower, client.currency, client.locale)}" if lower else ""
        if upper is not None:
            band += f"{', ' if band else ''}up to {money(upper, client.currency, client.locale)}"
        yield f"  {escape(tier['name'])} ({band or 'any amount'}): {_voices(tier['steps'])}{_papers(tier)}"
        lower = upper or 0
    yield _head("Access", "access" in own)
    for name, rules in policy["access"].items():
        more = ", always urgent" if rules["urgency"] == "urgent" else ""
        more += ", with a call back" if rules["call_back"] else ""
        yield f"  {name}: {_voices(rules['steps'])}{more}"
    yield _head("On silence", "ladders" in own)
    for name, ladder in policy["ladders"].items():
        rungs = ", ".join(f"{DEEDS[rung['deed']]} after {float(Fraction(rung['after'])):g}" for rung in ladder["rungs"])
        mark = " [yellow]own[/yellow]" if name in own.get("ladders", {}) else ""
        yield f"  {name}: {rungs} {UNITS[ladder['unit']]}{mark}" if rungs else f"  {name}: nothing{mark}"
    yield _head("Catalogue", "catalogue" in own)
    yield f"  {_catalogue(policy['catalogue'], client)}"
    yield _head("Cases", "sla" in own)
    for priority, target in policy["sla"]["targets"].items():
        yield f"  {priority}: answered in {target['response']}, solved in {target['resolution']}"
    yield _head("By itself", "timetable" in own)
    for sentence in _by_itself(policy["timetable"]):
        yield f"  {sentence}"
    yield _head("Rest", bool(set(own) - {"tiers", "access", "ladders", "catalogue", "timetable", "sla"}))
    first = "the CSM" if policy["employee_requests"] == "csm" else "the key contacts"
    yield f"  What employees ask for goes to {first} first."
    yield (
        f"  Orders of one person from one vendor within {policy['split_guard_days']} days are added up; after the "
        f"approval a price may rise by {policy['price_rise_percent']} % and at most "
        f"{money(policy['price_rise_minor'], client.currency, client.locale)}."
    )
    holidays = f", closed also on {', '.join(policy['holidays'])}" if policy["holidays"] else ""
    worked = f", open also on {', '.join(policy['working_days'])}" if policy["working_days"] else ""
    yield f"  Business hours: {policy['opening']} to {policy['closing']}{escape(holidays)}{escape(worked)}."
    nights = f"Nothing that can wait is sent between {policy['quiet_from']} and {policy['quiet_until']} or on days off."
    quiet = nights if policy["quiet_from"] != policy["quiet_until"] else "Nothing that can wait is sent on days off."
    yield f"  {quiet}"
    days = policy["notice_days"]
    yield (
        f"  Downtimes are offered {days['major']} business days ahead: {days['normal']} for up to four hours outside "
        f"business hours at one office, {days['minor']} for less than half an hour. Less needs an explicit consent."
    )


def _by_itself(timetable: Mapping[str, Any]) -> Iterator[str]:
    """What comes without anybody asking for it; hours are the client's."""
    weekly, monthly, pulse = timetable["case_report"], timetable["exec_summary"], timetable["pulse"]
    if weekly["on"]:
        yield (
            f"Case report: written {DAYS[weekly['weekday']]} {weekly['written']}, sent {weekly['sent']}, reminder "
            f"{DAYS[weekly['remind_weekday']]} {weekly['remind']}, unreviewed "
            f"{DAYS[weekly['unreviewed_weekday']]} {weekly['unreviewed']}."
        )
    if monthly["on"]:
        which = f"business day {monthly['business_day']} of the month"
        yield (
            f"Executive summary: written {monthly['written']} on {which}, sent {monthly['sent']}, reminder "
            f"{monthly['remind_days']} business days later, unreviewed {monthly['unreviewed_days']} days later."
        )
    if timetable["digest"]["on"]:
        yield f"List of what waits: {timetable['digest']['wall']} on business days, when something does."
    for kind, talk in timetable["talks"].items():
        if talk["every"] != "never":
            day = f", {DAYS[talk['weekday']]}" if talk["weekday"] is not None else ""
            name = escape(titled(kind))
            yield f"{name}: every {talk['every']}{day} {talk['wall']}, {talk['minutes']} minutes, with {talk['role']}."
    before = (("days", timetable["remind_days"]), ("minutes", timetable["remind_minutes"]))
    reminded = " and ".join(f"{many} {unit if many != 1 else unit[:-1]}" for unit, many in before if many)
    yield f"Meetings are proposed {timetable['lead_days']} business days ahead."
    yield f"Whoever takes part is reminded {reminded} before." if reminded else "Nobody is reminded of a meeting."
    if pulse["on"]:
        yield f"Pulse: every {pulse['green']} days, {pulse['amber']} when amber, {pulse['red']} when red."
    yield f"Nobody is asked for an opinion more than once in {timetable['survey_days']} days."


def explanation_page(client: Row[Any], found: Mapping[str, Any]) -> Iterator[str]:
    """What one request would take, as `bot.foresight.foresee` found it."""
    yield f"[bold]{escape(client.name)}[/bold], policy {found['policy_version']}, as if sent {found['local']}"
    yield f"  {escape(_what(client, found))}"
    for sentence in _conditions(found):
        yield f"  {escape(sentence)}"
    if found["blocked"]:
        who = found["csm"] or "Your provider"
        yield f"  [red]Nobody can be asked for {escape(all_of(found['blocked']))}.[/red]"
        yield f"  No card goes out at all, and {escape(who)} gets a task to find somebody."
    yield "[bold]Who is asked[/bold]"
    for number, stage in enumerate(found["stages"]):
        if len(stage["voices"]) > 1:
            yield f"  {'At once' if number == 0 else 'Then, at once'}, in any order, different people:"
        for voice in stage["voices"]:
            lead = "  " if len(stage["voices"]) > 1 else "Then " if number else ""
            yield f"  {lead}{escape(_voice(voice))}"
    if found["silence"]:
        yield "[bold]If nobody answers[/bold]" + (" (the first of them)" if len(found["stages"]) > 1 else "")
        width = max(len(rung["local"]) for rung in found["silence"])
        for rung in found["silence"]:
            yield f"  [cyan]{rung['local']:<{width}}[/cyan]  {escape(rung['sentence'])}"
        if len(found["stages"]) > 1:
            yield "  Each later step starts these times anew when it is its turn."


def _what(client: Row[Any], found: Mapping[str, Any]) -> str:
    urgent = ", urgent" if found["urgency"] == "urgent" else ""
    if found["kind"] == "access":
        return f"A {found['tier']} change of access{urgent}."
    amount = money(found["amount_minor"], found["currency"], client.locale)
    upper = found["up_to_minor"]
    band = f"up to {money(upper, client.currency, client.locale)}" if upper is not None else "the highest tier"
    return f"A purchase of {amount} is {found['tier']} ({band}){urgent}."


def _conditions(found: Mapping[str, Any]) -> Iterator[str]:
    if found.get("quote_required"):
        yield "The vendor's quote has to be attached."
    if found.get("proposal_required"):
        yield "It has to come from a published proposal."
    if found.get("catalogue"):
        yield "An item of the client's catalogue at this price needs no decision."
    if found.get("call_back"):
        yield "Somebody calls a number on file before anything is changed."
    if not found["requester_counts"]:
        yield "The approval of whoever asks for it does not count."


def _voice(voice: Mapping[str, Any]) -> str:
    role = " or ".join(voice["roles"])
    asked = f"{voice['asked']['name']} is asked" if voice["asked"] else "nobody can be asked"
    backups = [one["name"] for one in voice["could_step_in"]]
    could = f"; {any_of(backups)} could step in" if backups else ""
    silent = [one["name"] for one in voice["without_account"]]
    lost = f"; {all_of(silent)} may decide but {'have' if len(silent) > 1 else 'has'} no chat account" if silent else ""
    return f"{role}: {asked}{could}{lost}."


def _voices(steps: Sequence[Mapping[str, Any]]) -> str:
    stages: dict[int, list[str]] = {}
    for step in steps:
        stages.setdefault(step["stage"], []).append(" or ".join(step["roles"]))
    return ", then ".join(" + ".join(stages[stage]) for stage in sorted(stages))


def _papers(tier: Mapping[str, Any]) -> str:
    needs = [name for name, key in (("quote", "quote_required"), ("proposal", "proposal_required")) if tier[key]]
    return f", with {all_of(needs)}" if needs else ""


def _catalogue(catalogue: Mapping[str, Any], client: Row[Any]) -> str:
    if not catalogue["on"]:
        return "Off: nothing is bought without asking."
    caps = [money(catalogue[name], client.currency, client.locale) for name in ("order_max_minor", "month_cap_minor")]
    items = [
        f"{item['name']} ({item['vendor']}, {money(item['unit_minor'], client.currency, client.locale)})"
        for item in catalogue["items"]
    ]
    listed = escape("; ".join(items)) or "nothing yet"
    return f"Up to {caps[0]} an order and {caps[1]} a month without asking: {listed}."


def _head(name: str, own: bool) -> str:
    return f"[bold]{name}[/bold]" + (" [yellow](the client's own)[/yellow]" if own else "")
