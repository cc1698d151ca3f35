"""Settings: the file, the environment over it, and one sentence for everything that is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from bot.sections import Settings
from bot.settings import BadSettings, env_name, known_keys, load, problems, unknown_names

WHOLE = {
    "KEYLINE_PUBLIC_URL": "https://keyline.example.com",
    "KEYLINE_SECRET_KEY": "k" * 32,
    "KEYLINE_SLACK_SIGNING_SECRET": "s",
    "KEYLINE_SLACK_BOT_TOKEN": "xoxb-1",
}
TEAMS = {
    "KEYLINE_TEAMS_APP_ID": "0c5e8c0e-7a52-4b8c-9f6a-2f3f6a1d0001",
    "KEYLINE_TEAMS_TENANT_ID": "0c5e8c0e-7a52-4b8c-9f6a-2f3f6a1d0002",
    "KEYLINE_TEAMS_APP_SECRET": "t",
}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("KEYLINE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, *groups: dict[str, str], **changes: str | None) -> Settings:
    for name, value in ({k: v for group in groups for k, v in group.items()} | changes).items():
        if value is not None:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)
    return load()


def test_without_a_file_the_defaults_hold() -> None:
    settings = load()
    assert settings.database.url == "sqlite:///keyline.db"
    assert settings.slack.command == "/keyline"
    assert not settings.slack.configured and not settings.teams.configured


def test_names_with_several_words_after_the_section_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    for section, keys in known_keys().items():
        for key, secret in keys.items():
            if secret:
                monkeypatch.setenv(env_name(section, key), f"{section}.{key}")
    settings = load()
    assert settings.slack.signing_secret == "slack.signing_secret"
    assert settings.teams.app_secret == "teams.app_secret"
    assert settings.secret.key == "secret.key"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("web:\n  port: 9000\n  host: 0.0.0.0\n")
    monkeypatch.setenv("KEYLINE_WEB_PORT", "9001")
    settings = load()
    assert (settings.web.port, settings.web.host) == (9001, "0.0.0.0")


def test_the_file_in_the_checkout_says_every_key_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(__file__).parents[2] / "app.yaml"
    written = yaml.safe_load(path.read_text("utf-8"))
    assert {section: set(keys) for section, keys in written.items()} == {
        section: set(keys) for section, keys in known_keys().items()
    }
    assert load(path) == Settings()


def test_a_secret_in_the_file_is_refused_and_a_reference_is_filled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("slack:\n  signing_secret: hunter2\n")
    with pytest.raises(BadSettings) as refused:
        load()
    assert "line 2" in refused.value.problems[0]
    assert "KEYLINE_SLACK_SIGNING_SECRET" in refused.value.problems[0]
    assert "hunter2" not in str(refused.value)
    file.write_text("slack:\n  signing_secret: ${FROM_A_VAULT}\n")
    monkeypatch.setenv("FROM_A_VAULT", "hunter2")
    assert load().slack.signing_secret == "hunter2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slak:\n  command: /k\n", ["line 1", "did you mean `slack`?"]),
        ("slack:\n  comand: /k\n", ["line 2", "did you mean `command`?"]),
        ("slack:\n  command: [a]\n", ["line 2", "one value"]),
        ("slack: yes\n", ["line 1", "section"]),
        ("a: [\n", ["line 2", "not valid YAML"]),
        ("- a\n", ["sections"]),
        ("web:\n  port: many\n", ["line 2", "web.port", "integer"]),
        ("clock:\n  tick_seconds: 0\n", ["line 2", "clock.tick_seconds", "greater than 0"]),
        ("msp:\n  digest: half past eight\n", ["line 2", "msp.digest", "like 08:30"]),
        ("log:\n  level: loud\n", ["line 2", "'debug', 'info', 'warning' or 'error'"]),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path, text: str, said: list[str]) -> None:
    (tmp_path / "app.yaml").write_text(text)
    with pytest.raises(BadSettings) as refused:
        load()
    assert len(refused.value.problems) == 1
    assert all(words in refused.value.problems[0] for words in [*said, "app.yaml"])


def test_a_mistake_in_the_environment_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYLINE_WEB_PORT", "99999")
    with pytest.raises(BadSettings, match=r"^KEYLINE_WEB_PORT: .*65535"):
        load()


def test_a_named_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"nowhere\.yaml: cannot be read"):
        load(tmp_path / "nowhere.yaml")


def test_one_platform_is_enough_and_both_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(given(monkeypatch, WHOLE)) == []
    assert problems(given(monkeypatch, WHOLE, TEAMS)) == []
    none = dict.fromkeys((name for name in WHOLE if "SLACK" in name), None)
    assert problems(given(monkeypatch, TEAMS, **none)) == []


def test_slack_in_socket_mode_needs_no_address_and_no_signing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    socket = {"KEYLINE_SLACK_APP_TOKEN": "xapp-1", "KEYLINE_SLACK_SIGNING_SECRET": None, "KEYLINE_PUBLIC_URL": None}
    assert problems(given(monkeypatch, WHOLE, **socket)) == []
    (sentence,) = problems(given(monkeypatch, WHOLE, TEAMS, **socket))
    assert "KEYLINE_PUBLIC_URL is missing" in sentence
    oauth = {"KEYLINE_SLACK_BOT_TOKEN": None, "KEYLINE_SLACK_CLIENT_ID": "1", "KEYLINE_SLACK_CLIENT_SECRET": "2"}
    none = dict.fromkeys(TEAMS, None)
    (sentence,) = problems(given(monkeypatch, WHOLE, **none, **socket | oauth))
    assert "KEYLINE_PUBLIC_URL is missing" in sentence


def test_no_platform_is_a_problem_for_serving_only(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load()
    sentences = problems(settings)
    assert any("Neither Slack nor Teams" in sentence for sentence in sentences)
    assert any("KEYLINE_PUBLIC_URL" in sentence for sentence in sentences)
    assert any("KEYLINE_SECRET_KEY" in sentence for sentence in sentences)
    assert problems(settings, "database") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"KEYLINE_SLACK_SIGNING_SECRET": None}, "KEYLINE_SLACK_SIGNING_SECRET is missing"),
        ({"KEYLINE_SLACK_BOT_TOKEN": None}, "Slack has no way in"),
        ({"KEYLINE_SLACK_BOT_TOKEN": "xoxp-1"}, "starts with xoxb-"),
        ({"KEYLINE_SLACK_APP_TOKEN": "xoxb-1"}, "starts with xapp-"),
        ({"KEYLINE_SLACK_BOT_TOKEN": None, "KEYLINE_SLACK_CLIENT_ID": "1"}, "CLIENT_SECRET is missing"),
        ({"KEYLINE_SLACK_BOT_TOKEN": None, "KEYLINE_SLACK_CLIENT_SECRET": "1"}, "CLIENT_ID is missing"),
        ({"KEYLINE_SLACK_CLIENT_ID": "1", "KEYLINE_SLACK_CLIENT_SECRET": "1"}, "contradict"),
        ({"KEYLINE_SLACK_COMMAND": "keyline"}, "KEYLINE_SLACK_COMMAND must look like"),
        ({"KEYLINE_SLACK_COMMAND": "/away"}, "keeps that command for itself"),
        ({"KEYLINE_SLACK_API_URL": "http://slack.example.com/api/"}, "KEYLINE_SLACK_API_URL must start with https"),
        ({"KEYLINE_TEAMS_APP_SECRET": None}, "KEYLINE_TEAMS_APP_SECRET is missing"),
        ({"KEYLINE_TEAMS_APP_ID": None}, "KEYLINE_TEAMS_APP_ID is missing"),
        ({"KEYLINE_TEAMS_TENANT_ID": "harborline"}, "must be an id like"),
        ({"KEYLINE_TEAMS_LOGIN_URL": "http://login.example.com"}, "KEYLINE_TEAMS_LOGIN_URL must start with https"),
        ({"KEYLINE_PUBLIC_URL": None}, "KEYLINE_PUBLIC_URL is missing"),
        ({"KEYLINE_PUBLIC_URL": "http://keyline.example.com"}, "https://"),
        ({"KEYLINE_PUBLIC_URL": "https://keyline.example.com/bot"}, "nothing after the host"),
        ({"KEYLINE_PUBLIC_URL": "https://[bad"}, "KEYLINE_PUBLIC_URL must be an address"),
        ({"KEYLINE_SECRET_KEY": "short"}, "too short"),
        ({"KEYLINE_MSP_TIMEZONE": "Mars/Olympus"}, "KEYLINE_MSP_TIMEZONE"),
        ({"KEYLINE_MSP_COUNTRY": "Atlantis"}, "No holidays are known for Atlantis"),
        ({"KEYLINE_MSP_SUBDIVISION": "BY"}, "No holidays are known for US/BY"),
        ({"KEYLINE_DATABASE_URL": "mysql://x"}, "sqlite:/// or postgresql://"),
        ({"KEYLINE_DATABASE_URL": "sqlite://"}, "must name a file"),
    ],
)
def test_each_missing_or_contradictory_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], said: str
) -> None:
    sentences = problems(given(monkeypatch, WHOLE, TEAMS, **changes))
    assert len(sentences) == 1, sentences
    assert said in sentences[0]


def test_loopback_may_be_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(
        monkeypatch,
        WHOLE,
        KEYLINE_PUBLIC_URL="http://127.0.0.1:8700",
        KEYLINE_SLACK_API_URL="http://127.0.0.1:8701/slack/api/",
    )
    assert problems(settings) == []


def test_an_unknown_name_is_reported_with_the_nearest_real_one() -> None:
    names = {"KEYLINE_SLACK_SIGNING_SECRT": "x", "KEYLINE_WEB_PORT": "1", "KEYLINE_REQUIRE_ALL": "1", "PATH": "/"}
    assert unknown_names(names) == [
        "KEYLINE_SLACK_SIGNING_SECRT is set but means nothing to Keyline: did you mean KEYLINE_SLACK_SIGNING_SECRET?"
    ]


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, WHOLE, KEYLINE_DATABASE_URL="postgresql://u:pass-word@h/d")
    assert "xoxb-1" not in repr(settings) and "k" * 32 not in repr(settings) and "pass-word" not in repr(settings)
