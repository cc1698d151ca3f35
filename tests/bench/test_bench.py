"""The front door of the benches: names, lines and arithmetic. No time is judged."""

from __future__ import annotations

import pytest

from bench import __main__ as door
from bench import process
from bench.harness import Times, compare, in_turn, say


def test_a_line_says_the_name_the_ratio_and_what_was_compared(capsys: pytest.CaptureFixture[str]) -> None:
    say("memory", 1.499, "150 : 100 MB")
    assert capsys.readouterr().out == "memory ratio 1.50  150 : 100 MB\n"


def test_the_ratio_is_that_of_the_medians(capsys: pytest.CaptureFixture[str]) -> None:
    compare("click", Times((0.004, 0.002, 0.9)), Times((0.001, 0.002, 0.003)), "one : other")
    told = "p50 4.00 ms (p95 900.00) : 2.00 ms (p95 3.00) (one : other; 3 samples each)"
    assert capsys.readouterr().out == f"click ratio 2.00  {told}\n"


async def test_both_sides_take_turns_and_the_warm_up_is_not_counted() -> None:
    done: list[str] = []

    def deed(name: str) -> object:
        async def act() -> None:
            done.append(name)

        return act

    product, floor = await in_turn([deed("p1"), deed("p2")], [deed("f1"), deed("f2")], warm_up=1)  # type: ignore[list-item]
    assert done == ["p1", "f1", "p2", "f2"]
    assert len(product.seconds) == len(floor.seconds) == 1


def test_an_unknown_benchmark_is_called_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.main(["speed"]) == 2
    assert "There is no benchmark called speed; there are click, teams" in capsys.readouterr().err


def test_a_process_can_be_weighed() -> None:
    assert process.resident_after("x = bytearray(50_000_000)") - process.resident_after("pass") > 40
