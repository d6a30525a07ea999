"""Words of the patient's side of the pair: rating it is an offer, a change is something to talk about and no verdict,
and goals are in both people's words."""

from core.language import _, ngettext, say_date, say_number, say_time
from core.queries.alliance import Change, RatingView
from core.queries.goals import AimView, Stance, Stand
from core.queries.us import RateOffer, UsView
from models import StepWish

ABOUT = ("us", "goals", "step", "else")


def therapist(view: UsView) -> str:
    """The other side, by name where it has one."""
    return view.therapist or _("your therapist")


def lead(view: UsView) -> str:
    """What this page is."""
    return _("How working together is going for you and {name}.").format(name=therapist(view))


def offer_title(offer: RateOffer, view: UsView) -> str:
    """What can be said now, as a question."""
    if offer.number is None:
        return _("How is it with {name} for you now?").format(name=therapist(view))
    return _("How did session {n} with {name} feel to you?").format(n=offer.number, name=therapist(view))


def offer_time(offer: RateOffer, view: UsView) -> str:
    """How long it takes, and that it is an offer."""
    short = _("Twelve short questions, about two minutes.")
    if offer.held_at is None:
        return short
    day = say_time(offer.held_at, view.time_zone, "EEEE d MMMM")
    return f"{day}. {short}" if offer.due else f"{day}. {short} " + _("Nobody asks for this one; you can.")


def who_reads(view: UsView, offer: RateOffer | None) -> str:
    """Who sees a rating, and when."""
    name = therapist(view)
    if offer is not None and offer.number is None:
        return _("{name} sees it when they look at how you are.").format(name=name)
    return _("{name} sees your rating once they have given their own, so that neither sways the other.").format(
        name=name
    )  # fmt: skip


def rated_today(view: UsView) -> str:
    """Nothing more to rate today."""
    if view.therapist is None:
        return _("There is nobody at the moment who leads your treatment, so there is nothing to rate.")
    return _("You have said today how it is for you. Thank you. From tomorrow on you can say it again.")


def scale(low: str, high: str) -> str:
    """What the ends of the five mean."""
    return _("1 is “{low}”, 5 is “{high}”.").format(low=low, high=high)


def part_title(part: str) -> str:
    """A part of working together, in everyday words."""
    return {"goal": _("Where we are going"), "task": _("What we do for it"), "bond": _("The bond between us")}[part]


def point(rating: RatingView, value: float, zone: str) -> str:
    """One point when pressed."""
    when = say_time(rating.rated_at, zone, "d MMM y")
    if rating.session_number is None:
        return _("{day}: {value} of 5").format(day=when, value=say_number(value))
    return _("{day}, session {n}: {value} of 5").format(day=when, n=rating.session_number, value=say_number(value))


def over_time(view: UsView) -> str:
    """The sentence beside the graph."""
    n = len(view.ratings)
    if not n:
        return _("You have not rated yet. Once you have, your own ratings stand here.")
    told = ngettext(
        "You have said once how it is for you.", "You have said {n} times how it is for you.", n
    ).format(n=n)  # fmt: skip
    if n == 1:
        return told
    if not view.changes:
        return f"{told} " + _("Your last rating is much like the one before.")
    said = " ".join(_changed(change) for change in view.changes)
    return f"{told} {said}" + _talk(view)


def _changed(change: Change) -> str:
    words = _("{part}: {now} of 5, the time before {before}.")
    return words.format(
        part=part_title(change.subscale), now=say_number(change.now), before=say_number(change.before)
    )  # fmt: skip


def _talk(view: UsView) -> str:
    if all(change.difference > 0 for change in view.changes):
        return ""
    words = _("That goes up and down in every treatment; if you like, talk about it with {name}.")
    return " " + words.format(name=therapist(view))


def goals_lead(view: UsView) -> str:
    """Above the goals and tasks."""
    if not view.goals.open:
        return _("No goals or tasks yet. What you want from this can stand here, in words of both of you.")
    asked = len(view.goals.asked_of_me)
    if asked:
        return ngettext(
            "{n} waits for a word from you.", "{n} wait for a word from you.", asked
        ).format(n=asked)  # fmt: skip
    return _("What you and {name} work on.").format(name=therapist(view))


def stance(stand: Stance, who: str | None, zone: str) -> str:
    """What one side says (``who``: the other's name, ``None`` the reader)."""
    if stand.stand is Stand.NOT_SAID or stand.since is None:
        return _("you have not said yet") if who is None else _("{name} has not said yet").format(name=who)
    day = say_time(stand.since, zone, "d MMM")
    if stand.stand is Stand.AGREES:
        said = _("you agreed on {day}") if who is None else _("{name} agreed on {day}")
    else:
        said = (
            _("you see it differently, said on {day}")
            if who is None
            else _("{name} sees it differently, said on {day}")
        )
    return said.format(day=day, name=who)


def both(aim: AimView, view: UsView) -> tuple[str, str]:
    """What the reader and the therapist say about one."""
    zone = view.time_zone
    return stance(aim.patient, None, zone), stance(aim.therapist, therapist(view), zone)


def step_line(view: UsView) -> str:
    """The present step by its name."""
    step = view.step
    if step.step is None or step.since is None:
        return _("You are on no step of a programme now.")
    since = say_date(step.since, "d MMMM")
    name = step.name or _("Step {n}").format(n=step.step)
    return _("You are on this step since {day}: {name}.").format(day=since, name=name)


def step_waiting(view: UsView) -> str:
    """What was asked for and waits."""
    waiting = view.step.waiting
    if waiting is None:
        return ""
    day = say_time(waiting.asked_at, view.time_zone, "d MMMM")
    return _("You asked for {what} on {day}. {name} was told; you decide together.").format(
        what=wish_noun(waiting.wish.value), day=day, name=therapist(view)
    )


def wish(code: str) -> str:
    """What a patient can ask for."""
    return {
        StepWish.MORE: _("More support"), StepWish.LESS: _("Less support"), StepWish.OTHER: _("Something else")
    }[StepWish(code)]  # fmt: skip


def wish_noun(code: str) -> str:
    """The same within a sentence."""
    return {
        StepWish.MORE: _("more support"), StepWish.LESS: _("less support"), StepWish.OTHER: _("other support")
    }[StepWish(code)]  # fmt: skip


def about(code: str) -> str:
    """What a conversation can be about."""
    return {
        "us": _("How we work together"), "goals": _("Goals and tasks"), "step": _("My step of care"),
        "else": _("Something else"),
    }[code]  # fmt: skip


def conversation(code: str, text: str) -> str:
    """The message that asks for a conversation, in the patient's name."""
    asked = {
        "us": _("I would like to talk with you about how we work together."),
        "goals": _("I would like to talk with you about our goals and tasks."),
        "step": _("I would like to talk with you about my step of care."),
        "else": _("I would like to talk with you."),
    }[code]
    return f"{asked}\n\n{text.strip()}".strip()


def conversation_note(view: UsView) -> str:
    """What becomes of it."""
    return _("It goes to {name} as a message, and you see when it was read.").format(name=therapist(view))


def step_note(view: UsView) -> str:
    """What becomes of it, and that nothing changes by itself."""
    return _("{name} is told. Nothing changes by itself; you decide together.").format(name=therapist(view))
