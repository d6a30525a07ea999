"""Simulated exercises: what was agreed on with a reason, when it was done, and whether it helped. It is done more often
in the first weeks than later, and helps somewhat; the words are ours."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import floor

import numpy as np

from core.exercises.library import exercises
from models import ExerciseAssignment, ExerciseDoing, SharedAim
from seed.person import Person
from seed.plan import date_of
from seed.rows import Rows

WEEKS = 8  # an exercise is agreed on for so long
DAY_CARE = ("slow-breathing", "meal-support", "thought-record", "urge-surfing", "regular-meals", "about-regular-meals")
ONCOLOGY = ("slow-breathing", "energy-plan", "worry-time", "sleep-wind-down", "activity-plan", "about-tiredness")
BEGINS = (6, 20, 45, 80, 120, 165, 215, 270, 330)  # the days on which they are agreed on, about
WHY = {
    "slow-breathing": "For the minutes before a meal or an appointment, when the tension comes.",
    "meal-support": "For the dinners at home that you said are the hardest.",
    "thought-record": "For the thoughts in the evening that you told me about.",
    "urge-surfing": "To find out together how long an urge really lasts.",
    "regular-meals": "So that the next day does not have to be decided at the table.",
    "about-regular-meals": "To read before we plan the week, and to ask me about.",
    "energy-plan": "So that the strength you have goes first to what you like.",
    "worry-time": "So that the worries of the night have a place in the day.",
    "sleep-wind-down": "For the hour before bed, which has been restless since the treatment.",
    "activity-plan": "One small thing a week that is only yours.",
    "about-tiredness": "You asked whether this tiredness is usual.",
}
SAID = (
    "The second time it was easier.", "I stopped halfway and went on later.", "It was quieter afterwards.",
    "Today it did not work, I was too tired.", "I did it with my sister.", "Shorter than I thought.",
)  # fmt: skip
TIMES = (2, 3, 5)


def assigned(person: Person, rows: Rows) -> None:
    """Now and then another one, as treatment goes on; one in five people has none. Marina has two of them now."""
    luck = person.draws("exercises")
    has_any, order = luck.random() >= 0.2 or person.is_made, luck.permutation(len(DAY_CARE))
    codes = DAY_CARE if person.day_care else ONCOLOGY
    for number, begins in enumerate(BEGINS):
        if not has_any or begins >= min(person.ends, person.known):
            return
        own = person.draws(f"exercise-{number}")
        day = begins + int(9 * own.random())
        wanted = own.random() < 0.7
        code = codes[number % len(codes)] if person.is_made else codes[order[number % len(codes)]]
        if (wanted or (person.is_made and number < 3)) and day < min(person.ends, person.known):
            _write(person, number, code, day, own, rows)


def _write(person: Person, number: int, code: str, day: int, luck: np.random.Generator, rows: Rows) -> None:
    now, row, at = person.plan.now, person.made_id("exercise", number), person.at(day, 11.5 + 4 * luck.random())
    if at > now:
        return
    lasts = person.is_made and number < 2
    over = None if lasts else min(day + int(7 * WEEKS * (0.6 + 0.8 * luck.random())), person.ends)
    ended = person.at(over, 12.0) if over is not None else None
    ended = ended if ended is not None and ended <= now else None
    template = exercises()[code]
    rows.add_words(
        ExerciseAssignment, person.id, "why", WHY[code], id=row, patient_id=person.id, template=code,
        template_version=template.version, parameters=template.chosen({}), aim_id=_aim(at, number, rows),
        starts_on=date_of(person.enrolled + day), ends_on=None,
        times_a_week=None if template.kind == "reading" else TIMES[floor(3 * luck.random())], assigned_at=at,
        assigned_by=person.user_id, changed_at=ended or at, changed_by=person.user_id, ended_at=ended,
        ended_by=person.user_id if ended else None, version=1 + (ended is not None),
    )  # fmt: skip
    _doings(person, number, code, range(day + 1, min(person.known, person.ends, over or person.known)), luck, rows)


def _aim(at: datetime, number: int, rows: Rows) -> object:
    """The goal or task that the first two serve: one made before."""
    made = [one["id"] for one in rows.by_table[SharedAim] if one["made_at"] < at]
    return made[min(number, len(made) - 1)] if made and number < 2 else None


def _doings(
    person: Person, number: int, code: str, days: Sequence[int], luck: np.random.Generator, rows: Rows
) -> None:  # fmt: skip
    """Which days it was done on; each day has its own chance, so that a later moment changes no earlier day."""
    once = exercises()[code].kind == "reading"
    chance, hour, much, said = luck.random((4, 7 * WEEKS * 2))
    for place, day in enumerate(days[: 7 * WEEKS * 2]):
        wanes = 0.08 + 0.3 * 0.5 ** (place / 30)
        started = person.at(day, 9 + 12 * hour[place])
        if chance[place] >= wanes or started + timedelta(minutes=30) > person.plan.now:
            continue
        done = much[place] > 0.06
        helped = int(np.clip(round(2.2 + 3.4 * (much[place] - 0.5)), 0, 4)) if done and said[place] < 0.85 else None
        values = {
            "id": person.made_id("doing", number, day), "patient_id": person.id, "template": code,
            "assignment_id": person.made_id("exercise", number), "template_version": exercises()[code].version,
            "started_at": started, "done_at": started + timedelta(minutes=exercises()[code].minutes) if done else None,
            "helped": helped, "answers": None, "read_at": None, "read_by": None,
        }  # fmt: skip
        if done and said[place] < 0.14:
            words = SAID[int(len(SAID) * said[place] / 0.14)]
            rows.add_words(ExerciseDoing, person.id, "words", words, **values)
        else:
            rows.add(ExerciseDoing, **values, words=None)
        if once and done:
            return
