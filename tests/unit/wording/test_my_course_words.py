"""The sentences of a patient's own course: plain, against the own usual, silence never a no, no verdict."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from core.clock import day_number
from core.language import use_locale
from core.queries.alliance import RatingView
from core.queries.consents import RelativeView
from core.queries.my_course import MyCourseView, StreamView
from core.queries.outcomes import OutcomeView
from core.queries.streams import Series, Unit
from core.rules.usual import Basis, Usual
from dashboard.wording import my_course as words
from models import Domain, Side

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
TODAY = day_number(NOW, "Europe/Madrid")
VERDICTS = ("risk", "severe", "worse", "bad", "alarm", "deteriorat", "abnormal", "warning", "signal")


def series(domain: Domain, unit: Unit = Unit.SCALE, *, week: float = 3.0, days: range = range(30)) -> Series:
    at = np.array([TODAY - ago for ago in reversed(days)], np.int64)
    value = np.full(len(at), week)
    high = 7.0 if unit is Unit.SCALE else float("nan")
    measures = {Unit.STEPS: "steps", Unit.MEALS: "meal", Unit.HOURS: "sleep_hours"}
    usual = Usual(3.0, 2.2, 3.8, 40, Basis.EIGHT_WEEKS)
    return Series(domain, at, value, value, 0.0, high, unit, 1, (measures.get(unit, "sad"),), usual)


def stream(code: str, *shown: Series) -> StreamView:
    return StreamView(
        code=code, series=shown, gaps=(), days_with=len(shown[0].day), days=30,
        shared_as={"affect": "mood", "sleep": "sleep"}.get(code),
    )  # fmt: skip


def view(**changes: Any) -> MyCourseView:
    made = MyCourseView(
        patient_id=uuid.UUID(int=1), time_zone="Europe/Madrid", now=NOW, days=30, first=TODAY - 29, last=TODAY,
        streams=(), quiet=(), never=(), ratings=(), outcomes=(), therapist="Alice", team="Blue team", relatives=(),
    )  # fmt: skip
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("week", "said"),
    [(3.0, "Last 7 days: unpleasant feelings about 3 of 7, as usual for you."),
     (4.4, "Last 7 days: unpleasant feelings about 4.4 of 7, more than usual for you."),
     (1.0, "Last 7 days: unpleasant feelings about 1 of 7, less than usual for you.")],
)  # fmt: skip
def test_a_week_stands_beside_the_own_usual(week: float, said: str) -> None:
    assert words.sentence(stream("affect", series(Domain.NEGATIVE_AFFECT, week=week)), view()) == said


def test_both_lines_of_how_one_felt_are_in_one_sentence() -> None:
    both = stream("affect", series(Domain.POSITIVE_AFFECT), series(Domain.NEGATIVE_AFFECT, week=4.0))
    said = words.sentence(both, view())
    assert "pleasant feelings about 3 of 7, as usual for you; unpleasant feelings about 4 of 7, more" in said


def test_amounts_have_their_unit() -> None:
    assert "about 3 h of sleep a night" in words.sentence(stream("sleep", series(Domain.SLEEP, Unit.HOURS)), view())
    walked = stream("activity", series(Domain.ACTIVITY, Unit.STEPS, week=5200))
    assert "about 5,200 steps a day" in words.sentence(walked, view())
    assert words.title(walked) == "Steps"


def test_silence_is_said_as_silence() -> None:
    silent = stream("sleep", series(Domain.SLEEP, Unit.HOURS, days=range(10, 25)))
    assert words.sentence(silent, view()) == "You wrote nothing about it in the last 7 days."
    rare = stream("sleep", series(Domain.SLEEP, Unit.HOURS, days=range(6, 20)))
    assert (
        words.sentence(rare, view()) == "You wrote about it on 1 of the last 7 days: too few to say how the week was."
    )


def test_below_a_picture_stands_what_the_band_and_the_grey_are() -> None:
    known = stream("sleep", series(Domain.SLEEP, Unit.HOURS))
    assert words.below(known) == "30 of 30 days with an entry. Coloured band: what is usual for you (2.2–3.8 h)."
    fresh = replace(known, series=(replace(known.series[0], usual=None),), gaps=((TODAY - 3, TODAY - 2),))
    assert (
        words.below(fresh) == "30 of 30 days with an entry. Your usual shows once there are ten days. Grey: no entry."
    )


def test_a_questionnaire_is_told_in_numbers_and_which_way_they_go() -> None:
    before = NOW - timedelta(days=20)
    once = OutcomeView("phq-9", ((NOW, 9.0),), 0.0, 27.0, -1)
    assert words.outcome_title(once) == "Depressive symptoms (PHQ-9)"
    assert words.outcome_sentence(once, view()) == (
        "Answered once, 18 Nov: 9. It goes from 0 to 27; a higher number means it weighs more on you."
    )
    twice = OutcomeView("who-5", ((before, 40.0), (NOW, 52.0)), 0.0, 100.0, 1)
    assert words.outcome_sentence(twice, view()) == (
        "Answered 2 times: 40 on 29 Oct, 52 on 18 Nov. It goes from 0 to 100; a higher number means it goes better "
        "for you."
    )


def test_who_sees_a_stream_is_said_for_each() -> None:
    marta = RelativeView(uuid.UUID(int=2), "Marta Puig", "mother", ("sleep",), None)
    seen = view(relatives=(marta,))
    sleep, felt = stream("sleep", series(Domain.SLEEP)), stream("affect", series(Domain.POSITIVE_AFFECT))
    assert words.family(sleep, seen) == (
        "Your team sees it. Marta Puig can read a sentence on how the week was, no numbers."
    )
    assert words.family(felt, seen) == "Your team sees it. Nobody of your family does."
    assert words.team(seen) == "Your team is Alice and the Blue team."


def test_what_is_not_in_the_range_and_what_never_was_are_two_things() -> None:
    said = words.quiet(view(quiet=(("sleep", TODAY - 40),)))
    assert said == "Nothing in this time about: sleep (last on 9 Oct 2026). A longer time shows more."
    assert words.never(view(never=("urges",))) == (
        "Nothing written so far about: urges. It shows here once there is something."
    )
    assert (words.quiet(view()), words.never(view())) == (None, None)


@pytest.mark.parametrize("week", [0.0, 3.0, 6.9])
def test_no_sentence_holds_a_verdict(week: float) -> None:
    rating = RatingView(Side.PATIENT, NOW, None, 2, 1.0, 1.5, 2.0)
    shown = view(ratings=(rating,))
    streams = [
        stream("affect", series(Domain.NEGATIVE_AFFECT, week=week)),
        stream("urges", series(Domain.URGES, week=week)),
    ]
    outcome = OutcomeView("core-10", ((NOW - timedelta(days=9), 8.0), (NOW, 31.0)), 0.0, 40.0, -1)
    said = " ".join([
        words.lead(), words.ratings_sentence(shown), words.outcome_sentence(outcome, shown), words.outcomes_lead(shown),
        *(words.alt(one, shown) for one in streams),
    ]).lower()  # fmt: skip
    assert not [word for word in VERDICTS if word in said]


def test_a_day_of_which_none_was_said_is_not_silence() -> None:
    meals = series(Domain.MEALS, Unit.MEALS)
    assert words.none_that_day(meals, day_number(datetime.combine(date(2026, 11, 3), NOW.timetz()), "UTC")) == (
        "3 Nov: no meal eaten"
    )


@pytest.fixture(autouse=True)
def english() -> None:
    use_locale("en")
