"""The agenda's order and its time boxes."""

from datetime import UTC, datetime, timedelta

import pytest

from core.rules.agenda import Reason, fitting, in_order, place, time_box
from models import Need

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_the_needs_come_in_the_order_of_the_meeting_and_the_first_clock_first() -> None:
    later, sooner = Reason(Need.RESPONSE_DUE, "a", NOW + timedelta(days=1)), Reason(Need.RESPONSE_DUE, "b", NOW)
    silent, new = Reason(Need.SILENT), Reason(Need.NEW, number=3)
    assert in_order([new, later, silent, sooner]) == (sooner, later, silent, new)


def test_a_response_due_goes_before_strain_and_the_sooner_clock_before_the_later() -> None:
    due = (Reason(Need.RESPONSE_DUE, "a", NOW),)
    due_later = (Reason(Need.RESPONSE_DUE, "a", NOW + timedelta(hours=1)),)
    strain = (Reason(Need.ALLIANCE_STRAIN, "alliance_fall", NOW - timedelta(days=3)),)
    assert sorted([strain, due_later, due], key=place) == [due, due_later, strain]


@pytest.mark.parametrize(
    ("needs", "minutes"),
    [
        ([Need.SILENT], 2),
        ([Need.OPEN_ACTION, Need.NEW], 2),
        ([Need.RESPONSE_DUE], 3),
        ([Need.RESPONSE_DUE, Need.RESPONSE_DUE], 3),
        ([Need.RESPONSE_DUE, Need.ALLIANCE_STRAIN, Need.OFF_COURSE, Need.STEP_DECISION], 6),
    ],
)
def test_each_kind_of_need_that_has_to_be_talked_through_gives_a_minute(needs: list[Need], minutes: int) -> None:
    assert time_box([Reason(need) for need in needs]) == minutes


@pytest.mark.parametrize(
    ("boxes", "minutes", "fit"), [([3, 3, 3], 12, 2), ([6], 5, 1), ([], 60, 0), ([2] * 40, 60, 27)]
)
def test_as_many_are_chosen_as_fit_beside_the_frame(boxes: list[int], minutes: int, fit: int) -> None:
    assert fitting(boxes, minutes) == fit


@pytest.mark.parametrize(
    "reason", [Reason(Need.SILENT), Reason(Need.NEW, number=0), Reason(Need.RESPONSE_DUE, "srs_low", NOW)]
)
def test_a_reason_is_kept_and_found_again(reason: Reason) -> None:
    assert Reason.from_json(reason.to_json()) == reason
