"""What a check-in says to the patient: questions in plain words, ends of the scales, what comes back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import numpy as np

from core.check_ins.blocks import WORDS, Kind, Screen
from core.language import _, ngettext, say_number, say_time
from core.measures import catalogue
from core.queries.check_ins import SHOWN_DAYS, CheckInView, ThanksView
from core.queries.prompts import OpenPrompt
from core.queries.streams import Unit

SECONDS_A_QUESTION = 3  # (d) a tap each
Say = Callable[[], str]

_KIND: Mapping[Kind, Say] = {
    Kind.MOMENTARY: lambda: _("How I feel right now"), Kind.MORNING: lambda: _("My night"),
    Kind.EVENING: lambda: _("My day"), Kind.SAFETY: lambda: _("How safe I feel"),
    Kind.URGES: lambda: _("An urge"), Kind.MEAL: lambda: _("A meal"),
}  # fmt: skip
ICONS: Mapping[Kind, str] = {
    Kind.MOMENTARY: ":material/mood:", Kind.MORNING: ":material/bedtime:", Kind.EVENING: ":material/nights_stay:",
    Kind.SAFETY: ":material/favorite:", Kind.URGES: ":material/waves:", Kind.MEAL: ":material/restaurant:",
}  # fmt: skip
_SCREEN: Mapping[str, Say] = {
    "pleasant": lambda: _("Right now I feel…"), "unpleasant": lambda: _("And also…"),
    "tension": lambda: _("In my body I feel…"), "around": lambda: _("Around me"),
    "urges": lambda: _("How strong is the urge?"), "urges_more": lambda: _("And the urge…"),
    "wish": lambda: _("In the last day, how much did you wish not to be alive?"),
    "thoughts": lambda: _("In the last day, how much did you think about taking your life?"),
    "further": lambda: _("Two more, if you can"), "meal": lambda: _("What was it?"),
    "meal_more": lambda: _("How did it go?"), "to_bed": lambda: _("Going to sleep"),
    "awake": lambda: _("During the night"), "up": lambda: _("Getting up"), "activity": lambda: _("Moving today"),
    WORDS: lambda: _("Anything you want to add?"),
}  # fmt: skip
_QUESTION: Mapping[str, Say] = {
    "urge_binge": lambda: _("To binge"), "urge_purge": lambda: _("To get rid of food"),
    "urge_restrict": lambda: _("To eat less or nothing"), "urge_exercise": lambda: _("To over-exercise"),
    "urge_self_harm": lambda: _("To hurt myself"), "wish_not_alive": lambda: _("Wish not to be alive"),
    "suicidal_thoughts": lambda: _("Thoughts of taking my life"),
    "suicidal_intent": lambda: _("Did you mean to act on it?"), "suicidal_plan": lambda: _("Have you a plan how?"),
    "company": lambda: _("Who is with you?"), "meal": lambda: _("How much of it did you eat?"),
    "loss_of_control": lambda: _("Did you feel you could not stop?"),
    "compensation": lambda: _("Did you try to undo it afterwards?"), "bed_time": lambda: _("I went to bed at"),
    "sleep_attempt": lambda: _("I tried to sleep from"), "sleep_latency": lambda: _("Minutes until I slept"),
    "awakenings": lambda: _("How often I woke up"), "awake_after_onset": lambda: _("Minutes awake, all together"),
    "sleep_offset": lambda: _("I woke for good at"), "out_of_bed": lambda: _("I got up at"),
    "sleep_quality": lambda: _("How well I slept"), "activity_minutes": lambda: _("Minutes of moving"),
    "activity_kind": lambda: _("Mostly"), "driven_exercise": lambda: _("Did it feel like something you had to do?"),
    "steps": lambda: _("Steps, if you know them"),
}  # fmt: skip
_AMOUNT: tuple[Say, ...] = (
    lambda: _("Not at all"), lambda: _("A little"), lambda: _("Somewhat"), lambda: _("A lot"), lambda: _("Very much"),
)  # fmt: skip


def kind(which: Kind) -> str:
    """A kind of check-in, as the person would name it."""
    return _KIND[which]()


def screen(which: Screen) -> str:
    """What stands above the questions of one screen."""
    return _SCREEN[which.code]()


def question(code: str) -> str:
    """One question in a few words."""
    return _QUESTION[code]() if code in _QUESTION else _(catalogue()[code].label)


def ends(code: str) -> tuple[str, str]:
    """What the lowest and the highest number of a scale mean."""
    if code == "sleep_quality":
        return _("very badly"), _("very well")
    return _("not at all"), _("very much")


def amount(value: float) -> str:
    """One of five answers in words."""
    return _AMOUNT[int(value)]()


def category(code: str) -> Callable[[float], str]:
    """How the answers of a question with names are said."""
    names = catalogue()[code].categories or {}
    return lambda value: _(names[str(int(value))]).capitalize()


def progress(place: int, screens: Sequence[Screen]) -> str:
    """Where one is, and how long it still takes."""
    left = sum(len(one.questions) for one in screens[place:]) * SECONDS_A_QUESTION
    said = _("{n} of {all}").format(n=place + 1, all=len(screens))
    if left < SECONDS_A_QUESTION:
        return said
    rounded = max(5, 5 * round(left / 5))
    return said + " · " + _("about {n} seconds left").format(n=rounded)


def late(view: CheckInView) -> str | None:
    """That the answers belong to an earlier request."""
    if not view.late or view.prompt is None:
        return None
    pattern = "HH:mm" if view.now - view.prompt.sent_at < timedelta(hours=20) else "EEEE HH:mm"
    at = say_time(view.prompt.sent_at, view.time_zone, pattern)
    return _("This one was from {time}. Your answers still count and are marked as late.").format(time=at)


def waiting(prompt: OpenPrompt, time_zone: str) -> str:
    """That a kind was asked for."""
    return _("asked at {time}").format(time=say_time(prompt.sent_at, time_zone, "HH:mm"))


def words_help(which: Kind) -> str:
    """What may be written with a check-in."""
    if which is Kind.EVENING:
        return _("What helped today? What was hard?")
    return _("A few words, if you like. Your therapist can read them.")


def thanks(view: ThanksView) -> str:
    """The first words after a check-in."""
    if view.kind is Kind.SAFETY:
        return _("Thank you for answering. That can take courage.")
    return _("Thank you. It is written down.")


def days(view: ThanksView) -> str:
    """On how many of the last days there was an entry; never that one is missing."""
    said = ngettext("You wrote on {n} of the last {all} days.", "You wrote on {n} of the last {all} days.", view.days)
    return said.format(n=view.days, all=SHOWN_DAYS)


def who_reads(view: ThanksView) -> str:
    """Who sees it, and that nobody watches."""
    name = view.therapist or _("Your team")
    return _("{name} sees it when they look at your entries, and you see that they did.").format(name=name)


_CHART: Mapping[Kind, Say] = {
    Kind.MOMENTARY: lambda: _("Cheerful, relaxed, satisfied"), Kind.EVENING: lambda: _("Cheerful, relaxed, satisfied"),
    Kind.MORNING: lambda: _("Hours of sleep"), Kind.URGES: lambda: _("Strongest urge of the day"),
    Kind.MEAL: lambda: _("Meals eaten"), Kind.SAFETY: lambda: "",
}  # fmt: skip


def chart_title(which: Kind) -> str:
    """What the little chart shows."""
    return _CHART[which]()


def showed(view: ThanksView) -> str | None:
    """One sentence on what the person's own entries showed lately: their own range, never a verdict."""
    series = view.series
    if series is None:
        return None
    low, high = (say_number(float(value), 1) for value in np.percentile(series.value, (20, 80)))
    last = say_number(float(series.value[-1]), 1)
    if series.unit is Unit.HOURS:
        said = _("Last night {last} hours; in these two weeks mostly between {low} and {high}.")
    elif series.unit is Unit.MEALS:
        said = _("On the last day {last} meals; in these two weeks mostly between {low} and {high}.")
    else:
        said = _("Most recently {last} of {top}; in these two weeks mostly between {low} and {high}.")
    top = say_number(float(series.high), 0) if np.isfinite(series.high) else ""
    return said.format(last=last, low=low, high=high, top=top)
