"""Sentences of the model cards: what each model asks, what it never does, what it learned from, how it did, and what
it cannot know."""

from collections.abc import Mapping
from datetime import UTC, datetime

from core.language import _, ngettext, say_date, say_number
from core.signals.card import CardView, Metric
from dashboard.wording.signals import abstention_sentence
from models import Signal


def asks(signal: Signal) -> str:
    """The question."""
    return {
        Signal.SAFETY: _("Is a suicidal crisis recorded within 14 days?"),
        Signal.RELAPSE: _("Is a setback recorded within 28 days?"),
        Signal.PROGNOSIS: _("Does CORE-10 fall by 6 points or more, a reliable improvement, by week 12?"),
        Signal.QUALITY_OF_LIFE: _("What will WHO-5 be in four weeks?"),
    }[signal]


def never(signal: Signal) -> str:
    """What the model never does."""
    return {
        Signal.SAFETY: _(
            "Never a category, never a green light, never a gate to care. What a person said stands above it, and "
            "rules about what was said act without it. Guidance (NICE NG225) says not to use any tool to predict "
            "suicide or to decide who is offered treatment: this is one more reason to ask, and nothing else."
        ),
        Signal.RELAPSE: _(
            "Never a verdict on ordinary ups and downs. It compares people's own entries with those of others before a "
            "recorded setback; most changes from usual pass."
        ),
        Signal.PROGNOSIS: _(
            "Never a reason to stop or step down. It asks after the first two and before the eleventh week; afterwards "
            "the answer itself is shown."
        ),
        Signal.QUALITY_OF_LIFE: _("Never a number without its interval, and never a goal."),
    }[signal]  # fmt: skip


def learned_from(card: CardView) -> str:
    """Whose data, how many, from when to when, and who was held out."""
    people = _("simulated people") if card.simulated else _("people of this service")
    told = _("Learned from {n} {who}{span}.").format(n=card.training["patients"], who=people, span=_span(card.training))
    return f"{told}{_events(card)} {_held_out(card)}"


def _span(counts: Mapping[str, int]) -> str:
    if "first" not in counts:
        return ""
    first, last = (datetime.fromtimestamp(counts[name], UTC).date() for name in ("first", "last"))
    return _(", looked at every week from {first} to {last}").format(
        first=say_date(first, "d MMM y"), last=say_date(last, "d MMM y")
    )


def _events(card: CardView) -> str:
    if "events" not in card.training:
        return ""
    with_event = card.training["patients_with"]
    return " " + ngettext(
        "The answer was yes for {n} person, at {rows} of {all} looks.",
        "The answer was yes for {n} people, at {rows} of {all} looks.", with_event,
    ).format(n=with_event, rows=card.training["events"], all=card.training["rows"])  # fmt: skip


def _held_out(card: CardView) -> str:
    n = card.evaluation["patients"]
    if card.split_at is None:
        return _("Judged on {n} other people.").format(n=n)
    told = _("Judged on {n} other people who came later, from {day} on").format(
        n=n, day=say_date(card.split_at.date(), "d MMM y")
    )
    if "events" not in card.evaluation:
        return f"{told}."
    return _("{told}; the answer was yes for {n} of them.").format(told=told, n=card.evaluation["patients_with"])


def kind(card: CardView) -> str:
    """Which kind of model is in use, and whether the booster earned its place."""
    if card.earned is None:
        return ""
    if card.earned.booster_kept:
        return _(
            "A gradient-boosted model (XGBoost) is in use: it was better than a regression on the same features "
            "beyond noise, both on training people left out and on the people held out."
        )
    return _(
        "A regression is in use. A gradient-boosted model (XGBoost) on the same features was not better beyond noise, "
        "so the simpler one took its place."
    )


def unavailable(card: CardView) -> str:
    """Why there is no model to show."""
    if card.unavailable != "model_untrained":
        return abstention_sentence({"code": card.unavailable})
    if card.why["code"] == "nothing_learned":
        return _("From so few events nothing could be learned beyond the average of everybody, so it stays silent.")
    kind = _("with such an event") if card.why["code"] == "too_few_with" else _("without such an event")
    group = _("for training") if card.why["group"] == "training" else _("for the evaluation")
    return _("Not trained: {n} people {kind} {group}, and {needed} are needed. It gives no estimates.").format(
        n=card.why["patients"], kind=kind, group=group, needed=card.why["needed"]
    )


