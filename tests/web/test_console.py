"""The console's door: nobody inside without a link of their own, for a while, and only the provider's people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.entrance import SESSION_LASTS, new_session
from bot.signing import Signer
from bot.web.console import COOKIE, RENEWED, SIGN_IN
from storage.tables import metadata
from tests.web.house import NOW, House
from tests.web.inside import Inside
from tests.web.told import tell

ADDRESSES = [
    "/console",
    "/console/notices",
    "/console/notices/ntc_1",
    "/console/notices/ntc_1/receipts.csv",
    "/console/x",
]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_without_a_session_every_address_says_how_to_get_in_and_nothing_else(
    inside: Inside, method: str, path: str
) -> None:
    tell(inside.store)
    async with inside.browser() as stranger:
        answer = await stranger.request(method, path)
    assert answer.status_code == 401 and SIGN_IN in answer.text
    assert "N-1" not in answer.text and "set-cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_house_without_a_secret_key_has_no_console(house: House) -> None:
    told = tell(house.store)
    async with house.caller(None) as stranger:
        for path in ("/console", f"/console/notices/{told.id}", f"/console/notices/{told.id}?key=x"):
            assert (await stranger.get(path)).status_code == 401


async def test_a_link_from_chat_opens_the_page_and_stays_out_of_the_address(both_inside: Inside) -> None:
    told = tell(both_inside.store)
    path = f"/console/notices/{told.id}"
    async with both_inside.browser() as sofia:
        first = await sofia.get(both_inside.link(path) + "&show=unanswered")
        assert (first.status_code, first.headers["location"]) == (303, f"{path}?show=unanswered")
        kept = first.headers["set-cookie"]
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/console", f"Max-Age={8 * 3600}"):
            assert part in kept
        assert (await sofia.get(path)).status_code == 200
        assert (await sofia.get("/console/notices/ntc_nobody")).status_code == 404
        assert (await sofia.get("/console/notices/%00")).status_code == 404
        assert (await sofia.get("/console/else")).status_code == 404
        assert (await sofia.post(path)).status_code == 405
        both_inside.real += SESSION_LASTS
        over = await sofia.get(path)
        assert over.status_code == 401 and f'{COOKIE}=""' in over.headers["set-cookie"]


async def test_on_this_machine_itself_the_cookie_goes_over_http(inside: Inside) -> None:
    inside.url = "http://127.0.0.1:8700"
    told = tell(inside.store)
    async with inside.browser() as sofia:
        answer = await sofia.get(inside.link(f"/console/notices/{told.id}"))
        assert "Secure" not in answer.headers["set-cookie"]
        assert (await sofia.get(answer.headers["location"])).status_code == 200


async def test_a_link_runs_out_after_ten_minutes_but_not_for_who_is_inside(inside: Inside) -> None:
    path = f"/console/notices/{tell(inside.store).id}"
    link = inside.link(path)
    inside.real += timedelta(minutes=10)
    async with inside.browser() as late:
        answer = await late.get(link)
        assert answer.status_code == 401 and "expired" in answer.text and "set-cookie" not in answer.headers
    inside.real -= timedelta(seconds=1)
    async with inside.browser() as sofia:
        assert (await sofia.get(link)).status_code == 303
        inside.real += timedelta(hours=1)
        again = await sofia.get(link)
        assert (again.status_code, again.headers["location"]) == (303, path)


async def test_who_follows_a_link_that_has_run_out_finds_a_new_one_on_the_board(both_inside: Inside) -> None:
    told = tell(both_inside.store)
    path = f"/console/notices/{told.id}"
    board(both_inside, told.id)
    link, foreign = both_inside.link(path), both_inside.link(path, "Dana Whitlock")
    missing = both_inside.link("/console/notices/ntc_nobody")
    elsewhere = both_inside.link("/console/notices")
    both_inside.real += timedelta(minutes=10)
    async with both_inside.browser() as late:
        for other in (foreign, missing, elsewhere, link[:-1]):
            answer = await late.get(other)
            assert answer.status_code == 401 and RENEWED not in answer.text
        assert wanted(both_inside) == 1
        for _ in range(3):  # within a minute it is drawn once
            answer = await late.get(link)
            assert answer.status_code == 401 and RENEWED in answer.text and "set-cookie" not in answer.headers
        assert wanted(both_inside) == 2
        both_inside.real += timedelta(minutes=1)
        await late.get(link)
    assert wanted(both_inside) == 3


def board(inside: Inside, notice_id: str) -> None:
    """Sofia's board in chat, shown."""
    account = {"id": "idt_sofia", "person_id": inside.person("Sofia Marchetti"), "platform": "slack"}
    delivery = {"id": "dlv_board", "subject": f"board:{notice_id}", "purpose": "board", "identity_id": "idt_sofia"}
    delivery |= {"person_id": account["person_id"], "lane": "slack:T0MSP", "shown": 1, "state": "settled"}
    with inside.store.write() as tx:
        tx.execute(metadata.tables["identity"].insert(), {**account, "org": "T0MSP", "user": "U0SOFIA"})
        tx.execute(metadata.tables["delivery"].insert(), {**delivery, "due_at": NOW, "created_at": NOW})


def wanted(inside: Inside) -> int:
    """How often the board was to be drawn."""
    with inside.store.read() as tx:
        return int(tx.execute(text("SELECT wanted FROM delivery WHERE id = 'dlv_board'")).scalar_one())


async def test_a_forged_link_or_cookie_opens_nothing(inside: Inside) -> None:
    path, sofia = f"/console/notices/{tell(inside.store).id}", inside.person("Sofia Marchetti")
    until = inside.real + timedelta(hours=1)
    said: dict[str, Any] = {"person": sofia, "path": path}
    link = inside.link(path).partition("key=")[2]
    tokens = [
        "",
        "nonsense",
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        link.swapcase(),
        Signer("x" * 40).sign("console link", said, until),
        inside.signer.sign("calendar", said, until),
        inside.signer.sign("console session", said, until),
        inside.signer.sign("console link", {**said, "path": "/console/notices/ntc_2"}, until),
        inside.signer.sign("console link", {**said, "person": "per_nobody"}, until),
    ]
    for token in tokens:
        async with inside.browser() as forger:
            answer = await forger.get(path, params={"key": token})
            assert answer.status_code in (401, 403) and "set-cookie" not in answer.headers, token
    cookies = ["", "x", "x.y", link, Signer("x" * 40).sign("console session", said, until)]
    for cookie in cookies:
        async with inside.browser(**{COOKIE: cookie}) as forger:
            assert (await forger.get(path)).status_code == 401


async def test_a_clients_people_and_whoever_has_left_are_refused(inside: Inside) -> None:
    path = f"/console/notices/{tell(inside.store).id}"
    async with inside.browser() as dana:
        answer = await dana.get(inside.link(path, "Dana Whitlock"))
        assert answer.status_code == 403 and "set-cookie" not in answer.headers
    forged = new_session(inside.signer, inside.person("Dana Whitlock"), inside.real)
    async with inside.browser(**{COOKIE: forged}) as dana:
        assert (await dana.get(path)).status_code == 401
    async with inside.browser() as sofia:
        assert (await inside.entered(sofia, path)).status_code == 200
        with inside.store.write() as tx:
            tx.execute(text("UPDATE person SET state = 'left' WHERE name = 'Sofia Marchetti'"))
        assert (await sofia.get(path)).status_code == 401
        assert (await sofia.get(inside.link(path))).status_code == 403
