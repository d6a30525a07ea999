"""Words of stepped care: the present step, what is suggested on which facts, what was asked for and decided. Nothing
here says that somebody must; a person and the patient decide."""

from dataclasses import replace
from datetime import date

from core.analysis.small_cells import SMALLEST
from core.language import _, ngettext, say_date, say_number, say_time
from core.queries.step_flow import ENTERED, LEFT, FlowView
from core.queries.steps import DecisionView, RequestView, StepsView, Stretch
from core.rules.findings import Fact
from core.stepped.suggest import Direction, Ground, Reason, Suggestion
from dashboard.wording.alerts import fact_sentence
from dashboard.wording.alerts import title as alert_title
from models import PatientView, StepWish


def step_label(number: int, name: str) -> str:
    """One step by number and name."""
    return _("Step {n} · {name}").format(n=number, name=name) if name else _("Step {n}").format(n=number)


def present(view: StepsView) -> str:
    """The present step and since when."""
    if view.step is None or view.since is None:
        return _("{name} is on no step of a programme now.").format(name=view.given_name)
    weeks = (_today(view) - view.since).days // 7
    since = say_date(view.since, "d MMM y")
    spent = ngettext("{n} week", "{n} weeks", weeks).format(n=weeks) if weeks else _("less than a week")
    return _("{step}, since {since} ({spent}).").format(
        step=step_label(view.step, view.name(view.step)), since=since, spent=spent
    )


def _today(view: StepsView) -> date:
    return view.now.date()


def link_label(view: StepsView) -> str:
    """The link in the head of a case: what is suggested, in three words, or just where it leads."""
    if not view.suggestions:
        return _("Steps of care")
    first = view.suggestions[0]
    grounds = {reason.ground for reason in first.reasons}
    if Ground.ASKED in grounds:
        return _("{name} asks for {what}").format(name=view.given_name, what=wish(first.direction.value))
    if first.to is None:
        return _("Step to look at together")
    return _("Consider step {n}").format(n=first.to)


def heading(suggestion: Suggestion, view: StepsView) -> str:
    """What is suggested."""
    grounds = {reason.ground for reason in suggestion.reasons}
    if Ground.ASKED in grounds:
        said = _("{name} asks for {what}").format(name=view.given_name, what=wish(suggestion.direction.value))
        return said if suggestion.to is None else f"{said}: {step_label(suggestion.to, view.name(suggestion.to))}?"
    if suggestion.to is None:
        return _("A need for safety: more support, now")
    label = step_label(suggestion.to, view.name(suggestion.to))
    if Ground.SAFETY in grounds:
        return _("A need for safety goes straight to {step}").format(step=label)
    if suggestion.direction is Direction.LESS:
        return _("Less support may be enough: {step}?").format(step=label)
    return _("More support may help: {step}?").format(step=label)


def wish(code: str) -> str:
    """What a patient asks for."""
    return {
        StepWish.MORE: _("more support"), StepWish.LESS: _("less support"), StepWish.OTHER: _("other support")
    }[StepWish(code)]  # fmt: skip


def reason_line(reason: Reason, view: StepsView) -> str:
    """One ground with its facts."""
    return " ".join([ground(reason.ground), *(_fact(fact, reason.ground, view) for fact in reason.facts)])


def ground(code: Ground) -> str:
    """Why, shortly."""
    return {
        Ground.SAFETY: _("Said about safety."), Ground.ASKED: _("A request is a reason by itself."),
        Ground.SCORE: _("At or above the cut."), Ground.STILL_ABOVE: _("Still at or above the cut on this step."),
        Ground.LONELY: _("Lonely on most days."), Ground.WORSE: _("Worse by more than measurement error."),
        Ground.NO_CHANGE: _("No change beyond measurement error on this step."),
        Ground.BELOW: _("Below the cut each time."), Ground.RECOVERED: _("Better beyond measurement error, and below "
        "the cut."),
    }[code]  # fmt: skip


def _fact(fact: Fact, why: Ground, view: StepsView) -> str:
    zone = view.time_zone
    if fact.kind == "safety":
        when = say_time(fact.at, zone, "EEE d MMM HH:mm")
        return _("{what}, {when}. It does not say how safe someone is; ask.").format(
            what=alert_title(fact.window or ""), when=when
        )
    if fact.kind == "wish":
        return _("Asked on {when}.").format(when=say_time(fact.at, zone, "EEE d MMM"))
    said = fact_sentence(replace(fact, threshold=None), zone)
    if fact.subscale:
        said = f"{_part(fact.subscale)}: {said}"
    if fact.threshold is None or why in (Ground.WORSE, Ground.NO_CHANGE):
        return said
    return said + " " + _("The cut is {n}.").format(n=say_number(fact.threshold))


def _part(code: str) -> str:
    return {"anxiety": _("Anxiety"), "depression": _("Depression")}.get(code, code.replace("_", " ").capitalize())


