"""calendar: the address of a live calendar, to be handed to the person it belongs to."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.words import Config, fail, open_store, settings_for


def calendar(
    person: Annotated[str, typer.Option("--person", help="Whose it is: an e-mail address or an id.")],
    client: Annotated[
        str, typer.Option("--client", help="All downtimes of this client (its slug), in the person's name.")
    ] = "",
    config: Config = None,
) -> None:
    """Print the address of a live calendar of downtimes: of what concerns a person, or of a whole client.

    Calendars subscribe to it. Whoever has the address sees what its person may see, until the person leaves.

    Example: python -m bot calendar --person marcus@northgate.example --client northgate
    """
    from bot.calendars.giving import feed_for
    from bot.signing import Signer
    from handlers.commands import Refused

    settings = settings_for("desk", config)
    signer = Signer(settings.secret.key) if settings.secret.key else None
    with open_store(config) as store, store.read() as tx:
        try:
            found = feed_for(tx, signer, settings.public.url, person, client)
        except Refused as refused:
            fail(refused.sentence)
    typer.echo(found.url)
