"""The frame of treatment around the pair: steps of care, goals and tasks, setbacks, the safety plan, notes."""

import json
from datetime import timedelta

import numpy as np

from models import (
    AgreementKind,
    ClinicalEvent,
    EventKind,
    Note,
    SafetyPlan,
    SharedAim,
    StepOfCare,
)
from seed import words
from seed.person import Person
from seed.plan import date_of
from seed.rows import Rows

REVIEW_EVERY = 28


def frame(person: Person, rows: Rows) -> None:
    """Everything of this module for one person."""
    steps(person, rows)
    aims(person, rows)
    events(person, rows)
    safety_plan(person, rows)
    notes(person, rows)


def steps(person: Person, rows: Rows) -> None:
    """Stretches on steps: day care goes forward as people improve, psycho-oncology up only where it is needed."""
    last = min(person.known, person.ends)
    stretches: list[tuple[int, int, str]] = [(0, 1, "admitted")]
    luck = person.draws("steps").random(40)
    if person.day_care and last > 7:
        stretches.append((7, 2, "assessment done"))
    for number, day in enumerate(range(42 if person.day_care else REVIEW_EVERY, last, REVIEW_EVERY)):
        step, state = stretches[-1][1], person.recent(day, 14)
        if step < 5 and _moves(person, state, step, float(luck[number % 40])):
            reason = "improved, agreed together" if person.day_care else "distress above the cut, agreed together"
            stretches.append((day, step + 1, reason))
    if person.is_made and person.index == 0:
        stretches = [(0, 1, "admitted"), (7, 2, "assessment done"), (42, 3, "improved"), (70, 4, "improved")]
    for number, (day, step, reason) in enumerate(stretches):
        following = stretches[number + 1][0] if number + 1 < len(stretches) else person.left
        rows.add(
            StepOfCare, id=person.made_id("step", number), patient_id=person.id, step=step, reason=reason,
            started_on=date_of(person.enrolled + day), decided_by=person.user_id,
            ended_on=None if following is None else date_of(person.enrolled + following),
        )  # fmt: skip


def _moves(person: Person, state: float, step: int, luck: float) -> bool:
    if person.day_care:
        return bool(luck < 1 / (1 + np.exp(0.3 + 1.2 * state)))
    return luck < 0.35 * max(0.0, state - 0.25 * (step - 1) + 0.4)


def aims(person: Person, rows: Rows) -> None:
    """Two goals and two tasks, most of them agreed to by both; a goal may end after three months."""
    luck = person.draws("aims").random((4, 5))
    goals, tasks = words.AIMS["day_care" if person.day_care else "oncology"]
    chosen: set[str] = set()
    for number in range(4):
        kind, labels = (AgreementKind.GOAL, goals) if number < 2 else (AgreementKind.TASK, tasks)
        label = labels[int(luck[number, 0] * len(labels))]
        made = person.at(3 + 7 * number + int(6 * luck[number, 1]), 11.0)
        if label in chosen or made > person.plan.now:
            continue
        chosen.add(label)
        agreed = made + timedelta(days=float(5 * luck[number, 2]))
        ended = made + timedelta(days=84 + float(60 * luck[number, 4])) if luck[number, 3] < 0.3 else None
        rows.add(
            SharedAim, id=person.made_id("aim", number), patient_id=person.id, kind=kind, label=label, made_at=made,
            patient_agreed_at=agreed if luck[number, 3] < 0.88 and agreed <= person.plan.now else None,
            therapist_agreed_at=made, ended_at=ended if ended is not None and ended <= person.plan.now else None,
        )  # fmt: skip


def events(person: Person, rows: Rows) -> None:
    """Crises, relapses, admissions and drop-outs, recorded within two days of happening."""
    course = person.course
    found = [(day, EventKind.RELAPSE, 17.0) for day in person.days_of(course.relapse)]
    found += [(day, EventKind.CRISIS, 21.5) for day in person.days_of(course.crisis)]
    found += [(day, EventKind.ADMISSION, 23.2) for day in person.days_of(course.admission)]
    if person.left is not None and bool(course.dropped[person.row]):
        found.append((person.left, EventKind.DROP_OUT, 12.0))
    for day, kind, hour in sorted(found):
        luck = person.draws(f"event-{kind}-{day}").random()
        happened = person.at(day, hour)
        recorded = happened + timedelta(hours=3 + 40 * float(luck))
        if recorded <= person.plan.now:
            rows.add(
                ClinicalEvent, id=person.made_id(f"event-{kind}", day), patient_id=person.id, kind=kind,
                happened_at=happened, recorded_at=recorded, recorded_by=person.user_id,
            )  # fmt: skip


def safety_plan(person: Person, rows: Rows) -> None:
    """A plan in seven parts for those who had a crisis or whose despair asks for one."""
    crises = list(person.days_of(person.course.crisis))
    if not crises and person.trait("despair") < 0.9 and person.index != 2:
        return
    day = crises[0] + 2 if crises else 10
    at = person.at(day, 12.5)
    if at > person.plan.now:
        return
    draws = person.draws("safety-plan")
    parts = {name: words.pick(options, float(draws.random())) for name, options in words.SAFETY_PLAN.items()}
    rows.add_words(
        SafetyPlan, person.id, "parts", json.dumps(parts, ensure_ascii=False), patient_id=person.id, changed_at=at,
        changed_by=person.user_id, version=1, id=person.made_id("plan"),
    )  # fmt: skip


def notes(person: Person, rows: Rows) -> None:
    """A short note of the therapist every other week or so."""
    draws = person.draws("notes")
    for number, day in enumerate(range(5, min(person.known, person.ends), 16)):
        luck = draws.random(3)
        at = person.at(day, 13 + 4 * float(luck[0]))
        if at <= person.plan.now and luck[1] < 0.6:
            rows.add_words(
                Note, person.id, "body", words.pick(words.NOTES, float(luck[2])), id=person.made_id("note", number),
                patient_id=person.id, kind="contact", written_at=at, written_by=person.user_id,
            )  # fmt: skip
