"""Every rule by its code: what it watches, the response time it asks for, its thresholds, source and limits. A rule
asks for a look by a time and never gives a level. Thresholds marked as defaults have no published evidence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from models import Response


class Ground(StrEnum):
    """What a rule stands on: what a person said, a pattern in numbers, what nobody did, or what was measured on the
    body. Only a pattern in numbers may ever be batched."""

    SAID = "said"
    STATISTICAL = "statistical"
    PROCESS = "process"
    MEASURED = "measured"


class Limit(StrEnum):
    """What every reader of an alert should know about its rule; ``dashboard.wording.alerts`` says it."""

    SELF_REPORT = "self_report"
    ABSENCE_RULES_NOTHING_OUT = "absence_rules_nothing_out"
    MANY_FALSE_CHANGES = "many_false_changes"
    UNVERIFIED_THRESHOLD = "unverified_threshold"
    ORDINARY_DIFFERENCE = "ordinary_difference"
    COUNTS_ENTRIES_ONLY = "counts_entries_only"
    PHRASES_ARE_MATCHED = "phrases_are_matched"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    AS_SENT_IN = "as_sent_in"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``defaults`` names the thresholds that are ours; ``source`` is shown with every alert."""

    code: str
    response: Response
    ground: Ground
    thresholds: Mapping[str, float]
    source: str
    limits: tuple[Limit, ...]
    defaults: frozenset[str] = frozenset()

    @property
    def may_be_switched_off(self) -> bool:
        """Whether a service may do without it or move its thresholds: never where a person said something about their
        safety."""
        return self.ground is not Ground.SAID or Limit.ABSENCE_RULES_NOTHING_OUT not in self.limits

    def runs(self, settings: Mapping[str, Any] | None = None) -> bool:
        """Whether the rule is switched on (``settings["rules"][code]["runs"]``; it is unless somebody said no)."""
        configured = (settings or {}).get("rules", {}).get(self.code, {})
        return not self.may_be_switched_off or configured.get("runs", True) is not False

    def threshold(self, name: str, settings: Mapping[str, Any] | None = None) -> float:
        """The threshold in force: the service's or programme's ``settings["rules"][code][name]``, else our own."""
        configured = (settings or {}).get("rules", {}).get(self.code, {})
        return float(configured.get(name, self.thresholds[name]))


def _rule(
    code: str, response: Response, ground: Ground, thresholds: dict[str, float], source: str, *limits: Limit,
    defaults: tuple[str, ...] = (),
) -> Rule:  # fmt: skip
    return Rule(code, response, ground, MappingProxyType(thresholds), source, limits, frozenset(defaults))


_R, _G, _L = Response, Ground, Limit
_SAID = (_L.SELF_REPORT, _L.ABSENCE_RULES_NOTHING_OUT)
_WORDS = (_L.PHRASES_ARE_MATCHED, _L.ABSENCE_RULES_NOTHING_OUT)
_NICE = "NICE NG225; NHS England 2025, Staying safe from suicide"

