"""Chance that can be drawn again: the first days of a person stay what they are, however many follow."""

from datetime import UTC, datetime, timedelta

import numpy as np

from core.ingest.columns import NEVER
from models import Appointment, AppointmentState
from seed.generate import Numbers, chunk, course_of
from seed.plan import Plan, local, utc_seconds

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
PLAN = Plan(seed=3, patients=12, days=170, seeded_at=NOW, now=NOW)
NUMBERS = Numbers(0, (1, 2))


def test_the_past_is_the_same_when_more_days_follow() -> None:
    short, longer = chunk(PLAN, 0, 12, NUMBERS), chunk(PLAN.at(NOW + timedelta(days=40)), 0, 12, NUMBERS)
    past = longer.values.take(longer.values.at <= PLAN.second)
    assert np.array_equal(past.at, short.values.at)
    assert np.array_equal(past.value, short.values.value)
    assert np.array_equal(past.measure_id, short.values.measure_id)


def test_people_are_the_same_in_whichever_chunk_they_are_computed() -> None:
    together, alone = chunk(PLAN, 0, 12, NUMBERS), chunk(PLAN, 7, 8, NUMBERS)
    same = together.values.take(together.values.patient_key == 8)
    assert np.array_equal(same.value, alone.values.value)
    own = [row for row in together.rows.by_table[Appointment] if row["patient_id"] == PLAN.made_id("patient", 7)]
    assert own == alone.rows.by_table[Appointment]


def test_no_key_is_there_twice() -> None:
    part = chunk(PLAN, 0, 12, NUMBERS)
    values, prompts = part.values, part.prompts
    keys = np.stack([values.patient_key, values.at, values.measure_id, values.source_id])
    assert np.unique(keys, axis=1).shape[1] == len(values)
    asked = set(zip(prompts.patient_key.tolist(), prompts.sent_at.tolist(), prompts.kind.tolist(), strict=True))
    assert len(asked) == len(prompts)
    for table, rows in part.rows.by_table.items():
        ids = [row["id"] for row in rows]
        assert len(ids) == len(set(ids)), table


def test_prompts_end_at_the_present_and_the_open_ones_have_no_answer_yet() -> None:
    prompts = chunk(PLAN, 0, 12, NUMBERS).prompts
    assert prompts.sent_at.max() <= PLAN.second
    assert prompts.answered_at.max() <= PLAN.second
    given = prompts.answered_at != NEVER
    assert (prompts.answered_at[given] >= prompts.sent_at[given]).all()


def test_nobody_speaks_after_leaving() -> None:
    plan = Plan(5, 200, 300, NOW, NOW, made_cases=False)
    part, course = chunk(plan, 0, 200, NUMBERS), course_of(plan, range(200))
    assert (course.left < course.known).sum() > 20
    for spoken in (part.values, part.prompts):
        since = spoken.day - course.traits.enrolled[spoken.patient_key - 1]
        assert (since < course.left[spoken.patient_key - 1]).all()
    gone = {plan.made_id("patient", person) for person in np.flatnonzero(course.left < course.known).tolist()}
    ahead = [row for row in part.rows.by_table[Appointment] if row["state"] is AppointmentState.PLANNED]
    assert not gone & {row["patient_id"] for row in ahead}


def test_hours_are_those_of_the_clock_on_the_wall_also_after_the_clocks_change() -> None:
    before, after = 20_750, 20_753  # 24 and 27 October 2026: the clocks go back on the 25th
    for day in (before, after):
        moment = local(day, 10.0)
        assert utc_seconds(np.asarray([day]), np.asarray([10.0]))[0] == moment.timestamp()
    assert local(before, 10.0).hour == 8
    assert local(after, 10.0).hour == 9
