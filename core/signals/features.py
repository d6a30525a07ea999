"""The feature table: what the models see, one definition each. The same table builds the training rows, the nightly
scores and one patient on demand, gives the model cards their list and the interface its factors.

Sex, age, names and free text are not in it on purpose. Too few points give a missing value, never zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

WEEK, FORTNIGHT, MONTH = 7, 14, 28
BASELINE_FIRST, BASELINE_LAST = 8, 63  # own baseline: the eight weeks before the last one, in days before as_of
LONGEST_LOOK_BACK = BASELINE_LAST


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


_EMA = "clinical reference, EMA features"
_REFERENCE = "clinical reference"
_OWN_MEAN = "that rating minus the mean of own earlier ones; at least 2"
_SINCE_FIRST = "the last minus the first one of this treatment; at least 2"
_D = FactorDomain
_FULL = ("mean_7", "change_7", "sd_14", "within_14", "trend_14")

SERIES: tuple[Series, ...] = (
    Series("mood_good", _D.MOOD, "1–7", (1, 2, 3), _FULL, direction=-1),
    Series("mood_low", _D.MOOD, "1–7", (4, 5, 6, 7, 11), _FULL, direction=1),
    Series("tension", _D.MOOD, "1–7", (8, 9, 10), ("mean_7", "change_7", "sd_14"), direction=1),
    Series("lonely", _D.MOOD, "1–7", (12,), ("mean_7", "change_7"), direction=1),
    Series("urges", _D.URGES, "0–10", (20, 21, 22, 23), ("mean_7", "change_7", "sd_14", "trend_14"), direction=1),
    Series("urge_self_harm", _D.URGES, "0–10", (24,), ("mean_7", "change_7"), direction=1),
    Series("meals_eaten", _D.MEALS, "share", (40,), ("mean_7", "change_7", "sd_14"), scale=0.5, direction=-1),
    Series("loss_of_control", _D.MEALS, "share", (41,), ("mean_7", "change_7"), direction=1),
    Series("compensation", _D.MEALS, "share", (42,), ("mean_7", "change_7"), direction=1),
    Series("sleep_hours", _D.SLEEP, "h", (50,), ("mean_7", "change_7", "sd_14", "trend_14"), direction=-1),
    Series("sleep_efficiency", _D.SLEEP, "%", (51,), ("mean_7", "change_7"), direction=-1),
    Series("sleep_onset", _D.SLEEP, "h", (53,), ("sd_14",)),
    Series("activity", _D.ACTIVITY, "min", (60,), ("mean_7", "change_7", "sd_14")),
    Series("driven_exercise", _D.ACTIVITY, "share", (62,), ("mean_7", "change_7"), direction=1),
    Series("safety_answers", _D.SAFETY_ANSWERS, "0–4", (30, 31), ("highest_14", "days_above_28"), direction=1),
)
PROMPTS = 99  # core.measures.PROMPTS_ANSWERED: n prompts sent, total answered

# statistic: window, fewest days, definition, source
STATISTICS: dict[str, tuple[int, int, str, str]] = {
    "mean_7": (WEEK, 3, "mean of the day means of the last 7 days; at least 3 days", _EMA),
    "change_7": (WEEK, 3, "mean of the last 7 days minus that of days 8 to 63; at least 3 and 10 days", _EMA),
    "sd_14": (FORTNIGHT, 7, "standard deviation of the day means of the last 14 days; at least 7 days", _EMA),
    "within_14": (FORTNIGHT, 5, "mean within-day standard deviation of the last 14 days; at least 5 days", _EMA),
    "trend_14": (FORTNIGHT, 7, "Theil–Sen slope of the last 14 day means; at least 7 days", "Sen 1968"),
    "highest_14": (FORTNIGHT, 1, "highest answer of the last 14 days; at least 1 day with an answer", _EMA),
    "days_above_28": (MONTH, 5, "share of days answered above 0 in the last 28; at least 5 days", _EMA),
}  # fmt: skip
FEWEST_BASELINE_DAYS = 10
_DIRECTED = {"mean_7", "change_7", "trend_14", "highest_14", "days_above_28"}  # of ups and downs nothing is certain

_PLAIN: tuple[tuple[str, FactorDomain, str, int, str, str, int], ...] = (
    ("entries.compliance_7", _D.ENGAGEMENT, "share", 7, "prompts answered of those sent", _EMA, -1),
    ("entries.change_7", _D.ENGAGEMENT, "share", 7, "compliance of 7 days minus that of days 8 to 63", _EMA, -1),
    ("entries.days_since", _D.ENGAGEMENT, "days", 63, "days since the last day with an answered prompt", _EMA, 0),
    ("entries.longest_gap_28", _D.ENGAGEMENT, "days", 28, "longest run of days without an answered prompt", _EMA, 0),
    ("messages.patient_14", _D.MESSAGES, "n", 14, "messages by the patient; missing if never written", "product", 0),
    ("messages.team_14", _D.MESSAGES, "n", 14, "messages by the team; missing if never written", "product", 0),
    ("messages.change_14", _D.MESSAGES, "n", 14, "patient's messages minus the 14 days before", "product", 0),
    ("messages.reply_hours_28", _D.MESSAGES, "h", 28, "median time to the team's next message", _REFERENCE, 0),
    ("messages.waiting_hours", _D.MESSAGES, "h", 28, "time that an unanswered message has waited", _REFERENCE, 0),
    ("alliance_patient.last", _D.ALLIANCE, "1–5", 0, "item mean, own last rating, ≤ 60 days", "Flückiger 2018", -1),
    ("alliance_patient.change", _D.ALLIANCE, "1–5", 0, _OWN_MEAN, "Eubanks 2018", -1),
    ("alliance_goal.change", _D.ALLIANCE, "1–5", 0, "the same for the agreement on goals alone", _REFERENCE, -1),
    ("alliance_therapist.last", _D.ALLIANCE, "1–5", 0, "item mean, own last rating, ≤ 60 days", "Tryon 2007", 0),
    ("alliance_therapist.change", _D.ALLIANCE, "1–5", 0, _OWN_MEAN, "Tryon 2007", 0),
    ("alliance.gap", _D.ALLIANCE, "1–5", 0, "patient's last rating minus the therapist's", "Tryon 2007", 0),
    ("alliance_patient.days_since", _D.ALLIANCE, "days", 0, "days since the patient's last rating", _REFERENCE, 0),
    ("core10.last", _D.QUESTIONNAIRES, "0–40", 0, "last CORE-10 total, ≤ 60 days", "Barkham 2013", 1),
    ("core10.change", _D.QUESTIONNAIRES, "0–40", 0, _SINCE_FIRST, "Barkham 2013", 1),
    ("phq9.last", _D.QUESTIONNAIRES, "0–27", 0, "last PHQ-9 total, ≤ 60 days", "Kroenke 2001", 1),
    ("phq9.change", _D.QUESTIONNAIRES, "0–27", 0, _SINCE_FIRST, "Kroenke 2001", 1),
    ("who5.last", _D.QUESTIONNAIRES, "0–100", 0, "last WHO-5 score, ≤ 60 days", "Topp 2015", -1),
    ("who5.change", _D.QUESTIONNAIRES, "0–100", 0, _SINCE_FIRST, "Topp 2015", -1),
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
        for statistic in series.statistics:
            window, _fewest, definition, source = STATISTICS[statistic]
            code = f"{series.code}.{statistic}"
            direction = series.direction if statistic in _DIRECTED else 0
            yield Feature(code, series.domain, series.unit, window, definition, source, direction)


@cache
def feature_codes() -> tuple[str, ...]:
    """The columns of the models in their order."""
    return tuple(feature.code for feature in features())


@cache
def by_code() -> dict[str, Feature]:
    """Every feature by its code."""
    return {feature.code: feature for feature in features()}


def measures_seen() -> tuple[int, ...]:
    """The measures that any feature is made of (with the roll-up of prompts)."""
    return (*sorted({number for series in SERIES for number in series.measures}), PROMPTS)
