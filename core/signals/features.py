"""The feature table: what the models see, one definition each. The same table builds the training rows, the nightly
scores and one patient on demand, gives the model cards their list and the interface its factors.

Sex, age, names and free text are not in it on purpose. Too few points give a missing value, never zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

WEEK, FORTNIGHT, MONTH = 7, 14, 28
LONGEST_LOOK_BACK = 63  # days before as_of at which an own baseline ends; it begins where the window beside it does


class FactorDomain(StrEnum):
    """The clinical domain under which a factor is shown."""

    MOOD = "mood"
    URGES = "urges"
    MEALS = "meals"
    SLEEP = "sleep"
    ACTIVITY = "activity"
    ALLIANCE = "alliance"
    MESSAGES = "messages"
    ENGAGEMENT = "engagement"
    QUESTIONNAIRES = "questionnaires"
    SAFETY_ANSWERS = "safety_answers"
    TREATMENT = "treatment"


class Made(StrEnum):
    """How a day's value comes from the day's measures."""

    MEAN = "mean"  # of all values of the measures
    BELOW = "below"  # 1 where any measure lies below the limit, else 0
    ABOVE = "above"  # 1 where any lies above it, else 0
    REGULARITY = "regularity"  # of this night and the one before, from falling asleep and waking
    MIDDLE = "middle"  # of falling asleep and waking


@dataclass(frozen=True, slots=True)
class Series:
    """A stream of day values made of measures (``core.measures`` numbers). ``scale`` turns the mean of the values into
    the unit shown (a meal is 0–2, its completeness 0–1); ``statistics`` says what is computed of it."""

    code: str
    domain: FactorDomain
    unit: str
    measures: tuple[int, ...]
    statistics: tuple[str, ...]
    scale: float = 1.0
    direction: int = 0
    made: Made = Made.MEAN
    limit: float = 0.0


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the models. ``direction`` is +1 where more certainly means more difficulty, -1 the reverse, 0
    where the clinical direction is not certain; ``window`` in days before ``as_of`` (0: the newest value)."""

    code: str
    domain: FactorDomain
    unit: str
    window: int
    definition: str
    source: str
    direction: int = 0


@dataclass(frozen=True, slots=True)
class Statistic:
    """What is computed of a series: its window and the fewest values that it takes. ``directed``: whether the direction
    of the series is its own (of ups and downs nothing is certain); ``unit`` where it is not that of the series."""

    window: int
    fewest: int
    definition: str
    source: str
    directed: bool = False
    unit: str = ""


_EMA = "clinical reference, EMA features"
_REFERENCE = "clinical reference"
_OWN_MEAN = "that rating minus the mean of own earlier ones; at least 2"
_SINCE_FIRST = "the last minus the first one of this treatment; at least 2"
_RELIABLE = "whether that change is reliable: 1 more difficulty, −1 less, 0 neither"
_MISSED = "prompts of this part of the day left unanswered, of those sent; at least 5"
_MISSED_MORE = "that share minus the share of days 15 to 63; at least 10 prompts in these"
_SILENCE = "longest run of days without an answered prompt, from the first prompt of these days on"
_D = FactorDomain
_SHIFTS = ("mean_7", "change_7", "change_28")

