"""The chores of a running application: when they are due, that one process does them at a time, that one that fails or
dies holds nobody up, and that a clock that goes back stops nothing."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.calls import Calls
from core.chores import LEASE, RENEW, Caretaker, Chore, Shift, attempt
from models import Chore as Lease
from tests.conftest import Database
from tests.factories.cast import NOW

HOUR = timedelta(hours=1)


def chore(work: Callable[[Shift], Mapping[str, Any]] = lambda _shift: {"done": 1}) -> Chore:
    return Chore("sweep", HOUR, work)


def kept(calls: Calls) -> Lease:
    with calls.transaction() as session:
        return session.get_one(Lease, "sweep")


def moving(database: Database, start: datetime = NOW) -> tuple[Calls, list[datetime]]:
    """Calls whose clock stands where the list says, so that it can move within a turn."""
    hands = [start]
    return Calls(database.engine, database.keys, lambda: hands[0]), hands


def test_a_chore_is_done_once_for_each_interval_and_keeps_what_came_of_it(database: Database) -> None:
    done = [
        attempt(database.calls(NOW + minutes * timedelta(minutes=1)), chore(), holder="a") for minutes in (0, 59, 60)
    ]
    assert done == [True, False, True]
    assert (kept(database.calls()).outcome, kept(database.calls()).finished_at) == ({"done": 1}, NOW + HOUR)


def test_while_one_process_is_at_it_no_other_begins(database: Database) -> None:
    others: list[bool] = []

    def busy(_shift: Shift) -> dict[str, Any]:
        others.append(attempt(database.calls(), chore(), holder="b"))
        return {}

    assert attempt(database.calls(), chore(busy), holder="a")
    assert others == [False]


def test_who_died_at_it_is_followed_by_another_when_the_lease_has_run_out(database: Database) -> None:
    def killed(_shift: Shift) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(database.calls(), chore(killed), holder="a")
    assert not attempt(database.calls(NOW + LEASE - timedelta(seconds=1)), chore(), holder="b")
    assert attempt(database.calls(NOW + LEASE), chore(), holder="b")


def test_a_long_turn_keeps_its_lease_and_one_that_lost_it_is_told_to_stop(database: Database) -> None:
    calls, hands = moving(database)
    went_on: list[bool] = []

    def long(shift: Shift) -> dict[str, Any]:
        for _piece in range(8):
            hands[0] += RENEW
            went_on.append(shift.goes_on() and not attempt(database.calls(hands[0]), chore(), holder="b"))
        hands[0] += LEASE + HOUR  # asleep for too long: another took over
        assert attempt(database.calls(hands[0]), chore(), holder="b")
        return {"told": shift.goes_on()}

    assert attempt(calls, chore(long), holder="a")
    assert went_on == [True] * 8
    assert (kept(calls).holder, kept(calls).outcome) == ("b", {"done": 1})


def test_a_failure_is_kept_by_its_kind_without_its_words(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    def fails(_shift: Shift) -> dict[str, Any]:
        raise ValueError("what a patient wrote")

    assert attempt(database.calls(), chore(fails), holder="a")
    assert kept(database.calls()).outcome == {"failed": "ValueError"}
    assert "ValueError" in caplog.text
    assert "patient wrote" not in caplog.text
    assert attempt(database.calls(NOW + HOUR), chore(), holder="a")


@pytest.mark.parametrize("back", [timedelta(minutes=3), timedelta(days=400)])
def test_a_clock_that_went_back_holds_nothing_up(database: Database, back: timedelta) -> None:
    assert attempt(database.calls(), chore(), holder="a")
    assert attempt(database.calls(NOW - back), chore(), holder="a")
    assert kept(database.calls()).finished_at == NOW - back


def test_a_lease_from_before_the_clock_went_back_holds_nobody_up(database: Database) -> None:
    with database.calls().transaction() as session:
        session.add(Lease(name="sweep", holder="dead", held_until=NOW + LEASE))
    assert attempt(database.calls(NOW - timedelta(days=1)), chore(), holder="b")


def test_the_caretaker_does_every_chore_beside_a_failing_and_a_slow_one_and_stops(database: Database) -> None:
    calls, seen = database.calls(), threading.Event()

    def slow(shift: Shift) -> dict[str, Any]:
        while shift.goes_on():
            seen.wait(0.01)
        return {"stopped": 1}

    def fails(_shift: Shift) -> dict[str, Any]:
        raise RuntimeError

    def quick(_shift: Shift) -> dict[str, Any]:
        seen.set()
        return {}

    chores = [Chore(name, HOUR, work) for name, work in (("slow", slow), ("fails", fails), ("quick", quick))]
    with Caretaker(calls, chores, beat=0.01):
        assert seen.wait(20)
    with calls.transaction() as session:
        assert session.get_one(Lease, "slow").outcome == {"stopped": 1}
    assert not any(thread.name.startswith("chore-") for thread in threading.enumerate())


def test_two_caretakers_share_the_work_of_one(database: Database) -> None:
    turns: list[str] = []

    def counted(_shift: Shift) -> dict[str, Any]:
        turns.append("turn")
        return {}

    sweep = [Chore("sweep", HOUR, counted)]
    with Caretaker(database.calls(), sweep, beat=0.01), Caretaker(database.calls(), sweep, beat=0.01):
        _wait_for(lambda: bool(turns))
    assert turns == ["turn"]


def _wait_for(reached: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _look in range(1000):
        if reached():
            return
        pause.wait(0.02)
    raise AssertionError("nothing happened")
