"""The pair: sessions, and how each side rates the alliance. A strain lowers the patient's view, on goals first; the
therapist sees about a third of it. Sides agree weakly and patients rate higher (``docs/simulation.md``)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
import numpy as np

from core.instruments.calendar import asked_after
from core.instruments.scoring import score
from models import AllianceRating, Appointment, AppointmentState, QuestionnaireResponse, Side
from seed.latent import strain
from seed.person import Person
from seed.plan import Real, date_of
from seed.rows import Rows

WEEKLY = 16  # sessions are weekly up to this one in day care, then every second week
HOURS = (9, 10, 11, 12, 15, 16, 17, 18)
FORMS = {Side.PATIENT: "wai-sr-patient", Side.THERAPIST: "wai-sr-therapist"}
KEYS: dict[Side, dict[str, tuple[int, ...]]] = {
    Side.PATIENT: {"task": (1, 2, 10, 12), "bond": (3, 5, 7, 9), "goal": (4, 6, 8, 11)},
    Side.THERAPIST: {"task": (1, 4, 10), "goal": (3, 6, 8), "bond": (2, 5, 7, 9)},
}
LEVEL = {Side.PATIENT: 3.85, Side.THERAPIST: 3.50}
SPREAD = {Side.PATIENT: 0.50, Side.THERAPIST: 0.42}
FALL = {
    Side.PATIENT: {"goal": 1.15, "task": 0.80, "bond": 0.40},
    Side.THERAPIST: {"goal": 0.35, "task": 0.30, "bond": 0.15},
}


@dataclass(frozen=True, slots=True)
class SessionOfCare:
    """A session as simulated: its number from 1, day since enrolment, moment and what became of it by now."""

    number: int
    day: int
    starts_at: datetime
    state: AppointmentState
    id: uuid.UUID


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ES", subdiv="CT", years=year))


def sessions_of(person: Person, rank: int) -> list[SessionOfCare]:
    """The sessions so far and the next two. ``rank`` is the person's place on the therapist's list (one slot each)."""
    draws = person.draws("sessions")
    out: list[SessionOfCare] = []
    ahead = 0
    for day, at in _slots(person, rank):
        luck = draws.random(2)
        if day >= person.ends or ahead == 2:
            break
        number = len(out) + 1
        state = _state(person, at, float(luck[0]), number)
        ahead += state is AppointmentState.PLANNED
        out.append(SessionOfCare(number, day, at, state, person.made_id("session", number)))
    return out


def _slots(person: Person, rank: int) -> Iterator[tuple[int, datetime]]:
    weekday, hour = rank % 5, HOURS[(rank // 5 + rank) % len(HOURS)]
    day = 2 + (weekday - person.weekday(2)) % 7
    number = 1
    while True:
        if date_of(person.enrolled + day) not in _holidays(date_of(person.enrolled + day).year):
            yield day, person.at(day, hour)
            number += 1
        day += 7 if number <= WEEKLY else 14


def _state(person: Person, at: datetime, luck: float, number: int) -> AppointmentState:
    if at + timedelta(minutes=50) > person.plan.now:
        return AppointmentState.PLANNED
    if number == 1 or person.is_made:
        return AppointmentState.HELD
    missed = 0.045 * np.exp(-0.3 * person.trait("alliance"))
    if luck < missed:
        return AppointmentState.MISSED
    return AppointmentState.CANCELLED if luck > 0.96 else AppointmentState.HELD


def appointments(person: Person, sessions: list[SessionOfCare], rows: Rows) -> None:
    """The sessions as rows."""
    for session in sessions:
        rows.add(
            Appointment, id=session.id, patient_id=person.id, staff_id=person.staff_id, number=session.number,
            starts_at=session.starts_at, minutes=50, state=session.state,
        )  # fmt: skip


def means(person: Person, numbers: Real, side: Side) -> dict[str, Real]:
    """The view of one side behind the items at session numbers, by sub-scale (item means, not yet rounded)."""
    trait = person.trait("alliance" if side is Side.PATIENT else "therapist_view")
    growth = 0.10 * np.log1p(numbers) - 0.15
    traits = person.course.traits
    strained = strain(traits.rupture_session[person.row], traits.repair_session[person.row], numbers)
    base = LEVEL[side] + SPREAD[side] * trait + growth
    return {part: base - fall * strained for part, fall in FALL[side].items()}


def ratings(person: Person, sessions: list[SessionOfCare], rows: Rows) -> None:
    """Ratings of both sides after the sessions they are asked for, where they were given by now."""
    numbers = np.asarray([s.number for s in sessions], float)
    for side in (Side.PATIENT, Side.THERAPIST):
        views = means(person, numbers, side)
        draws = person.draws(f"rating-{side}")
        taste = 0.28 * draws.standard_normal(12)
        lean = {part: 0.18 * float(draws.standard_normal()) for part in ("goal", "task", "bond")}
        for place, session in enumerate(sessions):
            z, u = draws.standard_normal(15), draws.random(3)
            if session.state is not AppointmentState.HELD or not (asked_after(session.number) or person.index == 0):
                continue
            at = _rated_at(side, session, u)
            if at is None or at > person.plan.now:
                continue
            levels = {part: float(view[place]) + lean[part] for part, view in views.items()}
            _rate(person, side, session, at, answers_of(side, levels, taste, z), rows)


def _rated_at(side: Side, session: SessionOfCare, u: Real) -> datetime | None:
    """Most rate on the same day, some within the week, a few never."""
    if u[0] < (0.08 if side is Side.PATIENT else 0.04):
        return None
    soon = u[1] < (0.65 if side is Side.PATIENT else 0.72)
    hours = 1 + 5 * float(u[2]) if soon else 20 + 100 * float(u[2])
    return session.starts_at + timedelta(hours=hours)


def answers_of(side: Side, levels: dict[str, float], taste: Real, z: Real) -> dict[str, float]:
    """Answers by item (1–5) for the levels of the sub-scales."""
    shift = 0.16 * z[12:15]
    out: dict[str, float] = {}
    for number, (part, items) in enumerate(KEYS[side].items()):
        for item in items:
            level = levels[part] + float(shift[number]) + float(taste[item - 1]) + 0.45 * float(z[item - 1])
            out[str(item)] = float(np.clip(round(level), 1, 5))
    return dict(sorted(out.items(), key=lambda pair: int(pair[0])))


def _rate(
    person: Person, side: Side, session: SessionOfCare, at: datetime, answers: dict[str, float], rows: Rows
) -> None:
    scored = score(FORMS[side], answers)
    rows.add(
        AllianceRating, id=person.made_id(f"rating-{side}", session.number), patient_id=person.id,
        staff_id=person.staff_id, appointment_id=session.id, side=side, instrument=FORMS[side], rated_at=at,
        rated_by=person.account_id if side is Side.PATIENT else person.user_id, answers=answers,
        **{part: scored.subscales[part] for part in ("goal", "task", "bond")},
    )  # fmt: skip


def session_ratings(person: Person, sessions: list[SessionOfCare], rows: Rows) -> None:
    """The short session rating (SRS) that many patients give right after a session."""
    draws = person.draws("srs")
    view = means(person, np.asarray([s.number for s in sessions], float), Side.PATIENT)
    for place, session in enumerate(sessions):
        z, u = draws.standard_normal(4), draws.random(2)
        at = session.starts_at + timedelta(minutes=55 + 60 * float(u[1]))
        if session.state is not AppointmentState.HELD or u[0] > 0.6 or at > person.plan.now:
            continue
        level = 9.4 + 0.9 * (float(np.mean([v[place] for v in view.values()])) - 3.85)
        answers = {str(n): float(np.clip(round(level + 0.5 * float(x), 1), 0, 10)) for n, x in enumerate(z, start=1)}
        scored = score("srs", answers)
        rows.add(
            QuestionnaireResponse, id=person.made_id("srs", session.number), patient_id=person.id, instrument="srs",
            version="1", informant="patient", answered_at=at, answers=answers, total=scored.total, subscales={},
            source="vincle",
        )  # fmt: skip