SERIES: tuple[Series, ...] = (
    Series("mood_good", _D.MOOD, "1–7", (1, 2, 3),
           (*_SHIFTS, "sd_14", "rmssd_14", "inertia_28", "trend_14"), direction=-1),
    Series("mood_low", _D.MOOD, "1–7", (4, 5, 6, 7, 11),
           (*_SHIFTS, "change_14", "sd_14", "sd_change_14", "rmssd_14", "inertia_28", "pac_14", "trend_14"),
           direction=1),
    Series("tension", _D.MOOD, "1–7", (8, 9, 10), (*_SHIFTS, "sd_14", "rmssd_14", "inertia_28"), direction=1),
    Series("lonely", _D.MOOD, "1–7", (12,), _SHIFTS, direction=1),
    Series("urges", _D.URGES, "0–10", (20, 21, 22, 23), (*_SHIFTS, "change_14", "sd_14", "pac_14", "trend_14"),
           direction=1),
    Series("urge_self_harm", _D.URGES, "0–10", (24,), (*_SHIFTS, "highest_14"), direction=1),
    Series("meals_eaten", _D.MEALS, "share", (40,), (*_SHIFTS, "change_14", "sd_14"), scale=0.5, direction=-1),
    Series("loss_of_control", _D.MEALS, "share", (41,), _SHIFTS, direction=1),
    Series("compensation", _D.MEALS, "share", (42,), _SHIFTS, direction=1),
    Series("sleep_hours", _D.SLEEP, "h", (50,), (*_SHIFTS, "change_14", "sd_14", "trend_14")),
    Series("sleep_efficiency", _D.SLEEP, "%", (51,), ("mean_7", "change_7"), direction=-1),
    Series("sleep_quality", _D.SLEEP, "1–5", (52,), ("mean_7", "change_7"), direction=-1),
    Series("sleep_onset", _D.SLEEP, "h", (53,), ("sd_14",)),
    Series("nights_short", _D.SLEEP, "share", (50,), ("share_14",), direction=1, made=Made.BELOW, limit=5.0),
    Series("nights_inefficient", _D.SLEEP, "share", (51,), ("share_14",), direction=1, made=Made.BELOW, limit=85.0),
    Series("nights_awake", _D.SLEEP, "share", (55, 56), ("share_14",), direction=1, made=Made.ABOVE, limit=30.0),
    Series("sleep_regularity", _D.SLEEP, "index", (53, 54), ("sri_28",), made=Made.REGULARITY),
    Series("sleep_middle", _D.SLEEP, "h", (53, 54), ("jet_lag_28",), made=Made.MIDDLE),
    Series("activity", _D.ACTIVITY, "min", (60,), (*_SHIFTS, "sd_14")),
    Series("steps", _D.ACTIVITY, "steps", (61,), _SHIFTS),
    Series("driven_exercise", _D.ACTIVITY, "share", (62,), ("mean_7", "change_7"), direction=1),
    Series("safety_answers", _D.SAFETY_ANSWERS, "0–4", (30, 31), ("highest_14", "days_above_28"), direction=1),
)  # fmt: skip

_AGAINST = "mean of the last {w} days minus that of days {n} to 63; at least {few} and 10 days"
STATISTICS: dict[str, Statistic] = {
    "mean_7": Statistic(7, 3, "mean of the day means of the last 7 days; at least 3 days", _EMA, True),
    "change_7": Statistic(7, 3, _AGAINST.format(w=7, n=8, few=3), _EMA, True),
    "change_14": Statistic(14, 7, _AGAINST.format(w=14, n=15, few=7), _EMA, True),
    "change_28": Statistic(28, 10, _AGAINST.format(w=28, n=29, few=10), _EMA, True),
    "sd_14": Statistic(14, 10, "standard deviation of the day means of the last 14 days; at least 10 days", _EMA),
    "sd_change_14": Statistic(
        14, 10, "that standard deviation minus that of days 15 to 63; at least 10 days in each", _EMA),
    "rmssd_14": Statistic(
        14, 10, "√mean((x_t − x_t−1)²) of successive entries of one day, last 14 days; at least 10 pairs",
        "Jahng 2008; von Neumann 1941"),
    "inertia_28": Statistic(
        28, 20, "slope of an entry on the one before it on the same day, both minus the mean of these days, last 28 "
        "days; at least 20 pairs", "Kuppens 2010", unit="slope"),
    "pac_14": Statistic(
        14, 7, "share of the changes from day to day of the last 14 days that reach the own 90th percentile of 63 days;"
        " at least 7 and 20 pairs of days", "Jahng 2008", unit="share"),
    "trend_14": Statistic(14, 7, "Theil–Sen slope of the last 14 day means; at least 7 days", "Sen 1968", True),
    "share_14": Statistic(14, 7, "share of such nights of the last 14; at least 7 nights", "Carney 2012", True),
    "sri_28": Statistic(
        28, 7, "−100 + 200 × share of the 24 hours in which two nights in a row agree in being asleep or awake, mean of"
        " the last 28 days; at least 7 pairs", "Phillips 2017"),
    "jet_lag_28": Statistic(
        28, 2, "middle of sleep on free days (waking on Saturday or Sunday) minus that on others, without sign, last 28"
        " days; at least 2 and 5 nights", "Wittmann 2006"),
    "highest_14": Statistic(14, 1, "highest answer of the last 14 days; at least 1 day with an answer", _EMA, True),
    "days_above_28": Statistic(
        28, 5, "share of days answered above 0 in the last 28; at least 5 days", _EMA, True, "share"),
}  # fmt: skip
FEWEST_BASELINE_DAYS = 10
FEWEST_JUMPS, FEWEST_WORKDAYS = 20, 5

