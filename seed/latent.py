"""The hidden course of each person: severity, the alliance behind the ratings, strains, setbacks and what they do to
one another, day by day. Nothing here is observed; ``streams``, ``relationship`` and ``scales`` are what shows of it.

Units: standard deviations of severity between people at enrolment; higher is worse. Assumptions and their sources
stand in ``docs/simulation.md``; the numbers below are the ones calibrated there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seed.plan import Plan, Real, Truth, Whole

DAY_CARE, ONCOLOGY = 0, 1
NEVER = 10_000

# Course of severity
GAIN, GAIN_BY_ALLIANCE, GAIN_SPREAD, GAIN_DAYS = 1.40, 0.40, 0.70, 45.0
DAILY_MEMORY, DAILY_SPREAD = 0.93, 0.14
UNREPAIRED = 0.75  # what a strain that is not repaired adds to severity, in the end
# Weeks of destabilisation: most pass, some end in a relapse
EPISODE_ONSET, EPISODE_END, EPISODE_PULL = 0.0050, 1 / 21, 0.10
# Daily hazards at average severity outside such weeks
RELAPSE_RATE, RELAPSE_BY_STATE, RELAPSE_BY_EPISODE = 0.0034, 0.50, 1.5
CRISIS_RATE, CRISIS_BY_STATE, CRISIS_BY_EPISODE = 0.0024, 0.70, 0.9
DROP_OUT_RATE = 0.0030
LIFE_EVENT_RATE = 0.020
# Ruptures: share of pairs, and share of these that is repaired
RUPTURES, REPAIRED = 0.46, 0.60
ADHERENCE_MEAN, ADHERENCE_SPREAD = 2.05, 1.35


@dataclass(frozen=True, slots=True)
class Traits:
    """What stays of a person; each a vector over people."""

    programme: Whole
    enrolled: Whole
    severity: Real
    alliance: Real
    therapist_view: Real
    gain: Real
    adherence: Real
    safety_opt_in: Truth
    despair: Real
    liking: Real
    rupture_session: Whole
    repair_session: Whole
    discharge: Whole
    style: Real  # people × 24 standard normals: individual levels of items, sleep, activity …


@dataclass(frozen=True, slots=True)
class Course:
    """The days of some people: vectors over people, arrays people × days since enrolment (day 0)."""

    people: Whole
    traits: Traits
    known: Whole  # days that have begun at ``now``
    state: Real
    episode: Real
    life_event: Real  # pleasantness −3…3 where one happened, else 0
    crisis: Truth
    relapse: Truth
    admission: Truth
    left: Whole  # day of leaving (drop-out or discharge), else NEVER
    dropped: Truth

    @property
    def days(self) -> int:
        """Length of the time axis."""
        return int(self.state.shape[1])

    def active(self) -> Truth:
        """Where a person is enrolled, has not left, and the day has begun (people × days)."""
        day = np.arange(self.days)
        return np.asarray((day < self.known[:, None]) & (day < self.left[:, None]))


def traits_of(plan: Plan, people: Sequence[int]) -> Traits:
    """Draw what stays of each person."""
    z = plan.normals(people, "traits", 1, 24)[:, 0]
    u = plan.uniforms(people, "traits-u", 1, 12)[:, 0]
    alliance = z[:, 1]
    early = u[:, 1] < 0.8
    share = np.where(early, 0.5 + 0.5 * u[:, 2], 0.06 + 0.44 * u[:, 2])
    rupture = np.where(u[:, 3] < RUPTURES, 4 + np.floor(u[:, 4] * 8), NEVER).astype(np.int64)
    mended = u[:, 5] < REPAIRED
    repair = np.where(mended & (rupture < NEVER), rupture + 2 + np.floor(u[:, 6] * 3), NEVER).astype(np.int64)
    return Traits(
        programme=np.asarray([plan.programme_of(person) for person in people], np.int64),
        enrolled=plan.first_today - np.maximum(np.round(share * plan.days), 5).astype(np.int64),
        severity=z[:, 0],
        alliance=alliance,
        therapist_view=0.42 * alliance + np.sqrt(1 - 0.42**2) * z[:, 2],
        gain=GAIN + GAIN_BY_ALLIANCE * alliance + 0.35 * z[:, 0] + GAIN_SPREAD * z[:, 3],
        adherence=ADHERENCE_MEAN + ADHERENCE_SPREAD * z[:, 4] + 0.15 * alliance,
        safety_opt_in=u[:, 7] < 0.4,
        despair=z[:, 5],
        liking=0.25 * alliance + np.sqrt(1 - 0.25**2) * z[:, 6],
        rupture_session=rupture,
        repair_session=repair,
        discharge=np.where(u[:, 8] < 0.22, 182 + np.floor(u[:, 9] * 160), NEVER).astype(np.int64),
        style=plan.normals(people, "style", 1, 24)[:, 0],
    )


def strain(rupture: Whole, repair: Whole, session: Real) -> Real:
    """How strained the alliance is at a session number (0 none … 1), for the sessions of strain and repair."""
    since, mended = session - rupture, session - repair
    strained = np.where(since >= 0, np.minimum(0.7 + 0.15 * since, 1.0), 0.0)
    return np.asarray(np.where(mended >= 0, strained * np.exp(-0.9 * np.maximum(mended + 1, 0)), strained))


def simulate(plan: Plan, people: Sequence[int], traits: Traits) -> Course:
    """Let the days pass for all of ``people`` at once."""
    known = np.maximum(plan.today - traits.enrolled + 1, 0)
    days = int(known.max(initial=1))
    return _Days(plan, people, traits, days).run(known)


class _Days:
    """The loop over days, with what it remembers from one to the next."""

    def __init__(self, plan: Plan, people: Sequence[int], traits: Traits, days: int) -> None:
        self.people, self.traits, self.days = people, traits, days
        self.shock = plan.normals(people, "daily", days, 2)
        self.luck = plan.uniforms(people, "events", days, 8)
        size = len(people)
        zero = np.zeros(size)
        self.wobble, self.pull, self.life, self.fall = zero.copy(), zero.copy(), zero.copy(), zero.copy()
        self.in_episode = np.zeros(size, bool)
        self.quiet = np.zeros(size, np.int64)
        self.left = traits.discharge.copy()
        self.dropped = np.zeros(size, bool)
        self.state, self.episode, self.life_event = (np.zeros((size, days)) for _i in range(3))
        self.crisis, self.relapse, self.admission = (np.zeros((size, days), bool) for _i in range(3))

    def run(self, known: Whole) -> Course:
        wear = self._unrepaired()
        for day in range(self.days):
            luck = self.luck[:, day]
            self._stir(day, luck)
            trend = self.traits.severity - self.traits.gain * (1 - np.exp(-day / GAIN_DAYS))
            now = trend + self.wobble + 0.9 * self.pull + self.life + self.fall + wear[:, day]
            self.state[:, day], self.episode[:, day] = now, self.pull
            self._setbacks(day, luck, now)
        return Course(
            np.asarray(self.people, np.int64), self.traits, known, self.state, self.episode, self.life_event,
            self.crisis, self.relapse, self.admission, self.left, self.dropped,
        )  # fmt: skip

    def _unrepaired(self) -> Real:
        """What strain wears off, building up over about six weeks while it is not repaired (people × days)."""
        session = np.arange(self.days)[None, :] / 7 + 1
        load = strain(self.traits.rupture_session[:, None], self.traits.repair_session[:, None], session)
        worn, out = np.zeros(load.shape[0]), np.empty_like(load)
        for day in range(self.days):
            worn += (load[:, day] - worn) / np.where(load[:, day] > worn, 30, 12)
            out[:, day] = UNREPAIRED * worn
        return out

    def _stir(self, day: int, luck: Real) -> None:
        self.wobble = DAILY_MEMORY * self.wobble + DAILY_SPREAD * self.shock[:, day, 0]
        starts = (luck[:, 0] < EPISODE_ONSET) & (day > 20)
        self.in_episode = (self.in_episode & (luck[:, 1] > EPISODE_END)) | starts
        self.pull += EPISODE_PULL * (self.in_episode - self.pull)
        happened = luck[:, 2] < LIFE_EVENT_RATE
        pleasant = np.clip(np.round(1.8 * self.shock[:, day, 1] - 0.3), -3, 3)
        self.life_event[:, day] = np.where(happened, pleasant, 0)
        self.life = 0.92 * self.life - 0.12 * self.life_event[:, day]
        self.fall *= 0.96

    def _setbacks(self, day: int, luck: Real, now: Real) -> None:
        here, worse = (day < self.left) & (self.quiet <= 0), np.clip(now, -2.5, 2.5)
        relapse = RELAPSE_RATE * np.exp(RELAPSE_BY_STATE * worse + RELAPSE_BY_EPISODE * self.pull)
        self.relapse[:, day] = here & (day > 27) & (luck[:, 3] < relapse)
        despair = 0.4 * self.traits.despair
        crisis = CRISIS_RATE * np.exp(CRISIS_BY_STATE * worse + CRISIS_BY_EPISODE * self.pull + despair)
        self.crisis[:, day] = here & (day > 3) & (luck[:, 4] < crisis)
        self.admission[:, day] = self.crisis[:, day] & (luck[:, 5] < 0.25)
        struck = self.relapse[:, day] | self.crisis[:, day]
        self.fall += 0.7 * self.relapse[:, day] + 0.5 * self.crisis[:, day]
        self.quiet = np.where(struck, 21, self.quiet - 1)
        self._leave(day, luck)

    def _leave(self, day: int, luck: Real) -> None:
        away = DROP_OUT_RATE * np.exp(-0.30 * self.traits.alliance - 0.30 * (self.traits.adherence - ADHERENCE_MEAN))
        away = away * np.exp(-day / 90) * (day > 10)
        gone = (luck[:, 6] < away) & (day < self.left)
        self.left = np.where(gone, day, self.left)
        self.dropped |= gone
