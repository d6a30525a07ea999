"""Words of the pair beyond its newest ratings: what is unlike its own usual and the one question that follows, how one
may ask, what was said and what came of it. Questions of our own, after the principles of repairing ruptures (Muran &
Eubanks 2020): explore and validate first, name one's own share, and only then change the plan."""

from core.language import _, ngettext, say_number, say_time
from core.queries.alliance import TYPICAL_AGREEMENT_R, TYPICAL_GAP_D, AllianceView
from core.queries.pair import After, PairView, TalkView
from core.queries.pair_points import half_width
from core.rules.congruence import LEAST, Congruence
from core.rules.rupture import USUAL_NEEDS, Component, Part
from dashboard.wording.alliance import part_noun, therapist_label
from models import Mended, Side

SPREAD = 0.80  # standard deviation of an item mean (clinical reference, WAI-SR), to say d in points


def subject(part: Part, name: str) -> str:
    """What a conversation can be about."""
    return {
        Part.GOAL: _("goals"), Part.TASK: _("tasks"), Part.BOND: _("the bond"),
        Part.PATIENT_REPLIES: _("{name}'s answers").format(name=name), Part.MESSAGES: _("messages"),
        Part.ENTRIES: _("entries"), Part.SESSIONS: _("missed sessions"), Part.TEAM_REPLIES: _("our answers"),
    }[part]  # fmt: skip


def question(component: Component, alliance: AllianceView) -> str:
    """The one question of the rupture watch."""
    name = alliance.given_name
    if component.side == Side.THERAPIST.value:
        who = _("For you") if alliance.own else _("For {name}").format(name=alliance.therapist)
        words = _("{who}, {part} lower than usual. Has something changed between the two?")
        return words.format(who=who, part=subject(component.part, name))
    return {
        Part.GOAL: _("Agreement on goals lower than usual. Worth asking about?"),
        Part.TASK: _("Agreement on tasks lower than usual. Worth asking about?"),
        Part.BOND: _("The bond rated lower than usual. Worth asking about?"),
        Part.PATIENT_REPLIES: _("{name} answers later than usual. Worth asking about?"),
        Part.MESSAGES: _("Fewer messages from {name} than usual. Worth asking about?"),
        Part.ENTRIES: _("Fewer entries than usual. Worth asking about?"),
        Part.SESSIONS: _("A session missed, which is not usual. Worth asking about?"),
        Part.TEAM_REPLIES: _("We answer later than usual. Worth asking about?"),
    }[component.part].format(name=name)


def line(component: Component, alliance: AllianceView) -> str:
    """One component with its own usual, shortly: "goals 2.8, usually 4.1"."""
    now, usual = _amount(component, component.value), component.usual
    what = {
        Part.PATIENT_REPLIES: _("{name} answers after {now}"), Part.TEAM_REPLIES: _("we answer after {now}"),
        Part.MESSAGES: _("messages {now} a week"), Part.ENTRIES: _("entries answered {now}"),
        Part.SESSIONS: _("sessions missed {now}"),
    }.get(component.part, "{part} {now}")  # fmt: skip
    said = what.format(name=alliance.given_name, now=now, part=subject(component.part, alliance.given_name))
    if usual is None:
        return said
    once = component.is_rating and component.n_usual < USUAL_NEEDS
    words = _("{what}, before {usual}") if once else _("{what}, usually {usual}")
    return words.format(what=said, usual=_amount(component, usual))


def _amount(component: Component, value: float) -> str:
    if component.part in (Part.PATIENT_REPLIES, Part.TEAM_REPLIES):
        return _("{n} h").format(n=say_number(value, 0)) if value >= 1 else _("less than 1 h")
    if component.part in (Part.ENTRIES, Part.SESSIONS):
        return f"{say_number(100 * value, 0)} %"
    return say_number(value)


def whose(component: Component, alliance: AllianceView) -> str:
    """Who said it, or that it was counted."""
    if component.side is None:
        return _("counted")
    return alliance.given_name if component.side == Side.PATIENT.value else therapist_label(alliance)


def standing(component: Component) -> str:
    """Whether it is unlike usual; too little is never "as usual"."""
    if component.usual is None:
        return _("too little yet")
    return _("unlike usual") if component.unlike else _("as usual")


def behind(component: Component) -> str:
    """How much stands behind it."""
    if component.is_rating:
        return ngettext("{n} earlier rating", "{n} earlier ratings", component.n_usual).format(n=component.n_usual)
    return _("{n} lately, {m} before").format(n=component.n, m=component.n_usual)


def watch_note() -> str:
    """How the watch is to be read."""
    return _(
        "Each line is this pair against itself: ratings against the mean of the earlier ones and their measurement "
        "error, the rest the last two weeks against the eight before (sessions: four weeks). They are not added up. "
        "A change asks for a question; it is no verdict on either side."
    )