_PLAIN: tuple[tuple[str, FactorDomain, str, int, str, str, int], ...] = (
    ("entries.compliance_7", _D.ENGAGEMENT, "share", 7, "prompts answered the same day, of those sent", _EMA, -1),
    ("entries.compliance_28", _D.ENGAGEMENT, "share", 28, "prompts answered the same day, of those sent", _EMA, -1),
    ("entries.change_7", _D.ENGAGEMENT, "share", 7, "compliance of 7 days minus that of days 8 to 63", _EMA, -1),
    ("entries.hours_since", _D.ENGAGEMENT, "h", 63, "hours since the last answered prompt", _EMA, 0),
    ("entries.longest_gap_28", _D.ENGAGEMENT, "days", 28, _SILENCE, _EMA, 0),
    ("missed.morning_14", _D.ENGAGEMENT, "share", 14, f"before noon: {_MISSED}", _EMA, 0),
    ("missed.afternoon_14", _D.ENGAGEMENT, "share", 14, f"from noon to 18: {_MISSED}", _EMA, 0),
    ("missed.evening_14", _D.ENGAGEMENT, "share", 14, f"from 18 on: {_MISSED}", _EMA, 0),
    ("missed.morning_change_14", _D.ENGAGEMENT, "share", 14, _MISSED_MORE, _EMA, 0),
    ("missed.afternoon_change_14", _D.ENGAGEMENT, "share", 14, _MISSED_MORE, _EMA, 0),
    ("missed.evening_change_14", _D.ENGAGEMENT, "share", 14, _MISSED_MORE, _EMA, 0),
    ("messages.patient_7", _D.MESSAGES, "n", 7, "messages by the patient; missing if never written", "product", 0),
    ("messages.team_7", _D.MESSAGES, "n", 7, "messages by the team; missing if never written", "product", 0),
    ("messages.patient_28", _D.MESSAGES, "n", 28, "messages by the patient a week", "product", 0),
    ("messages.team_28", _D.MESSAGES, "n", 28, "messages by the team a week", "product", 0),
    ("messages.change_14", _D.MESSAGES, "n", 14, "patient's messages minus the 14 days before", "product", 0),
    ("messages.reply_hours_28", _D.MESSAGES, "h", 28, "median time to the team's next message", _REFERENCE, 0),
    ("messages.patient_reply_hours_28", _D.MESSAGES, "h", 28, "median time to the patient's next", _REFERENCE, 0),
    ("messages.waiting_hours", _D.MESSAGES, "h", 28, "time that an unanswered message has waited", _REFERENCE, 0),
    ("messages.unread_by_team", _D.MESSAGES, "n", 28, "the patient's messages not yet read", _REFERENCE, 0),
    ("messages.unread_by_patient", _D.MESSAGES, "n", 28, "the team's messages not yet read", _REFERENCE, 0),
    ("alliance_patient.last", _D.ALLIANCE, "1–5", 0, "item mean, own last rating, ≤ 60 days", "Flückiger 2018", -1),
    ("alliance_patient.change", _D.ALLIANCE, "1–5", 0, _OWN_MEAN, "Eubanks 2018", -1),
    ("alliance_goal.change", _D.ALLIANCE, "1–5", 0, "the same for the agreement on goals alone", _REFERENCE, -1),
    ("alliance_task.change", _D.ALLIANCE, "1–5", 0, "the same for the agreement on tasks alone", _REFERENCE, -1),
    ("alliance_bond.change", _D.ALLIANCE, "1–5", 0, "the same for the bond alone", _REFERENCE, -1),
    ("alliance_patient.days_since", _D.ALLIANCE, "days", 0, "days since the patient's last rating", _REFERENCE, 0),
    ("alliance_therapist.last", _D.ALLIANCE, "1–5", 0, "item mean, own last rating, ≤ 60 days", "Tryon 2007", 0),
    ("alliance_therapist.change", _D.ALLIANCE, "1–5", 0, _OWN_MEAN, "Tryon 2007", 0),
    ("alliance_therapist.days_since", _D.ALLIANCE, "days", 0, "days since the therapist's rating", _REFERENCE, 0),
    ("alliance.gap", _D.ALLIANCE, "1–5", 0, "patient's last rating minus the therapist's", "Tryon 2007", 0),
    ("alliance_goal.gap", _D.ALLIANCE, "1–5", 0, "the same for the agreement on goals alone", _REFERENCE, 0),
    ("core10.last", _D.QUESTIONNAIRES, "0–40", 0, "last CORE-10 total, ≤ 60 days", "Barkham 2013", 1),
    ("core10.change", _D.QUESTIONNAIRES, "0–40", 0, _SINCE_FIRST, "Barkham 2013", 1),
    ("core10.reliable", _D.QUESTIONNAIRES, "side", 0, f"{_RELIABLE} (6 points)", "Barkham 2013", 1),
    ("phq9.last", _D.QUESTIONNAIRES, "0–27", 0, "last PHQ-9 total, ≤ 60 days", "Kroenke 2001", 1),
    ("phq9.change", _D.QUESTIONNAIRES, "0–27", 0, _SINCE_FIRST, "Kroenke 2001", 1),
    ("phq9.reliable", _D.QUESTIONNAIRES, "side", 0, f"{_RELIABLE} (6 points)", _REFERENCE, 1),
    ("who5.last", _D.QUESTIONNAIRES, "0–100", 0, "last WHO-5 score, ≤ 60 days", "Topp 2015", -1),
    ("who5.change", _D.QUESTIONNAIRES, "0–100", 0, _SINCE_FIRST, "Topp 2015", -1),
    ("who5.reliable", _D.QUESTIONNAIRES, "side", 0, f"{_RELIABLE} (10 points)", "Topp 2015", 1),
    ("who5.mean", _D.QUESTIONNAIRES, "0–100", 0, "mean of all of this treatment; at least 2", "Topp 2015", -1),
    ("phq9_item9.last", _D.SAFETY_ANSWERS, "0–3", 0, "last answer to PHQ-9 item 9, ≤ 60 days", "Simon 2013", 1),
    ("core10_item6.last", _D.SAFETY_ANSWERS, "0–4", 0, "last answer to item 6, ≤ 60 days", "Barkham 2013", 1),
    ("treatment.weeks", _D.TREATMENT, "weeks", 0, "weeks since enrolment", "product", 0),
    ("treatment.step", _D.TREATMENT, "step", 0, "step of care", _REFERENCE, 0),
    ("treatment.weeks_on_step", _D.TREATMENT, "weeks", 0, "weeks on this step", _REFERENCE, 0),
)  # fmt: skip


