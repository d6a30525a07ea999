"""Whether a person answers: an own level, a slow decline, bad weeks, spells of silence. Compliance is about 79 % in
the first week and falls; who answers little at first answers little later, because the level is a trait."""

import numpy as np

from seed.latent import Course
from seed.plan import Plan, Real, Truth

DECLINE, DECLINE_DAYS = 0.8, 80.0
SPELL_RATE = 0.006
SLOTS = 12  # uniform draws a day: 5 momentary, morning, evening, safety, wearable, three of a spell


class Adherence:
    """Chance of an answer by person and day, and the draws that decide each prompt."""

    def __init__(self, plan: Plan, course: Course) -> None:
        people = course.people.tolist()
        self.luck = plan.uniforms(people, "answers", course.days, SLOTS)
        mood = plan.normals(people, "answers-mood", course.days, 1)[:, :, 0]
        day = np.arange(course.days)
        level = course.traits.adherence[:, None] - DECLINE * (1 - np.exp(-day / DECLINE_DAYS))
        level = level - 0.12 * course.state - 0.8 * course.episode + 0.5 * mood - 2.0 * _after(course.admission, 9)
        self.chance: Real = 1 / (1 + np.exp(-level))
        self.silent = _spells(self.luck)
        self.chance[self.silent] = 0.0

    def answered(self, slot: int) -> Truth:
        """Which prompts of a slot were answered (people × days)."""
        return np.asarray(self.luck[:, :, slot] < self.chance)


def _after(event: Truth, days: int) -> Truth:
    """The days from an event up to ``days`` later."""
    day = np.arange(event.shape[1])
    last = np.maximum.accumulate(np.where(event, day, -days - 1), axis=1)
    return np.asarray(day - last < days)


def _spells(luck: Real) -> Truth:
    """Days of silence: a spell of two to six days begins with a small chance each day."""
    day = np.arange(luck.shape[1])
    ends = np.where(luck[:, :, 9] < SPELL_RATE, day + 2 + np.floor(luck[:, :, 10] * 5), -1)
    return np.asarray(day < np.maximum.accumulate(ends, axis=1))
