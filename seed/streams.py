"""What the hidden course shows of itself in the streams: momentary affect, urges, safety answers, meals, sleep,
activity and steps. Every relation is weak: an item shares about a fifth of its variance with the hidden state."""

from dataclasses import dataclass

import numpy as np

from seed.adherence import Adherence, _after
from seed.columns import WEARABLE, Collector, moments
from seed.latent import DAY_CARE, Course
from seed.plan import Plan, Real, Truth, Whole

BASELINE = 14
BEATS = (10.0, 12.4, 14.8, 17.2, 19.6)
POSITIVE = ("cheerful", "relaxed", "satisfied")
NEGATIVE = ("irritated", "anxious", "sad", "insecure")
AROUSAL = ("stressed", "restless", "tired")
ITEMS = (*POSITIVE, *NEGATIVE, *AROUSAL, "lonely")
URGES = ("urge_binge", "urge_purge", "urge_restrict", "urge_exercise")
MEALS = (8.3, 11.0, 14.2, 17.4, 20.3)
MAIN_MEALS = (2, 4)  # after these, loss of control and compensation are asked


@dataclass(frozen=True, slots=True)
class Scene:
    """One chunk of people with everything the streams need: days × people arrays share one shape."""

    plan: Plan
    course: Course
    answers: Adherence
    out: Collector
    active: Truth
    mood: Real
    opted_in: Truth
    hungry: Truth  # days of made cases on which breakfast and dinner were skipped

    @property
    def people(self) -> list[int]:
        """Their numbers."""
        return [int(person) for person in self.course.people]

    @property
    def day_care(self) -> Truth:
        """Who is in day care (people × 1)."""
        return np.asarray(self.course.traits.programme == DAY_CARE)[:, None]

    def at(self, hour: Real | float) -> Whole:
        """Seconds of an hour of every day."""
        shape = self.active.shape
        return moments(self.course.traits.enrolled, shape[1], np.broadcast_to(np.asarray(hour, float), shape))

    def style(self, number: int) -> Real:
        """One individual level (people × 1)."""
        return self.course.traits.style[:, number : number + 1]


def scene(plan: Plan, course: Course, out: Collector, opted_in: Truth) -> Scene:
    """Prepare a chunk: the day's mood is the state plus what only this day knows."""
    noise = plan.normals(course.people.tolist(), "mood", course.days, 1)[:, :, 0]
    own = np.zeros_like(noise)
    for day in range(course.days):
        own[:, day] = 0.45 * (own[:, day - 1] if day else 0.0) + 0.6 * noise[:, day]
    mood = 0.75 * course.state + own - 0.15 * course.life_event
    return Scene(
        plan, course, Adherence(plan, course), out, course.active(), mood, opted_in, np.zeros(mood.shape, bool)
    )


def show(stage: Scene) -> None:
    """Let all streams speak into the scene's collector."""
    baseline(stage)
    evening(stage)
    morning(stage)
    meals(stage)
    steps(stage)


def baseline(stage: Scene) -> None:
    """Five momentary prompts a day in the first two weeks."""
    days = stage.active.shape[1]
    early = stage.active & (np.arange(days) < BASELINE)
    width = len(ITEMS) + 2
    draws = np.zeros((len(stage.people), days, width * len(BEATS)))
    short = min(days, BASELINE)
    draws[:, :short] = stage.plan.normals(stage.people, "baseline", short, width * len(BEATS))
    for beat, hour in enumerate(BEATS):
        z = draws[:, :, beat * width : (beat + 1) * width]
        sent = stage.at(hour + 0.35 * np.clip(z[:, :, 0], -2, 2))
        given, at = early & stage.answers.answered(beat), sent + _delay(z[:, :, 1])
        stage.out.prompt("momentary", early, sent, given, at, 90 * 60)
        affect(stage, given, at, z[:, :, 2:])


