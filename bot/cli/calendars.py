"""calendar: the address of a live calendar, to be handed to the person it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import Config, fail, open_desk, perform, settings_for

if TYPE_CHECKING:
    from bot.calendars.giving import Given
    from storage.store import Store


def calendar(
    person: Annotated[str, typer.Option("--person", help="Whose it is: an e-mail address or an id.")],
    client: Annotated[
        str, typer.Option("--client", help="All downtimes of this client (its slug), in the person's name.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="End all addresses of this person's calendars first: one has leaked.")
    ] = False,
    config: Config = None,
) -> None:
    """Print the address of a live calendar of downtimes: of what concerns a person, or of a whole client.

    Calendars subscribe to it. Whoever has the address sees what its person may see, until the person leaves or the
    address is replaced.

    Example: python -m bot calendar --person marcus@northgate.example --client northgate
    """
    from bot.calendars.giving import feed_for
    from bot.signing import Signer
    from handlers.commands import Refused, ReplaceCalendar

    settings = settings_for("desk", config)
    signer = Signer(settings.secret.key) if settings.secret.key else None

    def look(store: Store) -> Given:
        with store.read() as tx:
            try:
                return feed_for(tx, signer, settings.public.url, person, client)
            except Refused as refused:
                fail(refused.sentence)

    with open_desk(config) as desk:
        found = look(desk.store)
        if replace:
            typer.echo(perform(desk, ReplaceCalendar(found.person.id)).say, err=True)
            found = look(desk.store)
    typer.echo(found.url)
