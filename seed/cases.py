"""Three people of the demonstration therapist, made so that a visitor meets what matters: Marina Soler, whose
alliance strained and is being repaired; Gemma Prats, silent for a week; Aina Vidal, who gave a safety answer today.
Everything stands relative to the moment of seeding, so that a later run leaves it where it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from core.clock import day_number
from seed.correspondence import Letter, family_notes, letters_of, note, reply_time
from seed.latent import NEVER, Course, Traits
from seed.person import Person
from seed.plan import MADE, ZONE, Plan
from seed.rows import Rows
from seed.streams import Scene

MARINA, GEMMA, AINA = 0, 1, 2
_TRAITS: dict[int, dict[str, float]] = {
    MARINA: {"severity": 0.5, "alliance": 0.9, "therapist_view": 0.9, "gain": 1.0, "adherence": 2.8, "despair": -0.6},
    GEMMA: {"severity": 0.6, "alliance": 0.2, "therapist_view": 0.4, "gain": 0.8, "adherence": 2.6, "despair": 0.0},
    AINA: {"severity": 0.7, "alliance": 0.5, "therapist_view": 0.3, "gain": 0.9, "adherence": 2.4, "despair": 0.2},
}
_ENROLLED = {MARINA: 99, GEMMA: 150, AINA: 71}
_STRAIN = {MARINA: (10, 12)}


def _made(plan: Plan, numbers: Sequence[int]) -> list[tuple[int, int]]:
    return [(row, person) for row, person in enumerate(numbers) if plan.made_cases and person < MADE]


def shaped(plan: Plan, numbers: Sequence[int], traits: Traits) -> Traits:
    """The traits with those of the made cases in place."""
    for row, person in _made(plan, numbers):
        for name, value in _TRAITS[person].items():
            getattr(traits, name)[row] = value
        traits.enrolled[row] = plan.first_today - min(_ENROLLED[person], plan.days)
        traits.rupture_session[row], traits.repair_session[row] = _STRAIN.get(person, (NEVER, NEVER))
        traits.safety_opt_in[row] = person == AINA
        traits.discharge[row] = NEVER
        traits.style[row] *= 0.5
        traits.style[row, 23] = 0.5  # each of them wears the step counter
    return traits


def bent(plan: Plan, numbers: Sequence[int], course: Course) -> Course:
    """The course with the made cases in treatment and without setbacks of their own."""
    left, dropped = course.left.copy(), course.dropped.copy()
    for row, _person in _made(plan, numbers):
        for events in (course.crisis, course.relapse, course.admission):
            events[row] = False
        left[row], dropped[row] = NEVER, False
    return replace(course, left=left, dropped=dropped)


def silence(plan: Plan, numbers: Sequence[int], stage: Scene) -> None:
    """Gemma's silent week up to the seeding; Marina's silent days, missed meals and step counter."""
    for row, person in _made(plan, numbers):
        today = plan.first_today - int(stage.course.traits.enrolled[row])
        first, last = {MARINA: (today - 18, today - 15), GEMMA: (today - 7, today + 1)}.get(person, (0, 0))
        first = max(first, 0)
        stage.answers.silent[row] = False
        stage.answers.silent[row, first:last] = True
        stage.answers.chance[row] = np.where(stage.answers.silent[row], 0.0, np.maximum(stage.answers.chance[row], 0.8))
        worn = {MARINA: (today - 3, today + 1), GEMMA: (today - 7, today + 1)}.get(person, (0, 0))
        if person == MARINA:
            stage.hungry[row, max(today - 2, 0) : today] = True
        stage.answers.luck[row, max(worn[0], 0) : worn[1], 8] = 1.0


def answers_today(plan: Plan, numbers: Sequence[int], stage: Scene) -> None:
    """Aina's safety answer, fifty minutes before the seeding: a wish not to be alive, 1 of 4."""
    for row, person in _made(plan, numbers):
        if person != AINA:
            continue
        said = plan.seeded_at - timedelta(minutes=50)
        where = np.zeros_like(stage.active)
        where[row, day_number(said, ZONE) - int(stage.course.traits.enrolled[row])] = True
        at = np.full(where.shape, int(said.timestamp()), np.int64)
        stage.out.prompt("safety", where, at - 200, where, at, 150 * 60)
        stage.out.value("wish_not_alive", where, at, np.ones(where.shape))
        stage.out.value("suicidal_thoughts", where, at, np.zeros(where.shape))


def letters(person: Person) -> list[Letter] | None:
    """Messages of Marina (around the strain and its repair) and Gemma (none in the silence); for everyone else
    ``None``: as they come."""
    if not person.is_made or person.index not in _QUIET:
        return None
    today = person.plan.first_today - person.enrolled
    since = person.at(max(today - _QUIET[person.index], 0), 0)
    every = letters_of(person)
    usual = [letter for letter in every if (letter.answers or letter.at) < since or letter.at > person.plan.seeded_at]
    usual = [letter for letter in usual if letter.answers is None or letter.answers in {other.at for other in usual}]
    told = _MARINA if person.index == MARINA else ()
    return usual + [letter for number, line in enumerate(told) for letter in _told(person, today, number, *line)]


_QUIET = {MARINA: 31, GEMMA: 10}  # the last days without messages by chance
_MARINA: tuple[tuple[int, float, str, str], ...] = (
    (30, 20.4, "I kept to the plan all week. Lunch at the canteen too.",
     "That is a lot in one week. What made the canteen possible?"),
    (24, 21.2, "I don't really see why we keep going on about the lunches. "
     "It felt like you'd decided before I came in.",
     "Thank you for telling me. Let us look at the plan again together."),
    (15, 22.6, "I did not write these days. I was not sure what for.",
     "I noticed the silence and wondered whether I had lost you. I would like to hear what you hope for."),
    (9, 19.3, "It was good that you asked what I want from this. I had not said it aloud before.",
     "It was important for me to hear it. We start from there."),
    (1, 21.23, "Dinner went wrong again today, but I did not hide it from my mother. Could we look at dinners the way "
     "we did last time?", ""),
)  # fmt: skip


def _told(person: Person, today: int, number: int, ago: int, hour: float, text: str, reply: str) -> list[Letter]:
    at = person.at(max(today - ago, 0), hour)
    answered = reply_time(person, max(at, person.plan.seeded_at) if not reply else at, 0.4)
    read = answered if not reply else at + (answered - at) * 0.7
    reply = reply or "I am glad you told her. Yes, let us take the dinners first next time."
    return [
        Letter(person.made_id("made", number), at, True, text, read),
        Letter(person.made_id("made-reply", number), answered, False, reply, answered + timedelta(hours=2), at),
    ]


def family(person: Person, rows: Rows) -> None:
    """What Marina's mother noticed: once before the strain, once in it, and a dinner this week, not yet read."""
    today = person.plan.first_today - person.enrolled
    seen = (
        (40, {"meals": "better", "sleep": "same", "mood": "better"}, "She came to the market and chose the fruit."),
        (20, {"meals": "worse", "sleep": "same", "mood": "worse"}, "Very quiet since the weekend, ate in her room."),
        (2, {"meals": "worse", "sleep": "same", "mood": "same"}, "Skipped dinner yesterday, but she told me herself."),
    )
    for ago, noticed, text in seen:
        day = max(today - ago, 0)
        at = person.at(day, 20.6)
        read = None if ago == 2 else at + timedelta(hours=15)
        note(person, rows, day, at, noticed, text, read)
    family_notes(person, rows, since=today + 1)