_CATALOGUE = (
    _rule("cssrs_now", _R.NOW, _G.SAID, {"q6_months": 3}, f"C-SSRS screener; {_NICE}", *_SAID),
    _rule("cssrs_same_day", _R.SAME_DAY, _G.SAID, {}, f"C-SSRS screener; {_NICE}", *_SAID),
    _rule("cssrs_next_day", _R.NEXT_WORKING_DAY, _G.SAID, {}, f"C-SSRS screener; {_NICE}", *_SAID),
    _rule("safety_answer", _R.SAME_DAY, _G.SAID, {"at_least": 1}, _NICE, *_SAID),
    _rule("phq9_item9", _R.SAME_DAY, _G.SAID, {"at_least": 1}, f"Simon 2013; {_NICE}", *_SAID),
    _rule("core10_item6", _R.SAME_DAY, _G.SAID, {"at_least": 1}, f"Barkham 2013; {_NICE}", *_SAID),
    _rule("words_now", _R.NOW, _G.SAID, {}, f"Own lists of phrases; {_NICE}", *_WORDS),
    _rule("words_same_day", _R.SAME_DAY, _G.SAID, {}, f"Own lists of phrases; {_NICE}", *_WORDS),
    _rule(
        "reliable_deterioration", _R.NEXT_SESSION, _G.STATISTICAL,
        {"phq-9": 6, "gad-7": 4, "core-10": 6, "ors": 5, "who-5": 10},
        "Reliable change of each instrument (Jacobson & Truax); Barkham 2013", _L.SELF_REPORT,
    ),
    _rule("off_course", _R.NEXT_SESSION, _G.STATISTICAL, {}, "de Jong 2021", _L.MANY_FALSE_CHANGES),
    _rule(
        "srs_low", _R.NEXT_SESSION, _G.SAID, {"total_below": 36, "item_below": 9},
        "Session rating scale, recalled", _L.UNVERIFIED_THRESHOLD,
    ),
    _rule(
        "alliance_fall", _R.NEXT_SESSION, _G.STATISTICAL,
        {"reliable_change": 0.70, "own_sd": 1.5, "ratings": 5},
        "Reliable change of the WAI-SR item mean, recalled (SD .80, r .90); Muran & Eubanks 2020",
        _L.UNVERIFIED_THRESHOLD, _L.ORDINARY_DIFFERENCE, defaults=("own_sd", "ratings"),
    ),
    _rule(
        "alliance_gap", _R.SUPERVISION, _G.STATISTICAL, {"points": 1.0},
        "Tryon 2007: r = .36, patients higher by d = .63", _L.ORDINARY_DIFFERENCE, defaults=("points",),
    ),
    _rule(
        "ewma_change", _R.TWO_WORKING_DAYS, _G.STATISTICAL,
        {"weight": 0.10, "width": 2.55, "days": 2, "baseline_days": 14},
        "Crowder 1989 (limits); Schat 2021: sensitivity 68 %, specificity 74 %, N = 41; "
        "Smit & Snippe 2022: 26 % and 75 %, N = 122",
        _L.MANY_FALSE_CHANGES, defaults=("days",),
    ),
    _rule(
        "no_entries", _R.NEXT_WORKING_DAY, _G.PROCESS,
        {"nudge_hours": 48, "task_hours": 72, "after_safety_hours": 24},
        "Own default", _L.COUNTS_ENTRIES_ONLY, defaults=("nudge_hours", "task_hours", "after_safety_hours"),
    ),
    _rule(
        "message_unanswered", _R.NEXT_WORKING_DAY, _G.PROCESS, {"unread_days": 1, "unanswered_days": 2},
        "Own default", _L.ANSWERED_ELSEWHERE, defaults=("unread_days", "unanswered_days"),
    ),
    _rule(
        "medical_signs", _R.SAME_DAY, _G.MEASURED,
        {"loss_per_week": 1, "heart_rate_below": 40, "index_below": 13},
        "Guidance on medical emergencies in eating disorders, recalled; NICE NG69",
        _L.UNVERIFIED_THRESHOLD, _L.AS_SENT_IN,
    ),
    _rule(
        "meals_missed", _R.NEXT_WORKING_DAY, _G.STATISTICAL,
        {"meals": 2, "days": 2, "compensation_rise": 0.5},
        "Own default", _L.SELF_REPORT, defaults=("meals", "days", "compensation_rise"),
    ),
    _rule(
        "sleep_short", _R.NEXT_SESSION, _G.STATISTICAL,
        {"efficiency": 85, "efficiency_nights": 4, "hours": 5, "short_nights": 3, "of_nights": 7},
        "Consensus sleep diary: Carney 2012; counts of nights are our own default",
        _L.SELF_REPORT, defaults=("efficiency_nights", "short_nights", "of_nights"),
    ),
)  # fmt: skip


def unsound(rule: Rule) -> str | None:
    """Why a rule cannot be used as it is written, ``None`` where it can: a rule without a source, without limits, with
    a threshold that is no number, or with a default that is no threshold of it."""
    if not rule.source or not rule.limits:
        return "no source or no limits"
    odd = [name for name, value in rule.thresholds.items() if not math.isfinite(value) or value < 0]
    odd += sorted(rule.defaults - set(rule.thresholds))
    return f"its threshold {odd[0]} is malformed" if odd else None


UNSOUND: Mapping[str, str] = MappingProxyType({rule.code: why for rule in _CATALOGUE if (why := unsound(rule))})
RULES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _CATALOGUE if rule.code not in UNSOUND})
