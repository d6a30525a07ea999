"""One chunk of people, computed from the plan alone: their values and prompts as columns, everything else as rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.ingest.columns import PromptColumns, ValueColumns
from seed import (
    aims,
    alerts,
    care,
    cases,
    correspondence,
    exercises,
    meetings,
    pair,
    people,
    relationship,
    scales,
    streams,
)
from seed.columns import Collector
from seed.latent import Course, simulate, traits_of
from seed.person import Person
from seed.plan import Plan
from seed.rows import Rows


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the database numbered: the key before the first person's, and the sources (check-in, wearable)."""

    first_key: int
    sources: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What ``size`` people have said, written and been through up to the plan's ``now``."""

    size: int
    values: ValueColumns
    prompts: PromptColumns
    rows: Rows


def course_of(plan: Plan, numbers: Sequence[int]) -> Course:
    """The hidden course of some people, the made cases shaped for demonstration."""
    traits = cases.shaped(plan, numbers, traits_of(plan, numbers))
    return cases.bent(plan, numbers, simulate(plan, numbers, traits))


def chunk(plan: Plan, start: int, stop: int, numbers: Numbers) -> Chunk:
    """People ``start`` up to ``stop``."""
    indices = range(start, stop)
    course = course_of(plan, indices)
    keys = np.arange(start, stop, dtype=np.int64) + 1 + numbers.first_key
    out = Collector(keys, course.traits.enrolled, plan.second, numbers.sources)
    stage = streams.scene(plan, course, out, course.traits.safety_opt_in)
    cases.silence(plan, indices, stage)
    streams.show(stage)
    cases.answers_today(plan, indices, stage)
    rows = Rows()
    values, prompts = out.values().ordered(), out.prompts().ordered()
    staff = people.staffing(plan)
    for row, index in enumerate(indices):
        number = plan.therapist_of(index)
        person = Person(plan, index, course, row, staff.users[number], staff.staff[number])
        rows.extend(household(person, int(keys[row]), values, prompts))
    return Chunk(stop - start, values, prompts, rows)


def household(person: Person, key: int, values: ValueColumns, prompts: PromptColumns) -> Rows:
    """Everything about one person beside the streams."""
    rows = Rows()
    people.patient_rows(person, key, rows)
    sessions = relationship.sessions_of(person, rank_of(person))
    relationship.appointments(person, sessions, rows)
    relationship.ratings(person, sessions, rows)
    relationship.session_ratings(person, sessions, rows)
    scales.questionnaires(person, rows)
    care.frame(person, rows)
    aims.aims(person, sessions, rows)
    exercises.assigned(person, rows)
    pair.talks(person, sessions, rows)
    correspondence.correspondence(person, rows, cases.letters(person))
    cases.family(person, rows) if person.index == 0 and person.is_made else correspondence.family_notes(person, rows)
    alerts.alerts(person, rows, alerts.Said(key, values, prompts))
    meetings.talks(person, rows)
    meetings.offer(person, rows)
    return rows


def rank_of(person: Person) -> int:
    """The person's place on the therapist's list, from which the weekly hour follows."""
    plan = person.plan
    return person.index if plan.therapist_of(person.index) == person.index else person.index // plan.therapists + 3
