"""Words of what is made together: ideas by group, how they stand, where the groups differ, what came of them."""

from core.figures.estimates import Estimate
from core.ideas.ranking import FEWEST, Nuf, Standing
from core.language import _, ngettext, say_date, say_number
from core.queries.ideas import IdeaLine, IdeasView
from core.queries.releases import BeforeAfter, ReleaseView
from models import IdeaState, Maker, MapOf

FAR_APART = 2.0  # (d) points of ten from which it is worth talking about


def group(maker: Maker) -> str:
    """What a group is called."""
    return {
        Maker.PATIENTS: _("Patients"), Maker.RELATIVES: _("Relatives"), Maker.CLINICIANS: _("Clinicians"),
        Maker.TECHNICAL: _("Technical staff"),
    }[maker]  # fmt: skip


def proposed_by(line: IdeaLine) -> str:
    """Who had the idea: the group, and the name only where the person wants it."""
    of_group = {
        Maker.PATIENTS: _("from a patient"), Maker.RELATIVES: _("from a relative"),
        Maker.CLINICIANS: _("from a clinician"), Maker.TECHNICAL: _("from technical staff"),
    }[line.maker]  # fmt: skip
    return f"{of_group}: {line.name}" if line.name else of_group


def state(code: str) -> str:
    """What became of an idea."""
    return {
        IdeaState.PROPOSED: _("Proposed"), IdeaState.WORKED_ON: _("Being worked on"), IdeaState.TRIED: _("Being tried"),
        IdeaState.RELEASED: _("In everybody’s hands"), IdeaState.SET_ASIDE: _("Set aside"),
    }[IdeaState(code)]  # fmt: skip


def question(code: str) -> str:
    """The three questions of the NUF test."""
    return {"fresh": _("New"), "useful": _("Useful"), "feasible": _("Feasible")}[code]


def question_help(code: str) -> str:
    """What each question asks."""
    return {
        "fresh": _("0: we have this already – 10: nobody has tried it"),
        "useful": _("0: would change nothing – 10: would help a great deal"),
        "feasible": _("0: cannot be done – 10: could be there next month"),
    }[code]


def summary(view: IdeasView) -> str:
    """The first sentence of the page."""
    waiting = sum(1 for line in view.ideas if line.own is None and not ended(line))
    said = ngettext("One idea.", "{n} ideas.", len(view.ideas)).format(n=len(view.ideas))
    if waiting:
        asked = ngettext("One waits for your rating.", "{n} wait for your rating.", waiting)
        said += " " + asked.format(n=waiting)
    return said


def ended(line: IdeaLine) -> bool:
    """Whether nothing more is to be said about it."""
    return line.state in (IdeaState.RELEASED, IdeaState.SET_ASIDE)


def standing(told: Standing) -> str:
    """How an idea stands and where the groups differ."""
    if told.together is None:
        return ngettext(
            "One person rated it; a group’s view is shown from {k} people on.",
            "{n} people rated it; a group’s view is shown from {k} people on.", told.rated,
        ).format(n=told.rated, k=FEWEST)  # fmt: skip
    parts = [f"{group(maker)} {say_number(nuf.mean, 1)}" for maker, nuf in told.groups.items()]
    return " · ".join([*parts, apart(told)]) if told.apart is not None else " · ".join(parts)


def apart(told: Standing) -> str:
    """How far the groups lie apart, as a reason to talk."""
    if told.apart is None:
        return ""
    points = say_number(told.apart, 1)
    if told.apart >= FAR_APART:
        return _("{points} points apart: worth talking about").format(points=points)
    return _("the groups agree within {points} points").format(points=points)


def people(nuf: Nuf) -> str:
    """How many stand behind a point."""
    return ngettext("One person", "{n} people", nuf.n).format(n=nuf.n)


def own_rating(line: IdeaLine) -> str:
    """One's own NUF test, or that there is none."""
    if line.own is None:
        return _("You have not rated it yet.")
    fresh, useful, feasible = line.own
    return _("You: new {a}, useful {b}, feasible {c}.").format(a=fresh, b=useful, c=feasible)


def came_of_it(line: IdeaLine) -> str:
    """What came of it, with the release it came with."""
    with_release = _("Came with {release}.").format(release=line.release) if line.release else ""
    return " ".join(part for part in (line.outcome, with_release) if part)


def side(code: MapOf) -> str:
    """Whose eyes an empathy map looks through."""
    return {MapOf.PATIENT: _("As a patient"), MapOf.THERAPIST: _("As a therapist")}[code]


def quarter(code: str) -> str:
    """One field of an empathy map."""
    return {"says": _("Says"), "thinks": _("Thinks"), "does": _("Does"), "feels": _("Feels")}[code]


def instrument(code: str) -> str:
    """What was asked before and after a release."""
    return {
        "sus": _("Usability (SUS, 0–100)"), "vas-app": _("Satisfaction (0–100)"), "nps": _("Recommendation (NPS)"),
        "watoci": _("Alliance and own idea of change (WATOCI, 17–119)"),
    }[code]  # fmt: skip


def value(one: Estimate | None) -> str:
    """A mean with its interval and the people behind it."""
    if one is None:
        return _("fewer than 8 answered")
    shown = say_number(one.value, 0)
    if one.low is not None and one.high is not None:
        shown += f" ({say_number(one.low, 0)} – {say_number(one.high, 0)})"
    return _("{value}, about {n} people").format(value=shown, n=one.n)


def before_after(told: BeforeAfter) -> str:
    """One line: before, after, and whether that can be told from chance."""
    line = _("{name}: before {before}; after {after}.").format(
        name=instrument(told.instrument), before=value(told.before), after=value(told.after)
    )
    return f"{line} {_verdict(told)}".rstrip()


def _verdict(told: BeforeAfter) -> str:
    before, after = told.before, told.after
    if before is None or after is None or None in (before.low, before.high, after.low, after.high):
        return ""
    if after.low > before.high or after.high < before.low:  # type: ignore[operator]
        return _("That is more than chance would make of it; why, the figures do not say.")
    return _("Not to be told from chance.")


def released(told: ReleaseView) -> str:
    """When, and which needs it answered."""
    day = _("In everybody’s hands since {day}.").format(day=say_date(told.released_on, "long"))
    if not told.ideas:
        return day
    return f"{day} " + _("It answers: {needs}").format(needs="; ".join(told.ideas))


def ranked_alt(lines: list[IdeaLine]) -> str:
    """The ranking in words, for those who do not see it."""
    return " ".join(f"{n}. {line.need}: {standing(line.standing)}." for n, line in enumerate(lines, start=1))
