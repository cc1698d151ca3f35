"""The control API: what it shows, what it passes on to the doubles, and the sentence for everything that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.playground_stage.conftest import House


def ok(response: Any) -> Any:
    assert response.status_code == 200, response.text
    return response.json()


def test_everybody_is_listed_once_with_all_their_platforms(control: TestClient) -> None:
    people = ok(control.get("/control/people"))
    assert [person["name"] for person in people].count("Priya Raman") == 1
    priya = next(person for person in people if person["name"] == "Priya Raman")
    assert priya["platforms"] == ["slack", "teams"]
    assert priya["platform"] == "slack"
    assert {person["company"] for person in people if person["platforms"] == ["teams"]} >= {"Harborline IT"}


def test_a_screen_merges_both_platforms_and_says_which_is_which(control: TestClient, stage: House) -> None:
    stage.teams.screens["Priya Raman"][0]["posted_at"] = "2026-06-08T12:00:00+00:00"
    screen = ok(control.get("/control/screen", params={"person": "Priya Raman"}))
    assert [message["platform"] for message in screen] == ["teams", "slack"]
    assert screen[1]["native"]["blocks"][0]["type"] == "header"
    assert screen[0]["native"]["type"] == "AdaptiveCard"


def test_all_screens_and_forms_come_at_once(control: TestClient) -> None:
    everybody = ok(control.get("/control/seen"))
    assert len(everybody) == len(ok(control.get("/control/people")))
    assert everybody["Tom Beckett"]["screen"] == ok(control.get("/control/screen", params={"person": "Tom Beckett"}))
    assert ok(control.get("/control/seen", params={"person": "Tom Beckett"})).keys() == {"Tom Beckett"}
    assert control.get("/control/seen", params={"person": "Ghost"}).status_code == 404


def test_a_press_goes_to_the_platform_of_the_message_and_shows_the_screen(control: TestClient, stage: House) -> None:
    body = {"person": "Priya Raman", "message": "teams-1", "label": "Approve"}
    answer = ok(control.post("/control/press", json=body))
    assert stage.teams.log == [("press", "Priya Raman", "teams-1", "Approve", None)]
    assert stage.slack.log == []
    assert answer["status"] == 200
    assert {message["platform"] for message in answer["screen"]} == {"slack", "teams"}


def test_empty_inputs_only_press(control: TestClient, stage: House) -> None:
    body = {"person": "Dana Whitlock", "message": "slack-1", "label": "Reject", "inputs": {}}
    ok(control.post("/control/press", json=body))
    ok(control.post("/control/press", json={**body, "inputs": {"Reason": "Too dear"}}))
    assert [entry[-1] for entry in stage.slack.log] == [None, {"Reason": "Too dear"}]


def test_a_message_that_this_person_cannot_see_may_still_be_pressed(control: TestClient, stage: House) -> None:
    ok(control.post("/control/press", json={"person": "Hannah Cole", "message": "slack-0", "label": "Approve"}))
    assert stage.slack.log == [("press", "Hannah Cole", "slack-0", "Approve", None)]


def test_words_go_to_the_first_platform_unless_another_is_named(control: TestClient, stage: House) -> None:
    ok(control.post("/control/say", json={"person": "Priya Raman", "text": "/keyline help"}))
    ok(control.post("/control/say", json={"person": "Priya Raman", "text": "help", "platform": "teams"}))
    assert stage.slack.log == [("say", "Priya Raman", "/keyline help")]
    assert stage.teams.log == [("say", "Priya Raman", "help")]


def test_a_form_is_opened_submitted_and_closed_where_it_stands(control: TestClient, stage: House) -> None:
    action = {"title": "Reject", "type": "Action.Submit"}
    answer = ok(control.post("/control/act", json={"person": "Priya Raman", "message": "teams-1", "action": action}))
    assert [modal["platform"] for modal in answer["modals"]] == ["teams"]
    assert ok(control.get("/control/modal", params={"person": "Priya Raman"})) == answer["modals"]
    sent = ok(control.post("/control/submit", json={"person": "Priya Raman", "inputs": {"reason": {}}, "by": "id"}))
    assert sent["modals"] == []
    ok(control.post("/control/close", json={"person": "Priya Raman", "platform": "teams"}))
    assert stage.teams.log[1:] == [("submit", "Priya Raman", {"reason": {}}, "id"), ("close", "Priya Raman")]


def test_the_clock_moves_by_a_length_or_to_a_moment(control: TestClient) -> None:
    assert ok(control.get("/control/clock")) == {"now": "2026-06-08T09:05:00-04:00"}
    assert ok(control.post("/control/clock", json={"advance": "1d4h"})) == {"now": "2026-06-09T13:05:00-04:00"}
    there = {"to": "2026-06-10T16:30:00+02:00"}
    assert ok(control.post("/control/clock", json=there)) == {"now": "2026-06-10T16:30:00+02:00"}


def test_a_bot_that_is_away_is_said_in_a_sentence(control: TestClient, stage: House) -> None:
    stage.clock.away = True
    response = control.post("/control/clock", json={"advance": "1h"})
    assert response.status_code == 502
    assert response.json() == {"error": "The bot's clock does not answer."}


def test_faults_go_to_the_platform_they_name(control: TestClient) -> None:
    assert ok(control.post("/control/faults", json={"platform": "slack", "kind": "slow"})) == {"set": "slow"}
    assert control.post("/control/faults", json={"platform": "slack", "kind": "odd"}).status_code == 422
    assert control.post("/control/faults", json={"platform": "fax"}).json()["error"].startswith("There is no platform")


def test_calls_say_their_platform(control: TestClient) -> None:
    calls = ok(control.get("/control/calls"))
    assert [(call["platform"], call["count"]) for call in calls] == [("slack", 0), ("teams", 0)]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("press", {"person": "Nobody", "message": "slack-1", "label": "Approve"}, 404),
        ("press", {"person": "Dana Whitlock", "message": "fax-1", "label": "Approve"}, 404),
        ("press", {"person": "Dana Whitlock", "message": "slack-", "label": "Approve"}, 404),
        ("press", {"person": "Dana Whitlock", "message": "teams-1", "label": "Approve"}, 422),
        ("press", {"person": "Dana Whitlock", "message": "slack-1"}, 422),
        ("press", {"person": 7, "message": "slack-1", "label": "Approve"}, 422),
        ("press", {"person": "Dana Whitlock", "message": "slack-1", "label": "Approve", "inputs": [1]}, 422),
        ("act", {"person": "Dana Whitlock", "message": "slack-1"}, 422),
        ("submit", {"person": "Dana Whitlock", "inputs": {}, "by": "colour"}, 422),
        ("say", {"person": "Dana Whitlock", "text": "  "}, 422),
        ("say", {"person": "Dana Whitlock", "text": "help", "platform": "teams"}, 422),
        ("say", {"person": "Dana Whitlock", "text": "help", "platform": 5}, 422),
        ("clock", {}, 422),
        ("clock", {"advance": "1h", "to": "2026-06-10T16:30:00+02:00"}, 422),
        ("clock", {"advance": "soon"}, 422),
        ("clock", {"to": "2026-06-10T16:30:00"}, 422),
        ("clock", {"to": "2026-06-01T16:30:00Z"}, 422),
        ("faults", {}, 422),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(control: TestClient, path: str, body: Any, status: int) -> None:
    response = control.post(f"/control/{path}", json=body)
    assert response.status_code == status
    assert response.json()["error"].endswith(".")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'"x"'])
def test_a_body_that_is_no_object_is_422(control: TestClient, content: bytes) -> None:
    response = control.post("/control/say", content=content)
    assert response.status_code == 422
    assert response.json()["error"].startswith("The request's body is")


def test_a_screen_needs_a_known_person(control: TestClient) -> None:
    assert control.get("/control/screen").status_code == 422
    response = control.get("/control/screen", params={"person": "Ghost"})
    assert response.status_code == 404
    assert "Dana Whitlock" in response.json()["error"]


@pytest.mark.parametrize(("raised", "status"), [(LookupError("No such button."), 404), (ValueError("Not so."), 422)])
def test_a_doubles_own_sentence_reaches_the_caller(
    control: TestClient, stage: House, raised: Exception, status: int
) -> None:
    stage.slack.refuse = raised
    response = control.post("/control/say", json={"person": "Dana Whitlock", "text": "help"})
    assert (response.status_code, response.json()) == (status, {"error": str(raised)})


def test_doubles_start_and_stop_with_the_playground(stage: House) -> None:
    with TestClient(stage.app, base_url=stage.url) as client:
        assert stage.slack.running and stage.teams.running
        assert client.get("/slack/api/hello").text == "slack"
    assert not stage.slack.running and not stage.teams.running


def test_the_apps_own_page_is_opened_where_there_is_one(control: TestClient) -> None:
    answer = ok(control.post("/control/home", json={"person": "Priya Raman"}))
    assert [(home["platform"], home["view"]["type"]) for home in answer["homes"]] == [("slack", "home")]
    refused = control.post("/control/home", json={"person": "Tom Beckett"})
    assert refused.status_code == 422
    assert refused.json()["error"] == "There is no Home on Tom Beckett's platform."
