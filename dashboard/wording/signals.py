"""Sentences of the four signals. An estimate is a natural frequency with its interval and never a level, missing is
never "no", and what the patient said stands before what a model computed (clinical reference, how safety is shown)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.actions.signals import DisagreementReason
from core.language import _, say_number, say_time
from core.queries.safety_answers import SafetyAnswerView
from core.queries.signal_views import SignalView
from dashboard.wording.features import feature_label
from models import Signal

CLEARLY_MORE = 1.5  # (d)


def signal_title(signal: Signal) -> str:
    """The name on screen."""
    return {
        Signal.SAFETY: _("Safety"), Signal.RELAPSE: _("Early-change signals"),
        Signal.PROGNOSIS: _("Expected course"), Signal.QUALITY_OF_LIFE: _("Quality of life"),
    }[signal]  # fmt: skip


def happened(signal: Signal) -> str:
    """What is counted, as the end of a sentence about 100 people."""
    return {
        Signal.SAFETY: _("had a crisis recorded within 14 days"),
        Signal.RELAPSE: _("had a setback recorded within 28 days"),
        Signal.PROGNOSIS: _("had improved reliably on CORE-10 by week 12"),
    }[signal]  # fmt: skip


def frequency(estimate: float, lower: float, upper: float) -> tuple[str, int]:
    """ "about 7 (4–12)" and of how many: 100, or 1,000 where whole hundredths would say nothing."""
    of = 100 if estimate >= 0.01 else 1000
    shown = _("about {n} ({low}–{high})").format(
        n=_count(estimate * of), low=_count(lower * of), high=_count(upper * of)
    )
    return shown, of


def _count(value: float) -> str:
    return _("under 1") if value < 0.5 else say_number(round(value), 0)


def estimate_sentence(card: SignalView) -> str:
    """The estimate with its interval, in one sentence; empty where there is none."""
    found = _numbers(card)
    if found is None:
        return ""
    if card.signal is Signal.QUALITY_OF_LIFE:
        n, low, high = (say_number(value, 0) for value in found)
        return _("WHO-5 in four weeks: about {n} ({low}–{high}) of 100 points.").format(n=n, low=low, high=high)
    shown, of = frequency(*found)
    source = _("in the simulated training data") if card.learned_on_simulated else _("in the training data")
    return _("Among {of} people with entries like these, {frequency} {happened} — {source}.").format(
        of=say_number(of, 0), frequency=shown, happened=happened(card.signal), source=source
    )


def _numbers(card: SignalView) -> tuple[float, float, float] | None:
    if card.estimate is None or card.lower is None or card.upper is None:
        return None
    return card.estimate, card.lower, card.upper


def short_line(card: SignalView) -> str:
    """The one line of a card that is not open."""
    found = _numbers(card)
    if off_course(card):
        return _("above the expected range")
    if found is None:
        known = any(reason["code"] == "outcome_known" for reason in card.reasons)
        return _("week 12 is reached") if known else _("no estimate")
    if card.signal is Signal.QUALITY_OF_LIFE:
        n, low, high = (say_number(value, 0) for value in found)
        return _("in 4 weeks {n} ({low}–{high})").format(n=n, low=low, high=high)
    shown, of = frequency(*found)
    return _("{frequency} of {of}").format(frequency=shown, of=say_number(of, 0))


def off_course(card: SignalView) -> bool:
    """Whether the newest answer on the outcome measure lies above the band of the expected course."""
    newest = (card.course or {}).get("newest")
    return bool(newest and newest["side"] > 0)


def usual_sentence(card: SignalView, name: str) -> str:
    """The patient's own usual beside the estimate."""
    if card.usual is None or card.estimate is None:
        return _("{name}'s own usual is not known yet.").format(name=name)
    if card.signal is Signal.QUALITY_OF_LIFE:
        return _("{name}'s own usual: {n}.").format(name=name, n=say_number(card.usual, 0))
    of = 100 if card.estimate >= 0.01 else 1000
    said = _("{name}'s own usual: {n} of {of}.").format(name=name, n=_count(card.usual * of), of=say_number(of, 0))
    return f"{said} {_ratio(card.estimate, card.usual, card.signal)}"


def _ratio(estimate: float, usual: float, signal: Signal) -> str:
    """How the estimate compares with the own usual: about the same unless clearly different."""
    times = estimate / max(usual, 1e-4)
    if times >= CLEARLY_MORE:
        return _("Now {n} times as many.").format(n=say_number(times, 0 if times >= 3 else 1))
    if times > 1 / CLEARLY_MORE:
        return _("Now about the same.")
    return _("Now fewer.") if signal is Signal.PROGNOSIS else _("Now fewer; this does not rule out need.")


def coverage_sentence(coverage: Mapping[str, float]) -> str:
    """On how many of the last 28 days each stream has data."""
    names = {
        "engagement": _("entries"), "mood": _("mood"), "meals": _("meals"), "sleep": _("sleep"),
        "activity": _("activity"),
    }  # fmt: skip
    days = [f"{names[code]} {round(share * 28)}" for code, share in coverage.items() if code in names]
    return _("Days with data, of the last 28: {list}.").format(list=", ".join(days))


def abstention_sentence(reason: Mapping[str, Any]) -> str:
    """Why there is no estimate."""
    numbers = {name: say_number(float(v), 0) for name, v in reason.items() if isinstance(v, int | float)}
    if reason["code"] == "outcome_known":
        return _outcome(reason, numbers)
    numbers["feature"] = feature_label(str(reason["feature"])) if "feature" in reason else ""
    return _reasons().get(str(reason["code"]), _("The model could not be used.")).format(**numbers)


