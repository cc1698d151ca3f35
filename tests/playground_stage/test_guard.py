"""Nobody but this machine and the playground's own page can drive it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

SAY = {"person": "Dana Whitlock", "text": "help"}


@pytest.mark.parametrize("host", ["evil.example", "10.0.0.7:8701", "127.0.0.1.evil.example", "", "[::1", "a b"])
@pytest.mark.parametrize("path", ["/", "/control/people", "/slack/api/hello", "/events"])
def test_a_foreign_host_is_refused_everywhere(control: TestClient, host: str, path: str) -> None:
    response = control.get(path, headers={"host": host})
    assert response.status_code == 403
    assert "only on this machine" in response.json()["error"]


@pytest.mark.parametrize("host", ["127.0.0.1:8701", "localhost:8701", "[::1]:8701", "127.0.0.1"])
def test_every_name_of_loopback_is_fine(control: TestClient, host: str) -> None:
    assert control.get("/control/people", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://localhost:8701"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_page_cannot_press(control: TestClient, headers: dict[str, str]) -> None:
    response = control.post("/control/say", json=SAY, headers=headers)
    assert response.status_code == 403
    assert response.json()["error"] == "Only the playground's own page may press its buttons."


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://127.0.0.1:8701"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}]
)
def test_the_own_page_and_programs_can(control: TestClient, headers: dict[str, str]) -> None:
    assert control.post("/control/say", json=SAY, headers=headers).status_code == 200


def test_the_bots_calls_to_the_doubles_pass(control: TestClient) -> None:
    assert control.post("/slack/api/hello").status_code == 200


def test_the_page_runs_only_its_own_scripts_and_loads_nothing_from_elsewhere(control: TestClient) -> None:
    policy = control.get("/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("path", ["/page/../stage.py", "/page/%2e%2e/stage.py", "/page/nothing.js", "/page/css"])
def test_only_the_pages_own_files_are_served(control: TestClient, path: str) -> None:
    assert control.get(path).status_code == 404


def test_only_named_vendor_files_are_served(control: TestClient) -> None:
    assert control.get("/vendor/package.json").status_code == 404
