"""Cards and forms as the house draws them, for golden files and journeys."""

from __future__ import annotations

from bot.cards.card import (
    Actions,
    Button,
    Card,
    Fact,
    Facts,
    Field,
    Form,
    Line,
    Lines,
    Link,
    Option,
    Picture,
    Quote,
    Rule,
    Status,
    Text,
)
from handlers.commands import Ref

ORDER = Ref("approval", "apr_0190")


def _ask(label: str, verb: str, style: str = "plain", form: bool = False, ref: Ref = ORDER) -> Button:
    return Button(label, verb, ref, version=1, revision=2, style=style, form=form)  # type: ignore[arg-type]


PURCHASE = Card(
    title="Approve 6 laptops for the litigation team",
    summary="Harborline asks you to approve $8,659.88: 6 laptops for the litigation team",
    status=Status("Needs your approval", "ask"),
    blocks=(
        Text("The current machines are out of warranty and two have failed since May."),
        Facts(
            (
                Fact("Vendor", "Northwind Supply"),
                Fact("For", "Litigation, Boston"),
                Fact("First-year total", "$8,659.88"),
                Fact("Needs", "2 of 2: Dana Whitlock and Priya Raman"),
                Fact("Quote valid until", "Fri Jun 19"),
            )
        ),
        Lines(
            (
                Line("6 × Laptop 14″, 32 GB", "$8,094.00"),
                Line("6 × Docking station", "$438.00", "one for each desk"),
                Line("Shipping", "$127.88"),
            ),
            heading="Order",
        ),
        Link("Quote NS-20417", "https://quotes.example.com/ns/20417?v=2&lang=en"),
        Text("No answer by Mon Jun 15, 4:30 PM EDT: not approved.", "subtle"),
        Actions(
            (
                _ask("Approve", "approve", "primary"),
                _ask("Reject", "reject", "danger", form=True),
                _ask("Ask a question", "ask", form=True),
                _ask("Hand to someone else", "hand_over", form=True),
            )
        ),
    ),
    ref=ORDER,
    version=1,
    revision=2,
)

DECIDED = Card(
    title="Approve 6 laptops for the litigation team",
    summary="Not approved by Priya Raman",
    status=Status("Not approved", "bad"),
    blocks=(
        Facts((Fact("Total", "$8,659.88"), Fact("Decided", "Mon Jun 8, 1:40 PM EDT by Priya Raman"))),
        Quote("Priya Raman", "Too many at once.\nPlease split this over two quarters."),
        Rule(),
        Text("Sofia Marchetti has been told.", tone="good"),
    ),
)

WAITING = Card(
    title="Waiting for you",
    summary="2 things wait for you",
    blocks=(
        Text("Toner for Providence, $89.00", "strong"),
        Actions((_ask("Approve", "approve", "primary", ref=Ref("approval", "apr_1")),)),
        Text("Access for Nora Blake to Litigation/Harlow until Jul 31", "strong"),
        Actions((_ask("Approve", "approve", "primary", ref=Ref("approval", "apr_2")),)),
        Actions((_ask("Contacts", "say", ref=Ref("page", "contacts")),)),
    ),
)

HOSTILE = Card(
    title="Paid <!channel> & *done* <https://evil.example|click>",
    summary="<!here> <@U0DANA> _hurry_ & <https://evil.example|pay>",
    status=Status("`code` ~gone~ :tada:", "warning"),
    blocks=(
        Text("<!everyone> *bold* _it_ ~no~ `x` <@U0DANA> :fire: \u202egnp.exe\u202c a&b"),
        Facts((Fact("*Ven_dor* <!here>", "<@U0DANA|boss> *x*"), Fact("file_name_v2", "\x00\x07ok"))),
        Lines((Line("<!channel>", "<$1>", "*d*"),), heading="*h* <x>"),
        Quote("<@U1>", "> quoted\n```code```"),
        Link("bank.example", "https://bank.example@evil.example/<a>?q=1|2"),
        Link("no", "javascript:alert(1)"),
        Picture("https://img.example/chart.png", "Chart <b>"),
        Actions((Button("<!here> *Go*", "approve", ORDER),)),
    ),
)

