"""Reads a directory file (YAML): the provider and its clients, their workspaces, offices and people, as commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import ValidationError

from bot.cli.directoryshape import Client, Contact, Directory, Provider, Staff
from handlers.authority import ROLES, STAFF_ROLES
from handlers.commands import Chat, Duty, Grant, PutClient, PutLocation, PutPerson, PutWorkspace

Put = PutClient | PutWorkspace | PutPerson

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ORG = {"slack": re.compile(r"[TE][A-Z0-9]{2,20}"), "teams": re.compile(_GUID)}
_USER = {"slack": re.compile(r"[UW][A-Z0-9]{2,20}"), "teams": re.compile(_GUID)}
_LIKE = {"slack": "U012AB3CD", "teams": "00000000-0000-0000-0000-000000000000"}
_ORG_LIKE = {"slack": "T012AB3CD", "teams": _LIKE["teams"]}
_ROLE = re.compile(r"(?P<role>[a-z_]+)(@(?P<place>[a-z0-9-]+))?(:(?P<rank>[1-9][0-9]?))?")
_DUTY = re.compile(r"(?P<role>[a-z_]+)(/(?P<technology>[^@/]+))?(@(?P<client>[a-z0-9-]+))?")
LOOKS = {
    "slug": "a slug: small letters, digits and dashes, like marlow-finch",
    "code": "a code: capital letters and digits, like MF",
    "currency": "a currency: three capital letters, like USD",
    "email": "an e-mail address",
}


@dataclass(frozen=True)
class Entry:
    """One command and the line of the file it comes from."""

    line: int
    command: Put


def read(file: Path) -> tuple[list[Entry], list[str]]:
    """(entries in the order in which they have to be performed, mistakes: one sentence each with file and line)."""
    try:
        text = file.read_text("utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        found = Directory.model_validate(yaml.safe_load(text) or {})
    except UnicodeDecodeError:
        return [], [f"{file}: it is not UTF-8 text."]
    except OSError as error:
        return [], [f"{file}: it cannot be read ({error.strerror})."]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        return [], [f"{file}{where}: this is not valid YAML ({getattr(error, 'problem', None) or 'unreadable'})."]
    except ValidationError as error:
        return [], [f"{file} line {_line(root, item['loc'])}: {_sentence(dict(item))}" for item in error.errors()]
    if not found.model_fields_set:
        return [], [f"{file}: there is nothing in it; docs/directory.yaml is an example."]
    mistakes = [f"{file} line {_line(root, place)}: {sentence}" for place, sentence in _mistakes(found)]
    return [Entry(_line(root, place), command) for place, command in _commands(found)] if not mistakes else [], mistakes


def _commands(found: Directory) -> Iterator[tuple[tuple[str | int, ...], Put]]:
    companies = _companies(found)
    for place, one in companies:
        if isinstance(one, Client):
            own = one.model_dump(include=set(PutClient.__dataclass_fields__) - {"locations"})
            yield place, PutClient(**own, locations=tuple(PutLocation(**office.model_dump()) for office in one.offices))
    for place, one in companies:
        slug = one.slug if isinstance(one, Client) else ""
        for platform, orgs in (("slack", one.slack), ("teams", one.teams)):
            for number, org in enumerate(orgs):
                yield (*place, platform, number), PutWorkspace(platform, _tidy(platform, org), one.name, slug)
    for place, one in companies:
        for number, person in enumerate(cast(tuple[Staff | Contact, ...], one.people)):
            yield (*place, "people", number), _person(one, person)


def _person(company: Provider | Client, person: Staff | Contact) -> PutPerson:
    given = {name: getattr(person, name) for name in ("name", "email", "title", "phone", "timezone")}
    accounts = tuple(
        Chat(platform, *_account(platform, getattr(company, platform), text))
        for platform in ("slack", "teams")
        for text in getattr(person, platform)
    )
    if isinstance(person, Staff):
        duties = tuple(Duty(m["role"], m["client"] or "", m["technology"] or "") for m in _all(_DUTY, person.duties))
        return PutPerson(client="", **given, duties=duties, accounts=accounts or None)
    assert isinstance(company, Client)
    grants = None
    if person.roles is not None:
        grants = tuple(Grant(m["role"], int(m["rank"] or 1), m["place"] or "") for m in _all(_ROLE, person.roles))
    return PutPerson(
        client=company.slug,
        **given,
        location=person.office,
        language=person.language,
        preferred_channel=person.preferred_channel,
        ask_last=person.ask_last,
        default=person.default,
        grants=grants,
        accounts=accounts or None,
    )


def _mistakes(found: Directory) -> Iterator[tuple[tuple[str | int, ...], str]]:
    slugs = {client.slug for client in found.clients}
    for place, one in _companies(found):
        for platform in ("slack", "teams"):
            for number, org in enumerate(getattr(one, platform)):
                if not _ORG[platform].fullmatch(_tidy(platform, org)):
                    yield (*place, platform, number), f"{org!r} is not an id like {_ORG_LIKE[platform]}."
        offices = {office.slug for office in one.offices} if isinstance(one, Client) else set()
        seen: set[str] = set()
        for number, person in enumerate(cast(tuple[Staff | Contact, ...], one.people)):
            at = (*place, "people", number)
            if person.email.lower() in seen:
                yield (*at, "email"), f"{person.email} stands there twice."
            seen.add(person.email.lower())
            yield from ((at, sentence) for sentence in _about(one, person, offices, slugs))


def _about(one: Provider | Client, person: Staff | Contact, offices: set[str], slugs: set[str]) -> Iterator[str]:
    for platform in ("slack", "teams"):
        orgs = getattr(one, platform)
        for text in getattr(person, platform):
            org, user = _account(platform, orgs, text)
            if not org:
                yield f"{text!r} does not say in which {platform} workspace: write it as WORKSPACE/PERSON."
            elif org not in map(partial(_tidy, platform), orgs) and not _ORG[platform].fullmatch(org):
                yield f"{text!r}: {org!r} is not an id like {_ORG_LIKE[platform]}."
            elif not _USER[platform].fullmatch(user):
                yield f"{text!r} is not a person's {platform} id like {_LIKE[platform]}."
    if isinstance(person, Staff):
        for text in person.duties:
            duty = _DUTY.fullmatch(text)
            if duty is None or duty["role"] not in STAFF_ROLES:
                yield f"{text!r} is not a duty; write one of {', '.join(STAFF_ROLES)}, like csm or cse/network@client."
            elif duty["client"] and duty["client"] not in slugs:
                yield f"{text!r} names a client that is not in this file."
        return
    for text in person.roles or ():
        role = _ROLE.fullmatch(text)
        if role is None or role["role"] not in ROLES:
            yield f"{text!r} is not a role; write one of {', '.join(ROLES)}, like security:2 or emergency@boston."
        elif role["place"] and role["place"] not in offices:
            yield f"{text!r} names an office that is not listed under offices."
    if person.office and person.office not in offices:
        yield f"{person.office!r} is not listed under offices."


def _companies(found: Directory) -> list[tuple[tuple[str | int, ...], Provider | Client]]:
    clients = [(("clients", number), client) for number, client in enumerate(found.clients)]
    return [*([(("provider",), found.provider)] if found.provider else []), *clients]


def _account(platform: str, orgs: Sequence[str], text: str) -> tuple[str, str]:
    """ "T012/U034" or, in a company with one workspace, "U034"; ("", ...) when it does not say which workspace."""
    org, slash, user = text.strip().partition("/")
    if not slash:
        org, user = (orgs[0] if len(orgs) == 1 else ""), org
    return _tidy(platform, org), _tidy(platform, user)


def _tidy(platform: str, id_: str) -> str:
    return id_.strip().lower() if platform == "teams" else id_.strip()


def _all(pattern: re.Pattern[str], texts: Sequence[str]) -> list[re.Match[str]]:
    return [match for text in texts if (match := pattern.fullmatch(text))]


def _line(node: yaml.Node | None, place: Sequence[str | int]) -> int:
    """The line of the deepest part of `place` that is in the file."""
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _sentence(item: dict[str, Any]) -> str:
    name = next((str(part) for part in reversed(item["loc"]) if isinstance(part, str)), "the file")
    kind, given = str(item["type"]), item.get("input")
    if kind == "missing":
        return f"{name} is missing."
    if kind == "extra_forbidden":
        return f"there is nothing called {name} here; mend its name or leave it out."
    if kind == "string_type":
        return f"{name} has to be text: put quotes around it (it was read as {given!r})."
    if kind in ("model_type", "model_attributes_type"):
        return f"{name} has to be keys with values, as in docs/directory.yaml."
    if kind == "string_pattern_mismatch":
        return f"{given!r} is not {LOOKS.get(name, f'a good {name}')}."
    if kind == "value_error":
        return f"{item['ctx']['error']}."
    said = f"{item['msg'][:1].lower()}{item['msg'][1:]}"
    return f"{name}: {said}" + (f" (it says {given!r})." if isinstance(given, str | int | float) else ".")
