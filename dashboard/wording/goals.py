"""Words of goals and tasks: who agrees, who does not, who was not asked yet."""

from core.language import _, say_time
from core.queries.goals import AimLine, AimView, GoalsView, Stance, Stand
from dashboard.wording import exercises
from models import AgreementKind, AimVerb, Side


def kind_name(kind: str) -> str:
    """What it is."""
    return {AgreementKind.GOAL: _("Goal"), AgreementKind.TASK: _("Task")}[AgreementKind(kind)]


def icon(kind: AgreementKind) -> str:
    """Its sign."""
    return ":material/flag:" if kind is AgreementKind.GOAL else ":material/checklist:"


def stance(stand: Stance, zone: str) -> str:
    """What one side says, since when."""
    if stand.stand is Stand.NOT_SAID or stand.since is None:
        return _("not asked yet")
    day = say_time(stand.since, zone, "d MMM")
    if stand.stand is Stand.AGREES:
        return _("agreed on {day}").format(day=day)
    return _("disagreed on {day}").format(day=day)


def links(aim: AimView, view: GoalsView) -> str:
    """What it is linked to."""
    parts = []
    if aim.step is not None:
        name = view.steps.get(aim.step, "")
        parts.append(_("step {n}, {name}").format(n=aim.step, name=name) if name else _("step {n}").format(n=aim.step))
    if aim.exercise:
        parts.append(_("exercise: {name}").format(name=exercises.title(aim.exercise)))
    return " · ".join(parts)


def outcome(code: str | None) -> str:
    """How one ended."""
    return {"reached": _("Reached"), "set_aside": _("Set aside")}.get(code or "", _("Finished"))


def history_line(line: AimLine, zone: str) -> str:
    """One line of history."""
    verb = {
        AimVerb.ADDED: _("added it"), AimVerb.CHANGED: _("put it otherwise"), AimVerb.AGREED: _("agreed"),
        AimVerb.NOT_AGREED: _("does not agree"), AimVerb.FINISHED: _("finished it"),
    }[line.verb]  # fmt: skip
    return f"{say_time(line.at, zone, 'd MMM y')} · {line.name or side_name(line.side)} {verb}"


def side_name(side: Side) -> str:
    """One side, without a name."""
    return _("Patient") if side is Side.PATIENT else _("Therapist")


def summary(view: GoalsView) -> str:
    """All of them in one line."""
    count = len(view.open)
    if not count:
        return _("No goals or tasks yet. What {name} wants from this stands here, in both your words.").format(
            name=view.given_name
        )
    agreed = sum(aim.agreed for aim in view.open)
    said = _("{agreed} of {n} agreed by both").format(agreed=agreed, n=count)
    return said + (_("; {m} not agreed").format(m=len(view.disagreed)) if view.disagreed else "") + "."