def affect(stage: Scene, given: Truth, at: Whole, z: Real) -> None:
    """The eleven items of a momentary entry, 1–7."""
    common = 0.35 * z[:, :, -1:] if z.shape[2] > len(ITEMS) else 0.35 * z[:, :, :1]
    mood = stage.mood + common[:, :, 0]
    pull = stage.course.episode
    for number, code in enumerate(ITEMS):
        own = 0.55 * stage.style(number) + 0.75 * z[:, :, number]
        if code in POSITIVE:
            level = 4.2 - 0.62 * mood + own
        elif code in NEGATIVE:
            level = 2.9 + 0.66 * mood + own + 0.2 * pull
        elif code in AROUSAL:
            level = 3.2 + 0.55 * mood + own + 0.55 * pull
        else:
            level = 2.7 + 0.50 * mood + own
        stage.out.value(code, given, at, np.clip(np.round(level), 1, 7))


def evening(stage: Scene) -> None:
    """The evening entry: affect, urges, activity, an event of the day; and the safety questions where opted in."""
    z = stage.plan.normals(stage.people, "evening", stage.active.shape[1], 24)
    sent = stage.at(21.1 + 0.3 * np.clip(z[:, :, 0], -2, 2))
    given, at = stage.active & stage.answers.answered(6), sent + _delay(z[:, :, 1])
    stage.out.prompt("evening", stage.active, sent, given, at, 150 * 60)
    affect(stage, given, at, z[:, :, 2 : 2 + len(ITEMS)])
    in_care = given & stage.day_care
    for number, code in enumerate(URGES):
        level = 2.2 + 1.3 * stage.style(11 + number) + 1.0 * stage.mood + 1.1 * stage.course.episode
        stage.out.value(code, in_care, at, np.clip(np.round(level + 1.1 * z[:, :, 13 + number]), 0, 10))
    harm = -0.9 + 1.0 * stage.course.traits.despair[:, None] + 0.6 * stage.mood + 0.9 * z[:, :, 17]
    stage.out.value("urge_self_harm", in_care, at, np.clip(np.round(harm), 0, 10))
    minutes = np.exp(3.3 + 0.4 * stage.style(15) - 0.12 * stage.mood + 0.55 * z[:, :, 18])
    stage.out.value("activity_minutes", given, at, np.clip(np.round(minutes / 5) * 5, 0, 240))
    driven = -1.2 + 0.6 * stage.style(16) + 0.35 * stage.mood + z[:, :, 19] > 0
    stage.out.value("driven_exercise", in_care & (minutes > 20), at, driven.astype(float))
    event = stage.course.life_event
    stage.out.value("event_pleasant", given & (event != 0), at, event)
    _safety(stage, z[:, :, 20:24], sent + 120, given, at + 45)


def _safety(stage: Scene, z: Real, sent: Whole, answered: Truth, at: Whole) -> None:
    asked = stage.active & stage.opted_in[:, None]
    given = answered & asked & (stage.answers.luck[:, :, 7] < 0.92)
    stage.out.prompt("safety", asked, sent, given, at, 150 * 60)
    near = _after(stage.course.crisis, 8)
    level = -2.45 + 0.80 * stage.course.traits.despair[:, None] + 0.55 * stage.mood + 1.1 * near + 0.45 * z[:, :, 0]
    wish, thoughts = _graded(level), _graded(level - 0.6 + 0.3 * z[:, :, 1])
    stage.out.value("wish_not_alive", given, at, wish)
    stage.out.value("suicidal_thoughts", given, at, thoughts)
    further = given & (thoughts > 0)
    stage.out.value("suicidal_intent", further, at, (z[:, :, 2] > 1.4).astype(float))
    stage.out.value("suicidal_plan", further, at, (z[:, :, 3] > 1.6).astype(float))


def _graded(level: Real) -> Real:
    return np.where(level < 0, 0.0, np.clip(1 + np.floor(1.4 * level), 1, 4))


