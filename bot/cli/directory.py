"""people: who is in the directory, for eyes or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.words import Config, open_store

if TYPE_CHECKING:
    from storage.store import Tx

MOST = 1_000_000


def people(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False, config: Config = None
) -> None:
    """List everybody: the provider's people with duties, each client's people with roles and where they are reached.

    Example: python -m bot people --json
    """
    with open_store(config) as store, store.read() as tx:
        found = [*_provider(tx), *_contacts(tx)]
    if as_json:
        import json

        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, soft_wrap=True)
    company = object()
    for one in found:
        if one["client"] != company:
            company = one["client"]
            console.print(f"[bold]{escape(company or 'The provider')}[/bold]")
        places = ", ".join(one["platforms"]) or "not reached in chat"
        console.print(f"  {escape(one['name'])} [dim]{escape(one['title'])} · {escape(one['email'])} · {places}[/dim]")
        for line in _duties(one):
            console.print(f"    {escape(line)}")


def _duties(one: dict[str, Any]) -> Iterator[str]:
    if one["default"]:
        yield "default key contact: every role nobody else holds"
    if one["roles"]:
        yield ", ".join(_role(role) for role in one["roles"])
    for absence in one["absences"]:
        yield f"away {absence['from'][:10]} to {absence['to'][:10]}"


def _contacts(tx: Tx) -> list[dict[str, Any]]:
    from bot.web.bodies import contact_body
    from storage.queries import directory, rest

    found = []
    for client in directory.all_clients(tx):
        rows = rest.contacts_page(tx, client_id=client.id, after=("", ""), limit=MOST)
        ids = [row.id for row in rows]
        roles = rest.roles_of_people(tx, ids)
        absences = rest.absences_of_people(tx, ids, datetime.now(UTC))
        places = rest.platforms_of_people(tx, ids)
        found += [
            contact_body(
                row,
                client,
                [role for role in roles if role.person_id == row.id],
                [absence for absence in absences if absence.person_id == row.id],
                [place.platform for place in places if place.person_id == row.id],
            )
            for row in rows
        ]
    return found


def _provider(tx: Tx) -> list[dict[str, Any]]:
    from storage.queries import directory, rest

    rows = rest.provider_people(tx)
    places = rest.platforms_of_people(tx, [row.id for row in rows])
    return [
        {
            "id": row.id,
            "client": None,
            "name": row.name,
            "title": row.title,
            "email": row.email,
            "phone": row.phone,
            "timezone": row.timezone,
            "default": False,
            "roles": [{"role": duty.role, "rank": 1, "location": ""} for duty in directory.duties_of(tx, row.id)],
            "absences": [],
            "platforms": [place.platform for place in places if place.person_id == row.id],
        }
        for row in rows
    ]


def _role(role: dict[str, Any]) -> str:
    place = f"@{role['location']}" if role["location"] else ""
    return f"{role['role']}{place}" + (f" ({role['rank']})" if role["rank"] > 1 else "")
