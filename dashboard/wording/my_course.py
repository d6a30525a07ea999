"""Words of a patient's own course: what they wrote and nothing that was made of it. A number stands against the
person's own usual, never against other people; a day without an entry says nothing."""

from datetime import datetime

from core.clock import day_date
from core.instruments import instrument
from core.language import _, ngettext, say_date, say_number, say_time
from core.queries.alliance import RatingView
from core.queries.my_course import MyCourseView, StreamView
from core.queries.outcomes import OutcomeView
from core.queries.streams import Series, Unit
from dashboard.wording.outcomes import first_and_newest, total
from dashboard.wording.timeline import value_text
from models import Domain

WEEK, FEWEST = 7, 3  # days told of; days with an entry below which nothing is said of them


def lead() -> str:
    """What stands above the pictures."""
    return _("What you wrote, as you wrote it. A day without an entry stays empty and says nothing about that day.")


def nothing_yet() -> str:
    """Before the first entry."""
    return _(
        "This page begins with your first check-in. It will show what you wrote, day by day: how you felt, how you "
        "slept, what you did. Nothing else."
    )


def title(stream: StreamView) -> str:
    """What a card is about."""
    measure = stream.series[0].measures[0] if stream.series else ""
    return _TITLE_OF.get(measure, _TITLE[stream.code])()


def name(code: str) -> str:
    """A stream within a sentence."""
    return _NAME[code]()


def line(series: Series) -> str:
    """One of two lines in a picture."""
    return _LINE[series.domain]()


def sentence(stream: StreamView, view: MyCourseView) -> str:
    """The one sentence of a stream: the last seven days beside the person's own usual."""
    weeks = [series.settled(view.last).between(view.last - WEEK + 1, view.last) for series in stream.series]
    days = max(len(week.day) for week in weeks)
    if days == 0:
        return _("You wrote nothing about it in the last 7 days.")
    if days < FEWEST:
        return ngettext(
            "You wrote about it on {n} of the last 7 days: too few to say how the week was.",
            "You wrote about it on {n} of the last 7 days: too few to say how the week was.", days,
        ).format(n=days)  # fmt: skip
    return _("Last 7 days: {what}.").format(what="; ".join(_week(week) for week in weeks if len(week.day)))


def _week(week: Series) -> str:
    mean = float(week.value.mean())
    said = (_ABOUT_OF.get(week.measures[0]) or _ABOUT[week.domain])()
    what = said.format(value=_of_scale(week, mean))
    if week.usual is None:
        return what
    beside = {
        1: _("{what}, more than usual for you"), 0: _("{what}, as usual for you"),
        -1: _("{what}, less than usual for you"),
    }  # fmt: skip
    return beside[week.usual.unlike(mean)].format(what=what)


def _of_scale(series: Series, value: float) -> str:
    if series.unit is not Unit.SCALE or series.high != series.high:
        return value_text(series, value)
    return _("{value} of {high}").format(value=value_text(series, value), high=say_number(series.high, 0))


def below(stream: StreamView) -> str:
    """Under a picture: how many days it stands on, and what the band and the grey are."""
    days = ngettext("{n} of {all} day with an entry.", "{n} of {all} days with an entry.", stream.days)
    parts = [days.format(n=stream.days_with, all=stream.days), _band(stream)]
    if stream.gaps:
        parts.append(_("Grey: no entry."))
    return " ".join(parts)


def _band(stream: StreamView) -> str:
    usual = [(series, series.usual) for series in stream.series if series.usual is not None]
    if not usual:
        return _("Your usual shows once there are ten days.")
    if len(stream.series) > 1:
        return _("Coloured bands: what is usual for you.")
    series, known = usual[0]
    ends = {"low": say_number(known.low, _places(known.high)), "high": value_text(series, known.high)}
    return _("Coloured band: what is usual for you ({low}–{high}).").format(**ends)


def _places(value: float) -> int:
    return 0 if value >= 20 else 1


def gap() -> str:
    """What stands in a longer silence."""
    return _("no entry")


def none_that_day(series: Series, day: int) -> str:
    """A day of which the person said that it was none."""
    said = _("{day}: no meal eaten") if series.domain is Domain.MEALS else _("{day}: none")
    return said.format(day=say_date(day_date(day)))


def alt(stream: StreamView, view: MyCourseView) -> str:
    """The picture in words, for those who do not see it."""
    start, end = (say_date(day_date(day), "d MMMM") for day in (view.first, view.last))
    said = _("{what} from {start} to {end}.").format(what=title(stream), start=start, end=end)
    return f"{said} {sentence(stream, view)} {below(stream)}"


def ratings_sentence(view: MyCourseView) -> str:
    """The sentence of one's own ratings of working together."""
    n = len(view.ratings)
    said = ngettext("You rated it once in this time: {value} of 5.",
                    "You rated it {n} times in this time; the last time {value} of 5.", n)  # fmt: skip
    return said.format(n=n, value=say_number(view.ratings[-1].mean or 0.0))


