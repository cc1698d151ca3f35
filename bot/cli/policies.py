"""policy: who has to say yes to what at one client; shown, explained for one case, and changed from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.words import Config, attempt, client_called, fail, misused, open_desk, open_store, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from storage.rows import Row
    from storage.store import Tx

group = typer.Typer(help="Who has to say yes to what, at one client.", no_args_is_help=True)

Client = Annotated[str, typer.Option("--client", help="The client's slug.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]


@group.command()
def show(client: Client, as_json: AsJson = False, config: Config = None) -> None:
    """Show a client's policy: its tiers, access changes, ladders and the rest, with what is the client's own.

    Example: python -m bot policy show --client marlow-finch
    """
    from bot.policies import in_force

    with open_store(config) as store, store.read() as tx:
        row = client_called(tx, client)
        whole = in_force(row.policy)
    if as_json:
        print_json({"version": row.policy_version, "own": row.policy, "in_force": whole})
        return
    from rich.console import Console

    from bot.cli.policypages import policy_page

    console = Console(highlight=False, soft_wrap=True)
    for line in policy_page(row, whole):
        console.print(line)


@group.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="A .json or .yaml file with the client's own part.", dir_okay=False)],
    client: Client,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check, and say what would change.")] = False,
    based_on: Annotated[
        int, typer.Option("--based-on", min=0, help="The version it was edited from; a newer one is not overwritten.")
    ] = 0,
    config: Config = None,
) -> None:
    """Put a client's policy in force from a file. What the file leaves out goes back to the default.

    The file holds what differs from the defaults; `policy show --json` prints it as `own`. Open requests keep the
    voices they were asked with. Every change is a new version and stands in the client's journal.

    Example: python -m bot policy set marlow.yaml --client marlow-finch --dry-run
    """
    from bot.cli.policyfile import read
    from handlers.commands import PutPolicy, Refused

    if file.suffix.lower() not in (".json", ".yaml", ".yml"):
        misused(f"{file} has to end in .json or .yaml, so that it is clear how to read it.")
    own, mistakes = read(file)
    if mistakes:
        fail(*mistakes, f"Nothing was changed: mend {file} and run the command again.")
    with open_desk(config) as desk:
        with desk.store.read() as tx:
            row = client_called(tx, client)
        changed = _changes(row.policy, own)
        if dry_run:
            typer.echo(f"{file} is in order. {changed} Nothing was written (--dry-run).")
            return
        try:
            outcome = attempt(desk, PutPolicy(client, own, based_on))
        except Refused as refused:
            fail(f"{file}: {refused.sentence}")
    typer.echo(f"{outcome.say} {'' if outcome.repeated else changed}".strip())


@group.command()
def explain(
    client: Client,
    amount: Annotated[str, typer.Option("--amount", help="The commitment in whole units, like 12000 or 8659.88.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="The client's own unless given.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="purchase or access.")] = "purchase",
    privileged: Annotated[
        bool, typer.Option("--privileged", help="Admin rights, outsiders, mailboxes, resets of passwords.")
    ] = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="As an urgent request.")] = False,
    requested_by: Annotated[str, typer.Option("--requested-by", help="The e-mail of whoever asks.")] = "",
    about: Annotated[str, typer.Option("--about", help="The e-mail of whose access would change.")] = "",
    at: Annotated[str, typer.Option("--at", help="As if sent then, like 2026-06-08T16:30; now unless given.")] = "",
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Say in plain words what a request would take if it were sent now: which tier, whom it asks, what silence does.

    Example: python -m bot policy explain --client marlow-finch --amount 12000
    """
    from bot.foresight import Wish, foresee

    if kind not in ("purchase", "access"):
        misused(f"--kind is purchase or access, not {kind}.")
    if privileged and kind != "access":
        misused("--privileged goes with --kind access.")
    if (kind == "purchase") != bool(amount):
        misused(
            "Give --amount for a purchase, like --amount 12000." if kind == "purchase" else "Access has no --amount."
        )
    with open_store(config) as store, store.read() as tx:
        row = client_called(tx, client)
        currency = (currency or row.currency).upper()
        wish = Wish(
            _minor(amount, currency) if amount else None,
            currency,
            privileged,
            urgent,
            _person(tx, row, requested_by, "--requested-by"),
            _person(tx, row, about, "--about"),
        )
        found = foresee(tx, row, wish, _moment(at, row.timezone))
    if as_json:
        print_json(found)
        return
    from rich.console import Console

    from bot.cli.policypages import explanation_page

    console = Console(highlight=False, soft_wrap=True)
    for line in explanation_page(row, found):
        console.print(line)


def _person(tx: Tx, client: Row[Any], email: str, option: str) -> Row[Any] | None:
    from storage.queries import directory

    if not email:
        return None
    for row in directory.people_by_email(tx, email.strip().lower()):
        if row.state == "active" and row.client_id in (client.id, None):
            return row
    fail(f"{option}: {client.name} has nobody with the e-mail {email}.")


def _minor(amount: str, currency: str) -> int:
    """Whole units as people write them into minor units; else the command was called wrongly."""
    from decimal import Decimal, InvalidOperation

    from handlers.currencies import CURRENCIES, minor_digits

    if currency not in CURRENCIES:
        misused(f"{currency} is not a currency; write a code of three letters like USD or EUR.")
    try:
        value = Decimal(amount.replace(",", "").replace("_", ""))
        scaled = value.scaleb(minor_digits(currency)) if value.is_finite() and abs(value) < 10**12 else Decimal("NaN")
    except InvalidOperation:
        scaled = Decimal("NaN")
    if not scaled.is_finite() or scaled < 0 or scaled != scaled.to_integral_value():
        misused(f"--amount {amount}: write an amount in {currency} like 12000 or 8659.88.")
    return int(scaled)


def _moment(at: str, zone: str) -> datetime:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    if not at:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        misused(f"--at {at}: write a time like 2026-06-08T16:30, on the client's clock unless it names a zone.")
    if not 2000 <= moment.year <= 2100:
        misused("--at: the year has to be between 2000 and 2100.")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))


def _changes(before: dict[str, Any], after: dict[str, Any]) -> str:
    """ "Changed: tiers. Back to the default: ladders." """
    put = [name for name in after if after[name] != before.get(name)]
    gone = [name for name in before if name not in after]
    said = [f"Changed: {', '.join(put)}."] if put else []
    said += [f"Back to the default: {', '.join(gone)}."] if gone else []
    return " ".join(said) or "Nothing would change."