def prompts(part: Part, name: str) -> list[tuple[str, str]]:
    """How one may ask, in the order in which it helps: each step with words that can be used."""
    explore = {
        Part.GOAL: _("“I have wondered whether what we work towards is still yours. How is it for you now?”"),
        Part.TASK: _("“How has it been to do what we do here? Which part of it makes least sense to you?”"),
        Part.BOND: _("“How is it for you to sit here with me these weeks? Did something I said stay with you?”"),
        Part.PATIENT_REPLIES: _("“You write later than you used to. What is our writing like for you now?”"),
        Part.MESSAGES: _("“I have heard less from you lately. How are you with our writing?”"),
        Part.ENTRIES: _("“The entries have become fewer. What are they like for you at the moment?”"),
        Part.SESSIONS: _("“You missed a session. What made it hard to come? Was something between us part of it?”"),
        Part.TEAM_REPLIES: _("“I have answered you later than I used to. How was that for you?”"),
    }[part]
    validate = {
        Part.GOAL: _("“I can see why it would feel decided without you. Thank you for saying it.”"),
        Part.TASK: _("“It makes sense not to want to go on with something that does not help yet.”"),
        Part.BOND: _("“That must have been uncomfortable to carry. I am glad you told me.”"),
    }.get(part, _("“It makes sense that it has become like that. Thank you for telling me.”"))
    return [
        (_("Explore"), explore),
        (_("Understand before you explain"), validate),
        (_("Name your own share"), _("“I went on before I had asked you. That was mine.”")),
        (
            _("Only then, what next"),
            _("“What would you like to be different from today on?” Write it under goals and tasks, in {name}'s words.")
            .format(name=name),
        ),
    ]  # fmt: skip


def prompts_source() -> str:
    """Where the order is from."""
    return _("Words of our own; the order after Muran & Eubanks 2020 on repairing ruptures.")


def talked(talk: TalkView, view: AllianceView) -> str:
    """That there was a conversation, and how it stands."""
    day = say_time(talk.talked_at, view.time_zone, "d MMM")
    about = ", ".join(subject(Part(one), view.given_name) for one in talk.about)
    said = _("{name} talked about it on {day} ({about}).").format(name=talk.by, day=day, about=about)
    return f"{said} {how(talk.mended)}"


def how(mended: Mended | None) -> str:
    """How a strain stands."""
    if mended is None:
        return _("How it stands now was not said yet.")
    return {
        Mended.MENDED: _("It mended."), Mended.PARTLY: _("It mended in part."), Mended.NOT_YET: _("Not mended yet."),
        Mended.NO_STRAIN: _("It was no strain."),
    }[mended]  # fmt: skip


def mended_label(code: str) -> str:
    """One of the answers to "how does it stand?"."""
    return {
        Mended.MENDED: _("Mended"), Mended.PARTLY: _("In part"), Mended.NOT_YET: _("Not yet"),
        Mended.NO_STRAIN: _("It was no strain"),
    }[Mended(code)]  # fmt: skip


def course_after(talk: TalkView, name: str) -> str:
    """How the patient's ratings went on after a conversation."""
    moved = [_moved(one) for one in talk.after if one.before is not None and one.newest is not None]
    if not moved:
        return _("{name} has not rated since.").format(name=name)
    n = max(one.ratings for one in talk.after)
    return ngettext(
        "Since then {name} rated once: {parts}.", "Since then {name} rated {n} times, last: {parts}.", n
    ).format(name=name, n=n, parts=", ".join(moved))  # fmt: skip


def _moved(one: After) -> str:
    return _("{part} {before} → {now}").format(
        part=part_noun(one.part), before=say_number(one.before or 0), now=say_number(one.newest or 0)
    )


def typical(view: AllianceView) -> str:
    """What is usual between two people, in points, so that a gap reads as expected."""
    return _(
        "Between most pairs patients rate higher, by about {points} points (d = {d}), and the two views agree loosely "
        "(r = {r}; Tryon 2007). Bars show what a single rating can vary by measurement error alone (±{half}); a ringed "
        "point changed by more than that since this side's rating before."
    ).format(
        points=say_number(TYPICAL_GAP_D * SPREAD), d=say_number(TYPICAL_GAP_D, 2),
        r=say_number(TYPICAL_AGREEMENT_R, 2), half=say_number(half_width(view)),
    )  # fmt: skip


def congruence(found: Congruence) -> str:
    """Whether the two views move together, with how much stands behind it."""
    if found.n < LEAST:
        words = _("Whether the two views move together: it takes {least} changes that both rated; there are {n}.")
        return words.format(least=LEAST, n=found.n)
    if found.r is None:
        return _("Whether the two views move together cannot be said: one side rated the same each time.")
    words = _(
        "The two views moved the same way in {same} of {n} changes; correlation of the changes {r} "
        "({low} to {high}, n = {n})."
    )  # fmt: skip
    low, high = say_number(found.low or 0, 2), say_number(found.high or 0, 2)
    return words.format(same=found.same, n=found.n, r=say_number(found.r, 2), low=low, high=high)


def disagreement(view: PairView) -> str:
    """Which goals a side does not agree to, for the panel."""
    aims = view.goals.disagreed
    first = f"“{aims[0].title}”"
    more = len(aims) - 1
    said = first + (ngettext(" and {n} more", " and {n} more", more).format(n=more) if more else "")
    return _("Not agreed by both: {what}").format(what=said)


def figure_text(view: AllianceView) -> str:
    """The figure over sessions for those who do not see it."""
    count = len({r.session_number for r in view.ratings})
    return ngettext(
        "Goal, task and bond as item means from 1 to 5 over {n} rated session, both sides, with measurement error.",
        "Goal, task and bond as item means from 1 to 5 over {n} rated sessions, both sides, with measurement error.",
        count,
    ).format(n=count)