def ground_name(code: str) -> str:
    """A ground as kept with a decision."""
    return {
        "safety": _("safety"), "asked": _("the patient asked"), "score": _("score at or above the cut"),
        "still_above": _("still above the cut"), "lonely": _("loneliness"), "worse": _("worse"),
        "no_change": _("no change"), "below": _("below the cut"), "recovered": _("recovered"),
    }.get(code, code.replace("_", " "))  # fmt: skip


def default_note(view: StepsView) -> str:
    """Where the criteria are from, and what they are not."""
    said = _("Suggestions only: you and {name} decide, and nothing happens by itself.").format(name=view.given_name)
    return f"{said} {view.source}" if view.source else said


def view_label(code: str) -> str:
    """What the patient thinks of it."""
    return {
        PatientView.AGREES: _("agrees"), PatientView.UNSURE: _("is unsure"), PatientView.DISAGREES: _("disagrees"),
        PatientView.NOT_ASKED: _("was not asked yet"),
    }[PatientView(code)]  # fmt: skip


def decision_line(decision: DecisionView, view: StepsView) -> str:
    """One decision: who, when, what, on which grounds, what the patient thinks."""
    when = say_time(decision.decided_at, view.time_zone, "d MMM y")
    if decision.from_step == decision.to_step:
        what = _("to stay on {step}").format(step=step_label(decision.to_step, view.name(decision.to_step)))
    else:
        what = _("for {step}").format(step=step_label(decision.to_step, view.name(decision.to_step)))
    return _("{when} · {by} decided {what}; {name} {view}.").format(
        when=when, by=decision.by or _("Somebody"), what=what, name=view.given_name,
        view=view_label(decision.patient_view.value),
    )  # fmt: skip


def decision_details(decision: DecisionView) -> str:
    """On which grounds, and when it is looked at again."""
    parts = []
    if decision.reasons:
        parts.append(_("because: {grounds}").format(grounds=", ".join(ground_name(code) for code in decision.reasons)))
    if decision.review_on:
        parts.append(_("next look {day}").format(day=say_date(decision.review_on, "d MMM y")))
    return " · ".join(parts)


def stretch_line(stretch: Stretch, view: StepsView) -> str:
    """One stretch on a step."""
    began = say_date(stretch.started_on, "d MMM y")
    until = _("until {day}").format(day=say_date(stretch.ended_on, "d MMM y")) if stretch.ended_on else _("until now")
    return f"{step_label(stretch.step, view.name(stretch.step))} · {began} {until} · {stretch.reason}"


def request_line(request: RequestView, view: StepsView) -> str:
    """What the patient asked for."""
    when = say_time(request.asked_at, view.time_zone, "d MMM y")
    answered = "" if request.answered_at is None else " · " + _("decided on since")
    return _("{when} · {name} asked for {what}").format(
        when=when, name=view.given_name, what=wish(request.wish.value)
    ) + answered  # fmt: skip


def node_name(number: int) -> str:
    """A node of the flow."""
    if number == ENTERED:
        return _("Entered")
    return _("Left") if number == LEFT else str(number)


def _inline(number: int, flow: FlowView) -> str:
    """A step within a sentence."""
    name = flow.names.get(number, "")
    return _("step {n} ({name})").format(n=number, name=name) if name else _("step {n}").format(n=number)


def flow_steps(flow: FlowView) -> str:
    """What the steps are called, below the figure that numbers them."""
    return " · ".join(f"{number} {name}" for number, name in flow.names.items())


def flow_text(flow: FlowView) -> str:
    """The flow in one sentence, for those who do not see the figure and beside it for those who do."""
    if not flow.links:
        return _("{programme}: fewer than {least} people went any one way, so none is shown.").format(
            programme=flow.programme, least=SMALLEST
        )
    moves = [link for link in flow.links if link.source != ENTERED and link.target != LEFT]
    most = max(moves, key=lambda link: link.people, default=None)
    here = ", ".join(
        _("about {n} on {step}").format(n=n, step=_inline(step, flow)) for step, n in flow.today.items()
    )  # fmt: skip
    said = [_("Now {here}.").format(here=here)] if here else []
    if most is not None:
        words = _("The way most went: {source} → {target}, about {n} people.")
        said.append(words.format(source=_inline(most.source, flow), target=_inline(most.target, flow), n=most.people))
    if flow.suppressed:
        said.append(
            ngettext("{n} way that fewer than {least} people went is not shown.",
                     "{n} ways that fewer than {least} people went are not shown.", flow.suppressed)
            .format(n=flow.suppressed, least=SMALLEST)
        )  # fmt: skip
    return " ".join(said)


def flow_note() -> str:
    """How the flow is counted."""
    return _(
        "Counted in people, each once for each way; rounded to fives, ways of fewer than {least} left out."
    ).format(least=SMALLEST)
