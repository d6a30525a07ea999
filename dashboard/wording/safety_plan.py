"""Sentences of the safety plan and of the screen for a hard moment: short, warm, and honest about who is there."""

from collections.abc import Callable, Mapping

from core.language import _, say_time
from core.queries.safety_plan import HelpView, SafetyPlanView, VersionView

_PART: Mapping[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "warning_signs": (
        lambda: _("How I notice that it is getting hard"),
        lambda: _("Thoughts, feelings, situations, things I do or stop doing"),
    ),
    "own_coping": (
        lambda: _("What I can do by myself"), lambda: _("What has helped before, even a little"),
    ),
    "distraction": (
        lambda: _("Places and people that take my mind off it"), lambda: _("Where I can go, with whom I can be"),
    ),
    "people_to_ask": (lambda: _("People I can ask for help"), lambda: _("Names and numbers")),
    "professionals": (
        lambda: _("Professionals I can call"), lambda: _("Therapist, emergency service, crisis lines"),
    ),
    "safe_place": (
        lambda: _("Making my surroundings safer"), lambda: _("What is put away, who keeps it, where I stay"),
    ),
    "reasons_for_living": (
        lambda: _("What I live for"), lambda: _("People, animals, places, plans, whatever it is"),
    ),
}  # fmt: skip


def part(code: str) -> str:
    """The heading of one of the seven parts, in the person's own voice."""
    return _PART[code][0]()


def part_help(code: str) -> str:
    """What may stand in a part."""
    return _PART[code][1]()


def title(view: SafetyPlanView) -> str:
    """Whose plan it is."""
    return _("My safety plan") if view.own else _("Safety plan of {name}").format(name=view.name)


def lead(view: SafetyPlanView) -> str:
    """What a safety plan is for."""
    if view.own:
        return _("For hard moments, made together with your therapist. Either of you can change it; both see the same.")
    return _("Made together. What you write here is what {name} sees, on the screen for a hard moment too.").format(
        name=view.name
    )


def changed(view: SafetyPlanView) -> str:
    """Who changed it last, and when."""
    if view.changed_at is None:
        return _("Nothing is written yet. Start with one part; the rest can wait.")
    at = say_time(view.changed_at, view.time_zone, "d MMMM y HH:mm")
    return _("Last changed by {name}, {time}.").format(name=view.changed_by or _("Somebody"), time=at)


def version(one: VersionView, time_zone: str) -> str:
    """An earlier version."""
    at = say_time(one.changed_at, time_zone, "d MMMM y HH:mm")
    return _("Version {n}: {name}, {time}").format(n=one.version, name=one.changed_by, time=at)


def file_name() -> str:
    """The name of the file that is saved."""
    return _("safety-plan") + ".html"


def told(view: HelpView) -> str | None:
    """That the team was told, and by when somebody answers; ``None`` where nothing was."""
    if view.answer_by is None:
        return None
    by = say_time(view.answer_by, view.time_zone, "EEEE HH:mm")
    name = view.therapist or _("your team")
    said = _(
        "What you answered has reached {name}. Somebody gets back to you by {time}. Please do not wait for that if it "
        "is urgent."
    )
    return said.format(name=name, time=by)


def not_watched() -> str:
    """The honest line, in large."""
    return _("Your entries are not watched round the clock. People who are there right now:")