@cache
def features() -> tuple[Feature, ...]:
    """Every feature in the order of the models' columns."""
    plain = (Feature(*row) for row in _PLAIN)
    return (*_of_series(), *plain)


def _of_series() -> Iterator[Feature]:
    for series in SERIES:
        for name in series.statistics:
            of = STATISTICS[name]
            direction = series.direction if of.directed else 0
            unit = of.unit or series.unit
            yield Feature(f"{series.code}.{name}", series.domain, unit, of.window, of.definition, of.source, direction)


@cache
def feature_codes() -> tuple[str, ...]:
    """The columns of the models in their order."""
    return tuple(feature.code for feature in features())


@cache
def by_code() -> dict[str, Feature]:
    """Every feature by its code."""
    return {feature.code: feature for feature in features()}


@cache
def measures_seen() -> tuple[int, ...]:
    """The measures whose daily roll-ups any feature is made of."""
    return tuple(sorted({number for series in SERIES for number in series.measures}))


@cache
def momentary_series() -> tuple[Series, ...]:
    """The series that are also looked at from entry to entry within a day."""
    return tuple(series for series in SERIES if {"rmssd_14", "inertia_28"} & set(series.statistics))


@cache
def measures_within_days() -> tuple[int, ...]:
    """The measures whose single values are looked at."""
    return tuple(sorted({number for series in momentary_series() for number in series.measures}))
