"""Which lanes are carried next: whoever clicked at once, the others as there is room on their platform."""

from __future__ import annotations

from collections import Counter

from bot.queueing import LANES_ABREAST, LANES_TOGETHER, Queue, platform_of
from handlers.context import BULK, CLICK, NORMAL

NOBODY: Counter[str] = Counter()


def lanes(platform: str, many: int) -> list[str]:
    return [f"{platform}:T{number}" for number in range(many)]


def test_each_platform_has_room_of_its_own_and_the_first_due_go_first() -> None:
    slack, teams = lanes("slack", LANES_ABREAST + 5), lanes("teams", 3)
    queue = Queue(dict.fromkeys([*slack, *teams], NORMAL))
    assert queue.next(NOBODY) == [*slack[:LANES_ABREAST], *teams]
    assert queue
    assert queue.next(NOBODY) == slack[LANES_ABREAST:]
    assert not queue


def test_lanes_are_taken_together_or_not_at_all_until_few_are_left() -> None:
    slack = lanes("slack", LANES_TOGETHER + 2)
    queue = Queue(dict.fromkeys(slack, BULK))
    assert queue.next(Counter(slack=LANES_ABREAST - LANES_TOGETHER + 1)) == []
    assert queue.next(Counter(slack=LANES_ABREAST - LANES_TOGETHER)) == slack[:LANES_TOGETHER]
    assert queue.next(Counter(slack=LANES_ABREAST - 1)) == []
    assert queue.next(Counter(slack=LANES_ABREAST - 2)) == slack[LANES_TOGETHER:]


def test_whoever_clicked_waits_for_no_room_and_takes_it_from_the_others() -> None:
    slack = lanes("slack", LANES_TOGETHER)
    queue = Queue({"slack:CLICKED": CLICK, **dict.fromkeys(slack, NORMAL)})
    assert queue.next(Counter(slack=LANES_ABREAST + 9)) == ["slack:CLICKED"]
    queue = Queue({"slack:CLICKED": CLICK, **dict.fromkeys(slack, NORMAL)})
    assert queue.next(Counter(slack=LANES_ABREAST - LANES_TOGETHER)) == ["slack:CLICKED"]
    assert queue.next(Counter(slack=LANES_ABREAST - LANES_TOGETHER)) == slack


def test_a_lane_that_is_carried_already_is_not_in_it() -> None:
    queue = Queue({"slack:T0": CLICK, "slack:T1": NORMAL}, carried=["slack:T0", "slack:T1"])
    assert not queue
    assert queue.next(NOBODY) == []
    assert platform_of("teams:a:b") == "teams"
