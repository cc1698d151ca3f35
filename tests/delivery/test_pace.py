"""How fast the platforms let us speak."""

from __future__ import annotations

import random

from bot import pace
from bot.pace import WINDOWS, Pace, Window

SLACK_POST = pace.keys("slack", "T0", "U1")
SLACK_EDIT = pace.keys("slack", "T0", "U1", edits="m1")
TEAMS = pace.keys("teams", "tenant", "a:1")


def test_slack_takes_one_post_a_second_in_a_channel() -> None:
    pacing = Pace()
    assert pacing.allowed(SLACK_POST, 100.0) == 0
    pacing.take(SLACK_POST, 100.0)
    assert 1.0 <= pacing.allowed(SLACK_POST, 100.0) <= 1.2
    assert pacing.allowed(pace.keys("slack", "T0", "U2"), 100.0) == 0, "another channel is free"
    assert pacing.allowed(SLACK_EDIT, 100.0) == 0, "an edit is another method"
    assert pacing.allowed(SLACK_POST, 101.2) == 0


def test_slack_takes_fifty_edits_a_minute_in_a_workspace_and_bulk_leaves_some_for_clicks() -> None:
    pacing = Pace()
    sent = 0
    while pacing.allowed(pace.keys("slack", "T0", f"U{sent}", edits=f"m{sent}"), 0.0) == 0:
        pacing.take(pace.keys("slack", "T0", f"U{sent}", edits=f"m{sent}"), 0.0)
        sent += 1
    assert sent == 40
    while pacing.allowed(SLACK_EDIT, 0.0, urgent=True) == 0:
        pacing.take(SLACK_EDIT, 0.0)
        sent += 1
    assert sent == 50
    assert pacing.allowed(SLACK_EDIT, 0.0, urgent=True) == 60
    assert pacing.allowed(pace.keys("slack", "T1", "U1", edits="m2001"), 0.0) == 0, "another workspace is free"


def test_no_window_is_ever_exceeded_whatever_comes() -> None:
    random_ = random.Random(11)
    pacing, now, sent = Pace(), 0.0, []
    for _ in range(3000):
        now += random_.expovariate(3.0)
        now += pacing.allowed(TEAMS, now, urgent=random_.random() < 0.5)
        pacing.take(TEAMS, now)
        sent.append(now)
    for window in (*WINDOWS["teams.conversation"], *WINDOWS["teams.tenant"]):
        for first, beyond in zip(sent, sent[window.limit :], strict=False):
            assert beyond - first >= window.seconds - 1e-6


def test_a_retry_after_holds_one_conversation_or_everybody() -> None:
    pacing = Pace()
    pacing.hold(pace.conversation("teams", "tenant", "a:1"), 30.0)
    assert pacing.allowed(TEAMS, 10.0) == 20
    other = pace.keys("teams", "tenant", "a:2", edits="m1")
    assert pacing.allowed(other, 10.0) == 0
    pacing.hold(pace.whole_org("teams", "tenant", post=True), 15.0)
    assert pacing.allowed(other, 10.0, urgent=True) == 5
    pacing.hold(pace.conversation("teams", "tenant", "a:1"), 12.0)
    assert pacing.allowed(TEAMS, 10.0) == 20, "a shorter hold does not end a longer one"
    assert pacing.allowed(TEAMS, 31.0) == 0


def test_a_slack_workspace_told_to_wait_with_edits_may_still_be_posted_to() -> None:
    pacing = Pace()
    pacing.hold(pace.whole_org("slack", "T0", post=False), 30.0)
    assert pacing.allowed(SLACK_EDIT, 0.0) == 30
    assert pacing.allowed(SLACK_POST, 0.0) == 0


def test_what_is_long_ago_is_forgotten() -> None:
    pacing = Pace({"slack.channel": (Window(1, 1.0),)})
    for n in range(pace.TIDY_EVERY):
        pacing.take(pace.keys("slack", "T0", f"U{n}"), float(n))
    assert len(pacing._sent) < 10


def test_one_message_is_edited_once_a_second_unless_somebody_waits_for_it() -> None:
    for platform in ("slack", "teams"):
        pacing = Pace()
        edit = pace.keys(platform, "T0", "U1", edits="m1")
        pacing.take(edit, 10.0)
        assert pacing.allowed(edit, 10.4) > 0.5
        assert pacing.allowed(edit, 10.4, urgent=True) == 0
        assert pacing.allowed(pace.keys(platform, "T0", "U2", edits="m2"), 10.4) == 0, "another message"
        assert pacing.allowed(edit, 11.0) == 0
