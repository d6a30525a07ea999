"""The frame of treatment around the pair: steps of care and their decisions, setbacks, the safety plan, notes."""

import json
from datetime import timedelta

import numpy as np

from models import (
    ClinicalEvent,
    EventKind,
    Note,
    PatientView,
    SafetyPlan,
    StepDecision,
    StepOfCare,
    StepRequest,
    StepWish,
)
from seed import pair_words, words
from seed.accounts import FEW
from seed.person import Person
from seed.plan import date_of
from seed.rows import Rows

REVIEW_EVERY = 28
WISHING = 0.35  # share of people who ask at some time within four hundred days


def frame(person: Person, rows: Rows) -> None:
    """Everything of this module for one person."""
    steps(person, rows)
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
        if number:
            _decision(person, number, stretches[number - 1][1], (day, step), rows)
    _wish(person, [day for day, _step, _reason in stretches], rows)


def _decision(person: Person, number: int, before: int, now: tuple[int, int], rows: Rows) -> None:
    """Who decided on the step, on what, and what the patient thought of it."""
    day, step = now
    luck = person.draws(f"step-decision-{number}").random(3)
    marina = person.is_made and person.index == 0
    view = PatientView.AGREES if luck[0] < 0.8 else PatientView.UNSURE if luck[0] < 0.93 else PatientView.DISAGREES
    view = (PatientView.UNSURE if number == 3 else PatientView.AGREES) if marina else view
    reasons = ["recovered"] if person.day_care and before > 1 else ["score"]
    rows.add_words(
        StepDecision, person.id, "words", words.pick(pair_words.STAFF_ON_STEP[1:], float(luck[1])),
        id=person.made_id("step-decision", number), patient_id=person.id, decided_at=person.at(day, 12.0),
        decided_by=person.user_id, from_step=before, to_step=step, reasons=reasons, evidence=[], patient_view=view,
        patient_words=None, review_on=date_of(person.enrolled + day + REVIEW_EVERY),
    )  # fmt: skip


def _wish(person: Person, changes: list[int], rows: Rows) -> None:
    """A few ask for another step by themselves; it is answered by the next change, or waits."""
    luck = person.draws("step-wish").random(4)
    marina, last = person.is_made and person.index == 0, min(person.known, person.ends)
    day = person.plan.first_today - person.enrolled - 2 if marina else int(luck[0] * 400)
    if not marina and (luck[1] > WISHING or not 14 <= day < last):
        return
    wish, text = ("more", pair_words.MARINA_WISH) if marina else words.pick(pair_words.WISHES, float(luck[2]))
    answered = next((change for change in changes if change > day), None)
    after = answered if answered is not None else day + 6
    known = not marina and person.at(after, 12.0) <= person.plan.now
    values = {
        "id": person.made_id("step-wish"), "patient_id": person.id, "wish": StepWish(wish),
        "asked_at": person.at(day, 19.5), "asked_by": person.account_id,
        "answered_at": person.at(after, 12.0) if known else None, "answered_by": person.user_id if known else None,
    }  # fmt: skip
    if text:
        rows.add_words(StepRequest, person.id, "words", text, **values)
    else:
        rows.add(StepRequest, **values, words=None)


def _moves(person: Person, state: float, step: int, luck: float) -> bool:
    if person.day_care:
        return bool(luck < 1 / (1 + np.exp(0.3 + 1.2 * state)))
    return luck < 0.35 * max(0.0, state - 0.25 * (step - 1) + 0.4)


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
    """A plan in seven parts for who had a crisis, whose despair asks for one, and whom one can sign in as."""
    crises = list(person.days_of(person.course.crisis))
    if not crises and person.trait("despair") < 0.9 and person.index >= FEW:
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