def _reasons() -> dict[str, str]:
    return {
        "not_scored": _("Nothing has been computed for this patient yet."),
        "no_entries": _("There are no entries to go by."),
        "silent": _("No entries for {days} days. Silence is not good news; ask."),
        "few_days": _("Entries on {days} of the last {window} days only; {needed} are needed."),
        "thin": _("Most of what the model looks at is missing for this patient."),
        "no_safety_answers": _("The safety questions were not asked or not answered lately. That is not a no; ask."),
        "no_mood": _("There are no mood entries of the last week."),
        "no_questionnaires": _("Neither CORE-10 nor PHQ-9 was answered in the last 60 days."),
        "no_core10": _("CORE-10 was not answered in the last 60 days."),
        "no_alliance": _("Neither side has rated the alliance in the last 60 days."),
        "no_who5": _("WHO-5 was not answered in the last 60 days."),
        "too_early": _("Too early to say: this is asked after the first {weeks} weeks of treatment."),
        "past_week_10": _("Asked in the first ten weeks of treatment; this is week {weeks}."),
        "model_missing": _("There is no trained model yet."),
        "model_untrained": _("Too little is recorded of this for a model to learn from."),
        "model_tampered": _("The model's files are not as they were trained, so it is not used."),
        "model_unknown": _("The model was made by another version of the program, so it is not used."),
        "model_mismatched": _("The model does not match this version of the program, so it is not used."),
        "model_stale": _("The model is more than a year old, so it is not used."),
        "far": _("The data are unlike those that the model learned from, most of all: {feature}. It stays silent."),
        "not_additive": _("The model's parts did not add up to its answer, so none is shown."),
    }


def _outcome(reason: Mapping[str, Any], numbers: Mapping[str, str]) -> str:
    changed = _("CORE-10 went from {baseline} to {outcome} by week 12").format(**numbers)
    if reason["reliable"]:
        return _("{change}: a reliable improvement.").format(change=changed)
    return _("{change}: less than the 6 points of a reliable improvement. Review together.").format(change=changed)


def answer_lines(answers: Sequence[SafetyAnswerView], time_zone: str) -> list[str]:
    """Every item as it was answered; those that nobody asked share a line."""
    lines = [answer_line(answer, time_zone) for answer in answers if answer.state != "not_asked"]
    unasked = [_items()[answer.item] for answer in answers if answer.state == "not_asked"]
    if unasked:
        lines.append(_("{item}: not asked in the last 28 days.").format(item=", ".join(unasked)))
    return lines


def answer_line(answer: SafetyAnswerView, time_zone: str) -> str:
    """One safety item that was asked, as it was answered, with who, when and what stretch of time it asked about."""
    item = _items()[answer.item]
    when = "" if answer.at is None else say_time(answer.at, time_zone)
    if answer.state == "not_answered" or answer.value is None:
        return _("{item}: not answered ({when}). That is not a no.").format(item=item, when=when)
    said = _("{item}: {value} of {high}, self-report, {when}{window}.").format(
        item=item, value=_answer(answer), high=say_number(answer.high, 0), when=when, window=_window(answer.window)
    )
    if answer.high == 1:
        said = _("{item}: {value}, self-report, {when}.").format(item=item, value=_answer(answer), when=when)
    return said + _after(answer)


def _after(answer: SafetyAnswerView) -> str:
    if answer.window == "day_before_silence":
        return " " + _("The question since then is unanswered.")
    return ""


def _answer(answer: SafetyAnswerView) -> str:
    value = answer.value or 0.0
    if answer.high == 1:
        return _("yes") if value else _("no")
    return say_number(value, 0)


def _items() -> dict[str, str]:
    return {
        "wish_not_alive": _("Wish not to be alive"), "suicidal_thoughts": _("Thoughts of suicide"),
        "suicidal_intent": _("Intent"), "suicidal_plan": _("Plan"), "phq-9:9": _("PHQ-9 item 9"),
        "core-10:6": _("CORE-10 item 6"),
    }  # fmt: skip


def _window(window: str) -> str:
    return {"two_weeks": ", " + _("about two weeks"), "week": ", " + _("about a week")}.get(window, "")


def answers_caveat() -> str:
    """What the answers do not say."""
    return _("What was said does not say how safe someone is; ask.")


def as_of_line(card: SignalView, time_zone: str) -> str:
    """From when the estimate is, and that it is old where it is."""
    if card.as_of is None:
        return ""
    when = say_time(card.as_of - timedelta(seconds=1), time_zone, "d MMM")
    if card.stale:
        return _("From {when}; nothing newer was computed.").format(when=when)
    return _("From entries up to {when}.").format(when=when)


def model_line(card: SignalView) -> str:
    """What the estimate comes from, and that it is simulated where it is."""
    if card.learned_on_simulated:
        return _("Simulated: the model learned from simulated people.")
    return _("Model {version}.").format(version=card.model_version or "–")


def reason_label(reason: str) -> str:
    """Why a clinician sees it differently."""
    return {
        DisagreementReason.KNOWS_MORE: _("I know something the data do not"),
        DisagreementReason.DATA_WRONG: _("The data are wrong or incomplete"),
        DisagreementReason.TOO_HIGH: _("The estimate seems too high"),
        DisagreementReason.TOO_LOW: _("The estimate seems too low"),
        DisagreementReason.NOT_USEFUL: _("It does not help here"),
    }[DisagreementReason(reason)]


def disagreement_line(by: str, day: str, reason: str) -> str:
    """Who saw it differently, when, and why."""
    return _("{who} saw it differently on {day}: {reason}").format(who=by, day=day, reason=reason_label(reason))
