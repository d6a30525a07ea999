"""Sentences of the model cards about figures: calibration, groups, the worth as an alert, what the alliance adds, the
expected course, drift, disagreements, and how single values go with estimates."""

from core.language import _, ngettext, say_date, say_number
from core.signals.card import CardView, DriftView, Importance, Subgroup
from core.signals.features import by_code
from dashboard.wording.features import feature_label, feature_value
from dashboard.wording.model_cards import metric_text
from dashboard.wording.signals import reason_label, signal_title
from models import Signal

MOVED_NAMED, FEWEST, FEWEST_RIGHT = 4, 20, 3


def alliance_sentence(card: CardView) -> str:
    """What the ratings of the alliance add, from a model without them."""
    gain = card.alliance_gain
    if gain.value is None or gain.low is None or gain.high is None:
        return ""
    if gain.low > 0:
        return _("Without the alliance ratings it would be worse beyond noise: they earn their place.")
    if gain.high < 0:
        return _("Without the alliance ratings it would be better: here they add noise.")
    return _("With or without the alliance ratings it does equally well, within noise.")


def budget_sentence(card: CardView) -> str:
    """What it would be worth as an alert, at one alert per therapist and week."""
    own = card.budget.get("model")
    if own is None or card.share_positive is None or own.precision.value is None:
        return ""
    right = round(own.precision.value * own.alerts)
    told = _(
        "As an alert, one per therapist and week: of {alerts} on the people held out {right} would be right"
    ).format(alerts=own.alerts, right=right)
    if right < FEWEST_RIGHT:
        told = _("{told}; too few to say more. Of 100 looks at random it is {base}.").format(
            told=told, base=say_number(100 * card.share_positive, 0)
        )
    else:
        told = _("{told}: {n} of 100 ({low}–{high}). Of 100 looks at random it is {base}.").format(
            told=told, n=say_number(100 * own.precision.value, 0), low=say_number(100 * (own.precision.low or 0), 0),
            high=say_number(100 * (own.precision.high or 0), 0), base=say_number(100 * card.share_positive, 0),
        )  # fmt: skip
    if card.signal is Signal.PROGNOSIS:
        return f"{told} " + _("Right means: no reliable improvement by week 12.")
    lead = own.lead_days
    if lead.value is None:
        return told
    days = say_number(lead.value, 0)
    if lead.low is not None and lead.high is not None:
        days = f"{days} ({say_number(lead.low, 0)}–{say_number(lead.high, 0)})"
    return f"{told} " + _("Half of the right ones came at least {days} days ahead.").format(days=days)


def calibration_sentence(card: CardView) -> str:
    """What the calibration plot shows, in words; or the share inside the intervals for points."""
    held = card.coverage
    if not card.probability and held.value is not None and card.level is not None:
        return _("Of 100 intervals meant to hold {level}, {found} ({low}–{high}) did on the people held out.").format(
            level=say_number(100 * card.level, 0), found=say_number(100 * held.value, 0),
            low=say_number(100 * (held.low or 0), 0), high=say_number(100 * (held.high or 0), 0),
        )  # fmt: skip
    if not card.calibration:
        return ""
    first, last = card.calibration[0], card.calibration[-1]
    told = _(
        "In the fifth with the lowest estimates it said about {a} of 100 and it happened to {b}; in the highest it "
        "said {c}, and it happened to {d} ({low}–{high})."
    ).format(
        a=say_number(100 * first.estimate, 1), b=say_number(100 * first.observed, 1),
        c=say_number(100 * last.estimate, 1), d=say_number(100 * last.observed, 1),
        low=say_number(100 * last.low, 0), high=say_number(100 * last.high, 0),
    )  # fmt: skip
    return f"{told} {_line(card)} {_inside(card)}".strip()


def _line(card: CardView) -> str:
    slope, ratio = card.calibration_line.get("slope"), card.calibration_line.get("ratio")
    parts = []
    if ratio is not None and ratio.value is not None:
        parts.append(_("Happened over expected: {n}.").format(n=metric_text(ratio, "ratio")))
    if slope is not None and slope.value is not None:
        parts.append(_("Slope: {n}. 1 is perfect for both.").format(n=metric_text(slope, "slope")))
        if slope.low is not None and slope.low > 1:
            parts.append(_("Its estimates lie closer together than what happens."))
        if slope.high is not None and slope.high < 1:
            parts.append(_("Its estimates lie further apart than what happens."))
    return " ".join(parts)


def _inside(card: CardView) -> str:
    if card.groups_inside is None:
        return ""
    return _("What happened is compatible with the intervals in {n} of {all} fifths.").format(
        n=card.groups_inside, all=len(card.calibration)
    )


def course_sentence(card: CardView) -> str:
    """How the band of the expected course did."""
    course = card.course
    if course is None or course.coverage.value is None:
        return ""
    return _(
        "The band of the expected course is meant to hold {level} of 100 answers; of {n} held out it held {found} "
        "({low}–{high}). Its middle was {own} points off on average, “as at the start” {start}."
    ).format(
        level=say_number(100 * course.level, 0), n=course.answers, found=say_number(100 * course.coverage.value, 0),
        low=say_number(100 * (course.coverage.low or 0), 0), high=say_number(100 * (course.coverage.high or 0), 0),
        own=metric_text(course.mae, "mae"), start=metric_text(course.start_mae, "mae"),
    )  # fmt: skip


