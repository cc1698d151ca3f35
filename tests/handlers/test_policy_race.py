"""Two people edit the same version of a policy at once: the second one is told, and nothing is overwritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from handlers.commands import Event, PutPolicy, Refused, System
from tests.handlers.office import Office

SAME, ROUNDS = 4, 5


def test_of_several_who_edited_the_same_version_one_is_right(office: Office) -> None:
    barrier = Barrier(SAME)

    def put(number: int) -> str:
        based_on = number // 100
        command = PutPolicy("marlow-finch", {"split_guard_days": number % 50 + 10}, based_on)
        barrier.wait()
        try:
            office.desk.perform(command, Event(f"put:{number}", office.now, System("operator"), "cli"))
        except Refused as refused:
            return refused.code
        return "put"

    with ThreadPoolExecutor(SAME) as pool:
        for version in range(1, ROUNDS + 1):
            answers = list(pool.map(put, [version * 100 + version * SAME + one for one in range(SAME)]))
            assert sorted(answers) == ["conflict"] * (SAME - 1) + ["put"], answers
    rows = office.rows("SELECT policy_version FROM client WHERE slug = 'marlow-finch'")
    assert rows[0].policy_version == ROUNDS + 1
    assert office.journal("policy.put") == ROUNDS
