"""Sentences of the model cards: what each model asks, what it never does, what it learned from, how it did, and what
it cannot know."""

from core.language import _, ngettext, say_date, say_number
from core.queries.model_cards import CardView, Metric
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
    """Whose data, how many, from when to when."""
    people = _("Simulated people") if card.simulated else _("People of this service")
    counts = _("{who}: {n} for training, {held} held out for the figures below").format(
        who=people, n=card.training["patients"], held=card.evaluation["patients"]
    )
    span = ""
    if card.first and card.last:
        span = _("; looked at every week from {first} to {last}").format(
            first=say_date(card.first.date(), "d MMM y"), last=say_date(card.last.date(), "d MMM y")
        )
    return f"{counts}{span}." + _events(card)


def _events(card: CardView) -> str:
    if "events" not in card.training:
        return ""
    with_event = card.training["patients_with"]
    return " " + ngettext(
        "In training the answer was yes for {n} person, at {rows} of {all} looks.",
        "In training the answer was yes for {n} people, at {rows} of {all} looks.", with_event,
    ).format(n=with_event, rows=card.training["events"], all=card.training["rows"])  # fmt: skip


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
    others = {who: card.metrics[who][name] for who in ("last_value", "regression")}
    if own.value is None:
        return _("Too few events among the people held out to say how good it is.")
    if card.probability and (own.low is None or own.low <= 0.5):
        return _(
            "On the people held out it cannot be told from chance. Its estimates stay close to the average of "
            "everybody; read them as that."
        )
    better = [who for who, metric in others.items() if _clearly_better(metric, own, higher=card.probability)]
    if better:
        names = _(" and ").join(who_label(who) for who in better)
        return _("On the people held out it was not better than: {names}. Look at those first.").format(names=names)
    return _("On the people held out it did at least as well as the simple alternatives beside it.")


def _clearly_better(other: Metric, own: Metric, *, higher: bool) -> bool:
    if other.value is None or own.value is None:
        return False
    return other.value > own.value if higher else other.value < own.value


def who_label(who: str) -> str:
    """A row of the table of figures."""
    return {
        "model": _("this model"), "regression": _("regression on the same features"),
        "last_value": _("the last value alone"), "base_rate": _("the same for everybody"),
    }[who]  # fmt: skip


FIGURES = ("auroc", "auprc", "brier", "mae")


def metric_label(name: str) -> str:
    """A column of the table of figures."""
    return {
        "auroc": _("Telling apart (AUROC, .5 is chance)"), "auprc": _("Precision (AUPRC)"),
        "brier": _("Error (Brier, less is better)"), "mae": _("Mean error in points"),
    }[name]  # fmt: skip


def metric_text(metric: Metric, name: str) -> str:
    """A figure with its 90 % interval."""
    if metric.value is None:
        return "–"
    places = 1 if name == "mae" else 3
    value = say_number(metric.value, places)
    if metric.low is None or metric.high is None:
        return value
    return f"{value} ({say_number(metric.low, places)}–{say_number(metric.high, places)})"


def figures_note() -> str:
    """How the intervals were made."""
    return _("In brackets 90 % intervals from resampling the people held out; none of them was used for training.")


def calibration_sentence(card: CardView) -> str:
    """What the calibration plot shows, in words; or the share inside the intervals for points."""
    if not card.probability and card.coverage is not None and card.level is not None:
        return _("Of the intervals meant to hold {level} %, {found} % did on the people held out.").format(
            level=say_number(100 * card.level, 0), found=say_number(100 * card.coverage, 0)
        )
    if not card.calibration:
        return ""
    first, last = card.calibration[0], card.calibration[-1]
    return _(
        "Where it said about {a} of 100 it happened to {b}; where it said {c}, to {d} ({low}–{high})."
    ).format(
        a=say_number(100 * first.estimate, 1), b=say_number(100 * first.observed, 1),
        c=say_number(100 * last.estimate, 1), d=say_number(100 * last.observed, 1),
        low=say_number(100 * last.low, 0), high=say_number(100 * last.high, 0),
    )  # fmt: skip


def limits(card: CardView) -> list[str]:
    """What everyone who reads an estimate should know."""
    told = [
        _("It sees entries, answers, messages by count and time, and ratings; it reads no words."),
        _("It does not see sex or age. Whether it is equally good for all groups has not been shown yet."),
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
