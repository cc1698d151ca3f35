"""A provider with any number of clients, each with offices and a contact for emergencies in every one of them."""

from __future__ import annotations

from bot.demo.cast import COMPANIES, PLAYERS, Cast, Company, Platform, Player

FIRST_NAMES = ("Ada", "Bo", "Cleo", "Dov", "Elin", "Femi", "Gus", "Hana")
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")


def crowd(clients: int, contacts: int = 4) -> Cast:
    """The demo's provider with so many clients of so many contacts, by turns on Slack and on Teams.

    The first contact of a client is its default key contact.
    """
    companies, players = [COMPANIES[0]], [player for player in PLAYERS if player.company == COMPANIES[0].key]
    for number in range(1, clients + 1):
        platform: Platform = "slack" if number % 2 else "teams"
        zone = ZONES[number % len(ZONES)]
        offices = tuple((f"office-{at}", f"Office {at}", zone, "US") for at in range(1, contacts + 1))
        company = Company(
            f"c{number}", f"Client {number:04}", platform, f"client-{number}", f"C{number}", zone, locations=offices
        )
        companies.append(company)
        players += [_contact(company, number, at) for at in range(contacts)]
    return Cast(companies=tuple(companies), players=tuple(players))


def _contact(company: Company, number: int, at: int) -> Player:
    again, which = divmod(at, len(FIRST_NAMES))
    first, office = FIRST_NAMES[which] + (str(again + 1) if again else ""), company.locations[at][0]
    return Player(
        f"{first} Client{number:04}",
        "Office manager",
        company.key,
        phone=f"+1 555 {number:04} {at}",
        location=office,
        default=at == 0,
        grants=(("emergency", 1, office),),
        mail=f"{first.lower()}@{company.slug}.example",
    )
