"""How an estimate is put together, in words: which clinical domains go with it and by how much of it, each factor with
its value, own usual and window, what changed since the last score, and the expected course. Factors go with an
estimate; nothing here says that they make it so."""

from collections.abc import Sequence
from datetime import datetime

from core.language import _, ngettext, say_number, say_time
from core.queries.signal_views import SignalView
from core.signals.explain import DomainView, FactorView, spoken, spoken_factors
from core.signals.features import by_code
from dashboard.wording.features import domain_name, factor_line
from models import Signal

NAMED = 3  # factors of a domain
_RARE = 0.01


def is_chance(card: SignalView) -> bool:
    """Whether the card answers with a chance; quality of life answers with points."""
    return card.signal is not Signal.QUALITY_OF_LIFE


def scale(card: SignalView) -> int:
    """Of how many a chance is said: 100, or 1,000 where hundredths would say nothing; 1 for points."""
    if not is_chance(card):
        return 1
    return 1000 if card.estimate is not None and card.estimate < _RARE else 100


def unit(card: SignalView) -> str:
    """After a part of the estimate."""
    return _("of {n}").format(n=say_number(scale(card), 0)) if is_chance(card) else _("points")


def signed(value: float) -> str:
    """With its sign, to one decimal; what would round to nothing is 0."""
    shown = round(value, 1)
    return ("+" if shown > 0 else "") + say_number(shown if shown else 0.0, 1)


def shown_domains(card: SignalView) -> tuple[DomainView, ...]:
    """The domains that are spoken of."""
    return spoken(card.domains, probability=is_chance(card))


def factors_sentence(card: SignalView) -> str:
    """Which domains go with a higher and which with a lower estimate; never why."""
    domains = shown_domains(card)
    more = [_part(view, card) for view in domains if view.contribution > 0]
    fewer = [_part(view, card) for view in domains if view.contribution < 0]
    told = []
    if more:
        told.append(_("Goes with a higher estimate: {domains}.").format(domains=", ".join(more)))
    if fewer:
        told.append(_("Goes with a lower one: {domains}.").format(domains=", ".join(fewer)))
    return " ".join(told) or _("No domain stands out.")


def _part(view: DomainView, card: SignalView) -> str:
    return f"{domain_name(view.domain).lower()} {signed(view.part * scale(card))}"


def bar_hint(card: SignalView) -> str:
    """What the bars of the factors mean, above them."""
    if not is_chance(card):
        return _("goes with fewer points ← → goes with more points")
    return _("goes with fewer ← → goes with more, {unit}").format(unit=unit(card))


def sum_rows(card: SignalView) -> list[tuple[str, str]]:
    """From the average of the training data to this estimate: every line, as shown, adds up to the last one."""
    if card.base is None or card.estimate is None:
        return []
    times = scale(card)
    start, end = round(card.base * times, 1), round(card.estimate * times, 1)
    named = shown_domains(card)
    rows = [(domain_name(view.domain), round(view.part * times, 1)) for view in named]
    rest = end - start - sum(part for _name, part in rows)
    return [
        (_("Average of the training data"), say_number(start, 1)),
        *((name, signed(part)) for name, part in rows),
        (_("All smaller ones together"), signed(rest)),
        (_("This estimate"), say_number(end, 1)),
    ]


def smallness(card: SignalView) -> str:
    """From which size on a factor is spoken of."""
    if is_chance(card):
        small = _("Factors that change the odds by less than a twentieth are not named.")
    else:
        small = _("Factors of less than half a point are not named.")
    return f"{small} " + _("Factors go with the estimate; they are not its causes.")


def factor_lines(view: DomainView, card: SignalView) -> list[str]:
    """The factors of a domain that are spoken of: value, own usual, window, and how much of the estimate goes with
    each."""
    named = spoken_factors(view, probability=is_chance(card))[:NAMED]
    lines = [_factor(factor, card) for factor in named]
    left = signed((view.part - sum(factor.part for factor in named)) * scale(card))
    if not lines:
        return [_("Small factors that come to {part} together.").format(part=left)]
    if len(view.factors) > len(named):
        lines.append(_("All smaller ones together: {part}.").format(part=left))
    return lines


def _factor(factor: FactorView, card: SignalView) -> str:
    said = factor_line(factor, by_code()[factor.feature].unit)
    part = signed(factor.part * scale(card))
    if factor.contribution > 0:
        return _("{factor}. Goes with a higher estimate ({part}).").format(factor=said, part=part)
    return _("{factor}. Goes with a lower estimate ({part}).").format(factor=said, part=part)


def change_sentence(card: SignalView, time_zone: str) -> str:
    """What changed since the last score, as a difference of contributions; empty where there is none to compare."""
    if card.change is None or card.estimate is None:
        return ""
    times, day = scale(card), say_time(card.change.since, time_zone, "d MMM")
    before, now = (say_number(value * times, 1) for value in (card.change.before, card.estimate))
    moved = spoken(card.change.domains, probability=is_chance(card))
    if not moved:
        return _("Since {day} nothing worth speaking of has changed ({before}, now {now}).").format(
            day=day, before=before, now=now
        )
    parts = [(domain_name(view.domain).lower(), round(view.part * times, 1)) for view in moved]
    rest = round((card.estimate - card.change.before) * times, 1) - sum(part for _name, part in parts)
    named = ", ".join(f"{name} {signed(part)}" for name, part in parts)
    told = _("Since {day}: from {before} to {now} {unit}. With it go: {parts}; all smaller ones {rest}.")
    return told.format(day=day, before=before, now=now, unit=unit(card), parts=named, rest=signed(rest))


def course_sentence(card: SignalView, time_zone: str) -> str:
    """Where the newest answer lies in the expected course, with a statement when it has left it."""
    newest = (card.course or {}).get("newest")
    if newest is None:
        return ""
    day = say_time(datetime.fromisoformat(newest["at"]), time_zone, "d MMM")
    told = _("CORE-10 on {day}: {total}. Expected {weeks} weeks after such a start: {low}–{high}.").format(
        day=day, total=say_number(newest["total"], 0), weeks=say_number(newest["week"], 0),
        low=say_number(newest["low"], 0), high=say_number(newest["high"], 0),
    )  # fmt: skip
    return f"{told} {_side(newest['side'])}"


def _side(side: int) -> str:
    if side > 0:
        return _("The course differs from the expected range: more difficulty. Review together.")
    if side < 0:
        return _("The course differs from the expected range: less difficulty than expected.")
    return _("Within the expected range.")


def course_plot_sentence(totals: Sequence[float]) -> str:
    """What the plot of the expected course shows, for who does not see it."""
    return ngettext(
        "CORE-10 since the start, {n} answer, over the band in which 80 of 100 people with such a start lie.",
        "CORE-10 since the start, {n} answers, over the band in which 80 of 100 people with such a start lie.",
        len(totals),
    ).format(n=len(totals))