RIGHT_TO_LEFT = Card(
    title="אישור רכישה",
    summary="בקשה לאישור: ₪1,200.00",
    status=Status("ממתין לאישורך", "ask"),
    blocks=(Text("مرحبا، يرجى الموافقة على الطلب رقم 42."), Facts((Fact("ספק", "צפון בע״מ"),))),
)

FIFTY_LINES = Card(
    title="Monthly list of computers",
    summary="52 computers at Marlow & Finch LLP",
    blocks=(
        Lines(
            tuple(Line(f"LT-{n:03} Laptop 14″, Windows 11", "$22.00/mo", f"assigned to person {n}") for n in range(50))
        ),
        Text("Not answered by Thu Jun 25: the list counts as not reviewed.", "subtle"),
        Actions((_ask("All correct", "confirm", "primary"), _ask("Flag a line", "flag", form=True))),
    ),
)

MANY_LINES = Card(
    title="Invoice June",
    summary="Invoice June, $6,600.00",
    status=Status("Needs your review", "ask"),
    blocks=(
        Facts((Fact("Total", "$6,600.00"),)),
        Lines(tuple(Line(f"Managed workstation {n} with monitoring and patching", "$22.00") for n in range(300))),
        Text("Silence never holds the invoice back.", "subtle"),
        Actions((_ask("All correct", "confirm", "primary"),)),
    ),
)

REJECT = Form(
    title="Reject this request",
    verb="reject",
    fields=(Field("reason", "Why not?", "longtext", hint="Sofia and the requester read this.", max_length=2000),),
    submit="Reject",
    ref=ORDER,
    version=1,
    revision=2,
)

EVERY_KIND = Form(
    title="Start a new computer or user checklist",
    verb="start_checklist",
    intro="Harborline asks the Key Contact before anything is bought.",
    submit="Send request",
    ref=Ref("page", "checklist"),
    fields=(
        Field("name", "Legal name", value="Owen Pratt", placeholder="First and last name", max_length=80),
        Field("why", "Why", "longtext", required=False),
        Field("seats", "Seats", "number", value="5"),
        Field("cost", "Expected cost", "money", value="1,349.00", hint="In US dollars"),
        Field("start", "First day", "date", value="2026-06-22"),
        Field("cutoff", "Exact time", "datetime", value="2026-06-12T16:00:00-04:00", hint="In your own time zone"),
        Field("email", "E-mail", "email", placeholder="name@company.example"),
        Field(
            "kind", "Kind", "choice", options=(Option("laptop", "Laptop"), Option("desktop", "Desktop")), value="laptop"
        ),
        Field(
            "location",
            "Location",
            "choice",
            required=False,
            options=(Option("", "Not decided"), Option("bos", "Boston"), Option("pvd", "Providence")),
        ),
        Field(
            "groups",
            "Groups",
            "choices",
            required=False,
            value="staff,partners",
            options=(Option("staff", "Staff"), Option("partners", "Partners"), Option("it", "IT")),
        ),
        Field(
            "apps",
            "Applications",
            "choices",
            required=False,
            options=tuple(Option(f"app{n}", f"Application {n}") for n in range(14)),
        ),
        Field(
            "person",
            "Manager",
            "choice",
            options=tuple(Option(f"con_{n}", f"Person {n}") for n in range(130)),
            value="con_7",
        ),
    ),
)

REFUSED_FORM = Form(
    title="Reject this request",
    verb="reject",
    fields=(Field("reason", "Why not?", "longtext", value="no"),),
    ref=ORDER,
    errors={"": "This request was changed while you were writing.", "reason": "Please write a little more."},
)

CARDS = {
    "purchase": PURCHASE,
    "decided": DECIDED,
    "waiting": WAITING,
    "hostile": HOSTILE,
    "right_to_left": RIGHT_TO_LEFT,
    "fifty_lines": FIFTY_LINES,
    "many_lines": MANY_LINES,
}
FORMS = {"reject": REJECT, "every_kind": EVERY_KIND, "refused": REFUSED_FORM}