def rating_point(rating: RatingView, view: MyCourseView) -> str:
    """One rating when pressed."""
    parts = (rating.goal, rating.task, rating.bond)
    goal, task, bond = (say_number(part) if part is not None else "–" for part in parts)
    said = _("{day}: where we are going {goal}, what we do for it {task}, the bond {bond}")
    return said.format(day=say_time(rating.rated_at, view.time_zone, "d MMM"), goal=goal, task=task, bond=bond)


def outcome_title(outcome: OutcomeView) -> str:
    """What a questionnaire asks about, and what it is called."""
    definition = instrument(outcome.code)
    about = _(definition.measures)
    return f"{about[:1].upper()}{about[1:]} ({definition.name})"


def outcome_sentence(outcome: OutcomeView, view: MyCourseView) -> str:
    """The sentence of one questionnaire: the first and the newest, and which way its numbers go."""
    return f"{first_and_newest(outcome, view.time_zone)} {_way(outcome)}"


def _way(outcome: OutcomeView) -> str:
    ends = {"low": total(outcome.low), "high": total(outcome.high)}
    if outcome.better > 0:
        return _("It goes from {low} to {high}; a higher number means it goes better for you.").format(**ends)
    return _("It goes from {low} to {high}; a higher number means it weighs more on you.").format(**ends)


def outcome_point(when: datetime, value: float, time_zone: str) -> str:
    """One total when pressed."""
    return f"{say_time(when, time_zone, 'd MMM y')}: {total(value)}"


def outcomes_lead(view: MyCourseView) -> str:
    """Above the questionnaires."""
    said = _("Your own answers, added up. What they mean for you is something to talk about with {name}.")
    return said.format(name=view.therapist or _("your team"))


def quiet(view: MyCourseView) -> str | None:
    """Streams that are not in this range, with the day of the newest entry."""
    if not view.quiet:
        return None
    told = _("{what} (last on {day})")
    named = [told.format(what=name(code), day=say_date(day_date(day), "d MMM y")) for code, day in view.quiet]
    return _("Nothing in this time about: {list}. A longer time shows more.").format(list=", ".join(named))


def never(view: MyCourseView) -> str | None:
    """Streams about which nothing was ever written."""
    if not view.never:
        return None
    said = _("Nothing written so far about: {list}. It shows here once there is something.")
    return said.format(list=", ".join(name(code) for code in view.never))


def team(view: MyCourseView) -> str:
    """Who the team is that sees it."""
    if view.therapist is None:
        return _("Your team is the {team}.").format(team=view.team)
    return _("Your team is {name} and the {team}.").format(name=view.therapist, team=view.team)


def seen() -> str:
    """Who sees what the family never does."""
    return _("Your team sees it. Your family cannot.")


def rating_seen(view: MyCourseView) -> str:
    """Who sees a rating, and when."""
    later = _("Your team sees it, a session's rating only once {name} has rated it too. Your family cannot.")
    return later.format(name=view.therapist or _("your therapist"))


def family(stream: StreamView, view: MyCourseView) -> str:
    """Who sees it, where the patient may let the family know something of it."""
    names = [one.name for one in view.relatives if stream.shared_as in one.scope]
    if not names:
        return _("Your team sees it. Nobody of your family does.")
    said = _("Your team sees it. {names} can read a sentence on how the week was, no numbers.")
    return said.format(names=", ".join(names))


def share(relative: str) -> str:
    """A switch for one relative."""
    return _("{name} may know how the week was").format(name=relative)


_TITLE = {
    "affect": lambda: _("How you felt"), "urges": lambda: _("Urges"), "meals": lambda: _("Meals"),
    "activity": lambda: _("Activity"), "sleep": lambda: _("Sleep"),
}  # fmt: skip
_TITLE_OF = {
    "steps": lambda: _("Steps"), "outdoors": lambda: _("Time outdoors"), "sleep_quality": lambda: _("Sleep quality"),
}  # fmt: skip
_NAME = {
    "affect": lambda: _("how you felt"), "urges": lambda: _("urges"), "meals": lambda: _("meals"),
    "activity": lambda: _("activity"), "sleep": lambda: _("sleep"),
}  # fmt: skip
_LINE = {
    Domain.POSITIVE_AFFECT: lambda: _("pleasant feelings"), Domain.NEGATIVE_AFFECT: lambda: _("unpleasant feelings"),
}  # fmt: skip
_ABOUT = {
    Domain.POSITIVE_AFFECT: lambda: _("pleasant feelings about {value}"),
    Domain.NEGATIVE_AFFECT: lambda: _("unpleasant feelings about {value}"),
    Domain.URGES: lambda: _("the strongest urge of a day about {value}"),
    Domain.MEALS: lambda: _("about {value} meals eaten a day"),
    Domain.ACTIVITY: lambda: _("about {value} of activity a day"),
    Domain.SLEEP: lambda: _("about {value} of sleep a night"),
}
_ABOUT_OF = {
    "steps": lambda: _("about {value} steps a day"), "outdoors": lambda: _("time outdoors about {value}"),
    "sleep_quality": lambda: _("sleep quality about {value}"),
}  # fmt: skip
