"""Who may do what in the machine, and how often: the choices that Hypothesis draws from."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.commands import Chat, Service, System

NOAH = Chat("slack", "T0MARLOW", "U0NOAH")
PSA = Service("psa", frozenset({"approvals:write"}))
CONTACTS = ("Dana Whitlock", "Priya Raman", "Hannah Cole", "Luis Ortega")
PROVIDER = ("Sofia Marchetti", "Kai Turner", PSA)
ANYBODY = (
    *CONTACTS,
    *CONTACTS,
    *PROVIDER,
    NOAH,
    "Tom Beckett",
    Chat("slack", "T0MARLOW", "U0STRANGER"),
    Service("reader", frozenset({"read"})),
    Service("elsewhere", frozenset({"approvals:write"}), client="northgate"),
    System("the clock"),
)
PRICES = (8_900, 9_000, 200_000, 250_001, 255_000, 900_000, 930_000, 1_100_000)
ASKERS = (
    "",
    "dana@marlowfinch.example",
    "priya@marlowfinch.example",
    "hannah@marlowfinch.example",
    "tom@cedarridge.example",
)
SUBJECTS = (*CONTACTS, "Nora Blake", "Noah Reed")
HEIRS, LATER = (*CONTACTS, "Sofia Marchetti", "Noah Reed"), ("2", "4", "tomorrow", "soon")
STEERS = ("remind", "remind", "send_on", "send_on", "fulfil", "fulfil", "disown", "withdraw")
MOST = 4
"""Requests in one run: more would be touched less."""

anybody, contacts, provider = st.sampled_from(ANYBODY), st.sampled_from(CONTACTS), st.sampled_from(PROVIDER)
raiser, acting = st.sampled_from((*PROVIDER, NOAH, *ANYBODY)), st.one_of(provider, anybody)
price, roles = st.sampled_from(PRICES), st.sampled_from(("purchasing", "billing", "strategy", "security"))
which, nth = st.integers(0, MOST - 1), st.integers(0, 60)
seen = st.sampled_from((0, 0, 0, 0, 0, -1, 1))
words = st.sampled_from(("Because.", "Because.", "Because.", " ", "\x00", "x" * 3001))


def email(name: str) -> str:
    """A contact's address."""
    return f"{name.partition(' ')[0].lower()}@marlowfinch.example"