def morning(stage: Scene) -> None:
    """The sleep diary. Onset and offset are hours since the midnight before the evening (23.5, 31.0)."""
    z = stage.plan.normals(stage.people, "morning", stage.active.shape[1], 9)
    mood, pull = stage.mood, stage.course.episode
    sent = stage.at(8.0 + 0.25 * np.clip(z[:, :, 0], -2, 2))
    asked = stage.active & (np.arange(stage.active.shape[1]) > 0)
    given, at = asked & stage.answers.answered(5), sent + _delay(z[:, :, 1])
    stage.out.prompt("morning", asked, sent, given, at, 180 * 60)
    latency = np.clip(np.exp(2.75 + 0.45 * stage.style(17) + 0.18 * mood + 0.3 * pull + 0.4 * z[:, :, 2]), 2, 180)
    awake = np.clip(np.exp(2.5 + 0.5 * stage.style(18) + 0.15 * mood + 0.3 * pull + 0.5 * z[:, :, 3]), 0, 200)
    hours = np.clip(7.2 + 0.5 * stage.style(19) - 0.2 * mood - 0.6 * pull + 0.7 * z[:, :, 4], 2.5, 11)
    onset = np.clip(23.7 + 0.6 * stage.style(20) + 0.1 * mood + 0.5 * z[:, :, 5], 20.5, 27.5)
    offset = onset + hours + awake / 60
    in_bed = hours + (latency + awake) / 60 + 0.12 + 0.1 * np.abs(z[:, :, 6])
    quality = 3.4 - 0.25 * mood + 0.3 * (hours - 7) + 0.4 * stage.style(21) + 0.6 * z[:, :, 7]
    for code, value in (
        ("sleep_hours", np.round(hours, 2)),
        ("sleep_efficiency", np.round(np.clip(100 * hours / in_bed, 20, 99), 1)),
        ("sleep_quality", np.clip(np.round(quality), 1, 5)),
        ("sleep_onset", np.round(onset, 2)),
        ("sleep_offset", np.round(offset, 2)),
        ("sleep_latency", np.round(latency)),
        ("awake_after_onset", np.round(awake)),
    ):
        stage.out.value(code, given, at, value)


def meals(stage: Scene) -> None:
    """Five meals a day in day care; after lunch and dinner also loss of control and compensation."""
    width = 5
    luck = stage.plan.uniforms(stage.people, "meals", stage.active.shape[1], width * len(MEALS))
    here = stage.active & stage.day_care & ~stage.answers.silent
    hard = 0.45 * stage.style(22) + 0.5 * stage.mood + 0.5 * stage.course.episode
    told = np.clip(0.35 + 0.62 * stage.answers.chance, 0, 0.97)
    for number, hour in enumerate(MEALS):
        u = luck[:, :, number * width : (number + 1) * width]
        skipped, partly = 1 / (1 + np.exp(3.1 - hard)), 1 / (1 + np.exp(1.9 - hard))
        u[stage.hungry, 0] = 0.0 if number in (0, 4) else 1.0
        u[stage.hungry, 2] = 0.0
        value = np.where(u[:, :, 0] < skipped, 0.0, np.where(u[:, :, 0] < skipped + partly, 1.0, 2.0))
        at = stage.at(hour + 0.8 * u[:, :, 1])
        given = here & (u[:, :, 2] < told)
        stage.out.value("meal", given, at, value)
        if number in MAIN_MEALS:
            lost = (value > 0) & (u[:, :, 3] < 1 / (1 + np.exp(3.0 - hard)))
            compensated = u[:, :, 4] < np.where(lost, 0.45, 0.03)
            stage.out.value("loss_of_control", given, at, lost.astype(float))
            stage.out.value("compensation", given, at, compensated.astype(float))


def steps(stage: Scene) -> None:
    """The wearable's count of the day, from those who wear one."""
    z = stage.plan.normals(stage.people, "steps", stage.active.shape[1], 1)[:, :, 0]
    worn = stage.active & (stage.style(23) > -0.5) & (stage.answers.luck[:, :, 8] < 0.93)
    count = np.exp(8.65 + 0.3 * stage.style(15) - 0.08 * stage.mood + 0.4 * z)
    stage.out.value("steps", worn, stage.at(23.4), np.clip(np.round(count), 0, 40_000), WEARABLE)


def _delay(z: Real) -> Whole:
    """Seconds from a prompt to its answer: a median of nine minutes."""
    return np.asarray(np.clip(540 * np.exp(0.8 * z), 20, 5_300), np.int64)
