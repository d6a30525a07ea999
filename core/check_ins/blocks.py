"""The questions of each kind of check-in, a few to a screen, and which of them follow from what was answered. Source:
clinical reference, section EMA. Every question may be left out; none of them is ever counted as answered with "no"."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models import PromptKind

WORDS = "words"  # the last screen of every kind: whatever else the person wants to say

Given = Mapping[str, float]


class Kind(StrEnum):
    """What a check-in is about. The first four can be asked for by a prompt of the same name."""

    MOMENTARY = PromptKind.MOMENTARY.value
    MORNING = PromptKind.MORNING.value
    EVENING = PromptKind.EVENING.value
    SAFETY = PromptKind.SAFETY.value
    URGES = "urges"
    MEAL = "meal"


@dataclass(frozen=True, slots=True)
class Screen:
    """Questions that stand together, by the codes of their measures."""

    code: str
    questions: tuple[str, ...]


_FEELINGS = (
    Screen("pleasant", ("cheerful", "relaxed", "satisfied")),
    Screen("unpleasant", ("irritated", "anxious", "sad", "insecure")),
    Screen("tension", ("stressed", "restless", "tired")),
    Screen("around", ("lonely", "company")),
)
_URGES = (
    Screen("urges", ("urge_binge", "urge_purge", "urge_restrict")),
    Screen("urges_more", ("urge_exercise", "urge_self_harm")),
)
_SAFETY = (
    Screen("wish", ("wish_not_alive",)),
    Screen("thoughts", ("suicidal_thoughts",)),
    Screen("further", ("suicidal_intent", "suicidal_plan")),
)
_MEAL = (Screen("meal", ("meal_which", "meal")), Screen("meal_more", ("loss_of_control", "compensation", "company")))
_NIGHT = (
    Screen("to_bed", ("bed_time", "sleep_attempt", "sleep_latency")),
    Screen("awake", ("awakenings", "awake_after_onset")),
    Screen("up", ("sleep_offset", "out_of_bed", "sleep_quality")),
)
_DAY = (Screen("activity", ("activity_minutes", "activity_kind", "driven_exercise", "steps")),)
_ALL: Mapping[Kind, tuple[Screen, ...]] = {
    Kind.MOMENTARY: (*_FEELINGS, *_URGES),
    Kind.EVENING: (*_FEELINGS, *_URGES, *_DAY),
    Kind.MORNING: _NIGHT,
    Kind.SAFETY: _SAFETY,
    Kind.URGES: _URGES,
    Kind.MEAL: _MEAL,
}
SAFETY_QUESTIONS = tuple(code for screen in _SAFETY for code in screen.questions)
_EATING = {code for screen in (*_URGES, *_MEAL) for code in screen.questions} | {"driven_exercise"}
_FOLLOWS: Mapping[str, tuple[str, float]] = {
    "suicidal_intent": ("suicidal_thoughts", 1.0), "suicidal_plan": ("suicidal_thoughts", 1.0),
    "loss_of_control": ("meal", 1.0), "compensation": ("meal", 1.0), "awake_after_onset": ("awakenings", 1.0),
    "activity_kind": ("activity_minutes", 1.0), "driven_exercise": ("activity_minutes", 1.0),
}  # fmt: skip  # asked only where the other was answered with at least so much


def kinds(*, eating: bool) -> tuple[Kind, ...]:
    """The kinds that somebody may begin; urges and meals belong to programmes about eating (``eating``)."""
    return tuple(kind for kind in Kind if eating or kind not in (Kind.URGES, Kind.MEAL))


def screens(kind: Kind, *, eating: bool, given: Given) -> tuple[Screen, ...]:
    """The screens of a check-in after ``given`` was answered, the last one for words; empty screens fall away."""
    asked = (
        Screen(screen.code, tuple(code for code in screen.questions if _asked(kind, code, eating, given)))
        for screen in _ALL[kind]
    )
    return (*(screen for screen in asked if screen.questions), Screen(WORDS, ()))


def questions(kind: Kind, *, eating: bool) -> frozenset[str]:
    """Every question that the kind can ask."""
    return frozenset(code for screen in _ALL[kind] for code in screen.questions if not _left_out(kind, code, eating))


def _asked(kind: Kind, code: str, eating: bool, given: Given) -> bool:
    if _left_out(kind, code, eating):
        return False
    other, least = _FOLLOWS.get(code, ("", 0.0))
    return not other or given.get(other, 0.0) >= least


def _left_out(kind: Kind, code: str, eating: bool) -> bool:
    return not eating and code in _EATING and kind not in (Kind.URGES, Kind.MEAL)


def crisis(given: Given) -> bool:
    """Whether any answer about safety is above zero: the crisis screen opens."""
    return any(given.get(code, 0.0) > 0 for code in SAFETY_QUESTIONS)