def verdict(card: CardView) -> str:
    """How the model did against the simplest alternatives, in one plain sentence."""
    name = "auroc" if card.probability else "mae"
    own = card.metrics["model"][name]
    if own.value is None:
        return _("Too few events among the people held out to say how good it is.")
    if card.probability and (own.low is None or own.low <= 0.5):
        return _(
            "On the people held out it cannot be told from chance. Its estimates stay close to the average of "
            "everybody; read them as that."
        )
    better = [
        who for who in ("last_value", "rule")
        if who in card.metrics and _less_wrong(card.metrics[who], card.metrics["model"])
    ]  # fmt: skip
    if better:
        names = _(" and ").join(who_label(who) for who in better)
        return _("On the people held out it was not better than: {names}. Look at those first.").format(names=names)
    return _("On the people held out it did at least as well as the simple ways beside it.")


def _less_wrong(other: dict[str, Metric], own: dict[str, Metric]) -> bool:
    """By the Brier score (which also counts calibration), or by the mean error in points."""
    name = "brier" if "brier" in own else "mae"
    theirs, ours = other[name].value, own[name].value
    return theirs is not None and ours is not None and theirs < ours


def who_label(who: str) -> str:
    """A row of the table of figures."""
    return {
        "model": _("this model"), "regression": _("regression, same features"), "booster": _("XGBoost, same features"),
        "last_value": _("the last value alone"), "rule": _("rule “change from usual” alone"),
        "base_rate": _("the same for everybody"),
    }[who]  # fmt: skip


def compared(card: CardView) -> list[str]:
    """The rows of the table of figures: the model and what it is compared with."""
    other = "regression" if card.kind == "booster" else "booster"
    return [who for who in ("model", other, "last_value", "rule", "base_rate") if who in card.metrics]


FIGURES = ("auroc", "auprc", "skill", "mae")


def metric_label(name: str) -> str:
    """A column of the table of figures."""
    return {
        "auroc": _("Telling apart¹"), "auprc": _("Precision²"), "skill": _("Skill³"), "mae": _("Mean error in points"),
    }[name]  # fmt: skip


def metric_text(metric: Metric, name: str) -> str:
    """A figure with its 90 % interval."""
    if metric.value is None:
        return "–"
    places = 1 if name == "mae" else 2
    value = _plain(metric.value, places)
    if metric.low is None or metric.high is None or metric.low == metric.high:
        return value
    return _("{value} ({low} to {high})").format(
        value=value, low=_plain(metric.low, places), high=_plain(metric.high, places)
    )


def _plain(value: float, places: int) -> str:
    """Rounded, and never "-0"."""
    return say_number(round(value, places) + 0.0, places, fixed=True)


def figures_note(card: CardView) -> str:
    """What the figures are and how the intervals were made."""
    told = _("In brackets 90 % intervals from {n} resamples of the people held out.").format(
        n=say_number(card.resamples or 0, 0)
    )
    if not card.probability:
        return told
    return _(
        "¹ AUROC: of one with and one without the event, how often the first has the higher estimate; .50 is chance. "
        "² AUPRC: mean share of right ones among the highest estimates; {base} is chance. ³ how much smaller the error "
        "(Brier score) is than with the same estimate for everybody; below 0 is worse. "
    ).format(base=metric_text(card.metrics["base_rate"]["auprc"], "auprc").split(" ")[0]) + told  # fmt: skip


def limits(card: CardView) -> list[str]:
    """What everyone who reads an estimate should know."""
    told = [
        _("It sees entries, answers, messages by count and time, and ratings; it reads no words, no sex, no age."),
        _("Factors go with an estimate. They are not causes, and changing one need not change anything."),
    ]
    if card.simulated:
        first = _(
            "It learned from simulated people. For real ones its estimates mean nothing until it is trained here."
        )
        told.insert(0, first)
    if card.probability:
        told.append(_("Few events were recorded, so the intervals are wide and the figures uncertain."))
    return told


def importance_sentence() -> str:
    """How to read the plot of the features."""
    return _(
        "Each dot is one look at one person held out: to the right it went with a higher estimate, to the left with a "
        "lower one. Filled dots are high values, hollow ones low."
    )
