"""Cards and forms as the house draws them: what the golden files, the judges and the pictures are made from."""

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

PURCHASE = Card(
    title="6 laptops for the Providence office",
    summary="Harborline IT asks for your approval: 6 laptops, $8,659.88",
    status=Status("Needs your approval", "ask"),
    ref=ORDER,
    version=1,
    revision=3,
    blocks=(
        Text("Replacements for machines that are out of warranty at the end of June."),
        Facts(
            (
                Fact("Asked by", "Sofia Marchetti, Harborline IT"),
                Fact("Vendor", "Northwind Supply"),
                Fact("Needed", "2 of 2: Dana Whitlock, then one of Priya Raman or Hannah Cole"),
                Fact("First year", "$8,659.88"),
            )
        ),
        Lines(
            (
                Line('Laptop 14" 32 GB', "$8,094.00", "6 × $1,349.00, once"),
                Line("Shipping", "$60.00"),
                Line("Tax", "$505.88", "6.25% on the goods"),
            ),
            heading="What is bought",
        ),
        Quote("Priya Raman", "Can these wait until July?\nOur budget year starts then."),
        Link("The vendor's quote", "https://quotes.example.com/q/8812"),
        Rule(),
        Actions(
            (
                Button("Approve", "approve", ORDER, 1, 3, "primary"),
                Button("Reject", "reject", ORDER, 1, 3, "danger", form=True),
                Button("Ask a question", "ask", ORDER, 1, 3, form=True),
                Button("Hand to someone else", "hand", ORDER, 1, 3, form=True),
            )
        ),
        Text("No answer by Mon Jun 15, 4:30 PM EDT: not approved.", "subtle"),
    ),
)

RECEIPT = Card(
    title="6 laptops for the Providence office",
    summary="Approved: 6 laptops",
    status=Status("Approved", "good"),
    ref=ORDER,
    version=1,
    revision=5,
    blocks=(
        Text("You approved this on Mon Jun 8, 9:11 AM EDT.", "strong", "good"),
        Text("Nothing else is needed from you.", "subtle"),
    ),
)

WAITING = Card(
    title="Waiting for you",
    summary="2 things wait for you",
    blocks=(
        Lines((Line("UPS for the server room", "$640.00", "asked Mon 2:30 PM"),)),
        Actions((Button("Open", "open", Ref("approval", "apr_1")),)),
        Rule(),
        Lines((Line("Nora Blake: read-write on Litigation/Harlow", "", "until Fri Jul 31"),)),
        Actions(tuple(Button(f"Choice {index}", f"choose_{index}", Ref("approval", "apr_2")) for index in range(8))),
        Picture("https://keyline.example.com/charts/abc.png", "Open cases a week: 23, 20, 17"),
    ),
)

HOSTILE = Card(
    title="**Urgent** [pay here](https://evil.example) <at>Everyone</at>",
    summary="# not a heading",
    status=Status("_Approved_ \u202edevorppA", "warning"),
    blocks=(
        Text("1. not a list\n- nor this\n{{DATE(2026-06-08T09:00:00Z,LONG)}} stays\r\nשלום עולם"),
        Quote("</at>", "`code` ~~struck~~ ![x](https://evil.example/x.png)\0\x1b[31m"),
        Link("Your bank", "https://bank.example@evil.example/login"),
        Link("Run this", "javascript:alert(1)"),
        Link("Look-alike", "https://аррӏе.example/"),
        Picture("file:///etc/passwd", "a picture"),
    ),
)

REJECT = Form(
    title="Reject 6 laptops",
    verb="reject",
    intro="The people who asked see your reason.",
    fields=(
        Field("reason", "Reason", "longtext", hint="One sentence is enough.", placeholder="For example: too early"),
    ),
    submit="Reject",
    ref=ORDER,
    version=1,
    revision=3,
)

EVERYTHING = Form(
    title="Ask for something",
    verb="request",
    fields=(
        Field("what", "What", max_length=200),
        Field("why", "Why", "longtext", required=False),
        Field("quantity", "How many", "number", value="6"),
        Field("price", "Price each", "money", placeholder="1,349.00", hint="In US dollars."),
        Field("by", "Needed by", "date", value="2026-06-22"),
        Field("start", "Start", "datetime", value="2026-06-21T06:00:00-04:00", hint="Time in Toledo (EDT)."),
        Field("mail", "For whom", "email"),
        Field("kind", "Kind", "choice", options=(Option("computer", "Computer"), Option("other", "Something else"))),
        Field(
            "who",
            "Inform",
            "choices",
            value="dana,ghost",
            options=tuple(Option(n, n.title()) for n in ("dana", "priya")),
        ),
        Field("site", "Site", "choice", options=tuple(Option(f"s{n}", f"Site {n}") for n in range(9)), value="s3"),
    ),
    errors={
        "": "Please look at two things.",
        "quantity": "A number, please.",
        "price": "An amount like 1,349.00, please.",
    },
)

HOSTILE_FORM = Form(
    title="**Pick** one",
    verb="pick",
    intro="[pay](https://evil.example)",
    fields=(
        Field(
            "a",
            "__Which__ [x](https://evil.example)",
            "choice",
            options=tuple(
                Option(f"o{n}", label)
                for n, label in enumerate(
                    (
                        "**bold** [pay](https://evil.example)",
                        "1. list",
                        "# heading & <b>html</b>",
                        "_under_ snake_case `code` ~~gone~~",
                    )
                )
            ),
        ),
        Field(
            "b",
            "Where",
            "choices",
            options=(Option("p", "![x](https://evil.example/x.png)"), Option("q", "<https://evil.example>")),
        ),
    ),
)

CARDS = {"purchase": PURCHASE, "receipt": RECEIPT, "waiting": WAITING, "hostile": HOSTILE}
FORMS = {"reject": REJECT, "everything": EVERYTHING, "hostile": HOSTILE_FORM}
TYPED = {"quantity": "six", "price": "cheap", "start": "2026-06-21T06:30", "who": "priya"}
"""What a person had typed when EVERYTHING came back with errors."""