def group_name(by: str, name: str) -> str:
    """A subgroup as a row."""
    if by == "sex":
        return {"female": _("women"), "male": _("men")}.get(name, name)
    return _("age {band}").format(band=name) if by == "age" else name


def group_cells(card: CardView, group: Subgroup) -> tuple[str, str, str, str]:
    """People, said, happened (of 100, or in points), and the difference with its interval."""
    scale, places = (100, 1) if card.probability else (1, 1)
    said, happened = (
        "–" if value is None else say_number(scale * value, places) for value in (group.estimate, group.observed)
    )
    gap = group.difference
    if gap.value is None or gap.low is None or gap.high is None:
        return str(group.people), said, happened, "–"
    shown = _("{value} ({low} to {high})").format(
        value=_signed(scale * gap.value), low=_signed(scale * gap.low), high=_signed(scale * gap.high)
    )
    return str(group.people), said, happened, shown


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + say_number(value, 1)


def groups_title(card: CardView) -> str:
    """Which model the figures by group are of, and that it learned from simulated people where it did."""
    title = signal_title(card.signal)
    return f"{title} ({_('simulated')})" if card.simulated else title


def groups_note() -> str:
    """What stands in the columns."""
    return _(
        "Said: the mean estimate. Happened: what came of it. Of 100 people, for quality of life in points; among "
        "people whom the models did not learn from."
    )


def groups_sentence(card: CardView) -> str:
    """For which groups what it says is off beyond noise."""
    off = [
        group_name(group.by, group.name) for group in card.subgroups
        if group.difference.low is not None and group.difference.high is not None
        and (group.difference.low > 0 or group.difference.high < 0)
    ]  # fmt: skip
    if off:
        return _("Beyond noise it is off for: {groups}. Keep that in mind there.").format(groups=", ".join(off))
    if all(group.difference.value is None for group in card.subgroups):
        return _("Too few events among the people held out to say.")
    return _("For none of these groups it is off beyond noise; with so few people that says little.")


def drift_sentence(card: CardView) -> str:
    """Whether tonight's people still look like those it learned from, and whether older estimates came true."""
    drift = card.drift
    if drift is None:
        return _("Not looked at yet: it is computed with each night's scores.")
    day = say_date(drift.as_of.date(), "d MMM y")
    if drift.people < FEWEST:
        told = _("On {day} it was asked about {n} people: too few to see whether they have changed.").format(
            day=day, n=drift.people
        )
    elif drift.moved:
        names = ", ".join(feature_label(code) for code, _index in drift.moved[:MOVED_NAMED])
        more = len(drift.moved) - MOVED_NAMED
        rest = ngettext(" and {n} more", " and {n} more", more).format(n=more) if more > 0 else ""
        told = _("On {day}, among {n} people in treatment, these look unlike the training data: {names}{rest}.").format(
            day=day, n=drift.people, names=names, rest=rest
        )
    else:
        told = _("On {day}, the {n} people in treatment looked like the training data in every feature.").format(
            day=day, n=drift.people
        )
    return f"{told} {_matured(drift, card.signal)}"


def _matured(drift: DriftView, signal: Signal) -> str:
    if not drift.matured or drift.expected is None or drift.observed is None:
        return _("No estimate of this model is old enough yet to see what came of it.")
    if signal is Signal.QUALITY_OF_LIFE:
        told = _("Of {n} estimates old enough, the mean was {expected} points; {observed} came.")
    elif signal is Signal.PROGNOSIS:
        told = _(
            "Of {n} estimates old enough to see what came, {expected} reliable improvements were expected and "
            "{observed} came."
        )
    else:
        told = _("Of {n} estimates old enough to see what came, {expected} events were expected and {observed} came.")
    return told.format(n=drift.matured, expected=say_number(drift.expected, 1), observed=say_number(drift.observed, 1))


def disagreement_sentence(card: CardView) -> str:
    """How often clinicians saw it differently, and why."""
    if not card.disagreements:
        return _("No clinician has recorded that they see an estimate differently.")
    total = sum(count for _reason, count in card.disagreements)
    reasons = "; ".join(
        _("{reason}: {n}").format(reason=reason_label(reason), n=count) for reason, count in card.disagreements
    )
    return ngettext(
        "Clinicians saw {n} estimate differently: {reasons}.", "Clinicians saw {n} estimates differently: {reasons}.",
        total,
    ).format(n=total, reasons=reasons)  # fmt: skip


def dependence_sentence(row: Importance) -> str:
    """What a dependence plot shows, in words: the estimates in the lowest and the highest third of the value."""
    found = row.thirds
    name, unit = feature_label(row.feature), by_code()[row.feature].unit
    if not found or found.get("low") is None or found.get("high") is None:
        return _("{feature}: too few different values to say more.").format(feature=name)
    lowest, highest = found.get("lowest") or 0.0, found.get("highest") or 0.0
    if unit == "side":
        return _("{feature}: less difficulty went with {lower}, more with {higher}.").format(
            feature=name, lower=_direction(lowest, row.size), higher=_direction(highest, row.size)
        )
    return _("{feature}: {low} or less went with {lower}, {high} or more with {higher}.").format(
        feature=name, low=feature_value(row.feature, found["low"], unit), lower=_direction(lowest, row.size),
        high=feature_value(row.feature, found["high"], unit), higher=_direction(highest, row.size),
    )  # fmt: skip


def _direction(part: float, size: float) -> str:
    if abs(part) < size / 4:
        return _("no clear difference")
    return _("higher estimates") if part > 0 else _("lower estimates")
