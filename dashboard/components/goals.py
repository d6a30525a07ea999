"""Draws the goals and tasks that both sides share, and takes what a clinician does about them."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.actions.goals import LONGEST, Outcome, add_goal, change_goal, finish_goal, mark_goal
from core.language import _
from core.queries.goals import AimView, GoalsView, Stance, Stand
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import goals as words
from models import AgreementKind

_KINDS = [kind.value for kind in AgreementKind]


def render_goals(view: GoalsView, therapist: str) -> None:
    """All open ones with both sides, the finished ones folded. ``therapist`` names the therapist's side."""
    with card("goals"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"### {_('Goals and tasks')}", anchors=False, width="stretch")
            _render_add(view)
        st.caption(literal(words.summary(view)))
        for aim in view.open:
            _render_aim(aim, view, therapist)
        finished = [aim for aim in view.aims if not aim.open]
        if finished:
            with st.expander(_("Finished: {n}").format(n=len(finished)), type="compact"):
                for aim in finished:
                    st.text(f"{words.outcome(aim.outcome)}: {aim.title}")


def _render_aim(aim: AimView, view: GoalsView, therapist: str) -> None:
    with st.container(border=True, key=f"aim-{aim.id}", gap="xsmall"):
        linked = words.links(aim, view)
        more = f" :small[:gray[{literal(linked)}]]" if linked else ""
        st.markdown(f":gray[{words.icon(aim.kind)}] **{literal(aim.title)}**{more}")
        for stance in (aim.patient, aim.therapist):
            if stance.words:
                st.text(f"“{stance.words}”")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            patient = f":green[●] {literal(view.given_name)} {_sign(aim.patient, view)}"
            own = f":orange[◆] {literal(therapist)} {_sign(aim.therapist, view)}"
            st.markdown(f"{patient} &nbsp; {own}", width="stretch")
            _render_mark(aim, view)
            _render_change(aim, view)
            _render_history(aim, view)


def _sign(stance: Stance, view: GoalsView) -> str:
    said = literal(words.stance(stance, view.time_zone))
    return f":yellow[{said}]" if stance.stand is Stand.DOES_NOT else f":gray[{said}]"


def _render_mark(aim: AimView, view: GoalsView) -> None:
    """What the reader's own side says; the other button is offered."""
    stand, name = aim.side(view.side).stand, f"mark-{aim.id}-{aim.version}"
    if stand is not Stand.AGREES and st.button(_("Agree"), key=f"agree-{aim.id}", icon=":material/check:"):
        _act(mark_goal, aim, view, name, agrees=True)
    if stand is Stand.DOES_NOT:
        return
    with st.popover(_("Disagree"), type="tertiary", key=f"popover-{name}"), st.form(name, border=False):
        text = st.text_area(_("What you would rather (optional)"), height=80)
        if st.form_submit_button(_("Say so"), type="primary"):
            _act(mark_goal, aim, view, name, agrees=False, words=text)


def _render_change(aim: AimView, view: GoalsView) -> None:
    name = f"change-{aim.id}-{aim.version}"
    with st.popover(_("Change"), type="tertiary", key=f"popover-{name}"):
        with st.form(name, border=False):
            title = st.text_input(_("In both your words"), value=aim.title, max_chars=LONGEST)
            step = _step_choice(view, aim.step)
            st.caption(_("Other words are agreed to anew by both."))
            if st.form_submit_button(_("Change"), type="primary"):
                _act(change_goal, aim, view, name, title=title, step=step, exercise=aim.exercise)
        with st.form(f"finish-{name}", border=False):
            outcome = st.segmented_control(
                _("Finish"), [one.value for one in Outcome], format_func=words.outcome, default=Outcome.REACHED.value
            )
            if st.form_submit_button(_("Finish")):
                _act(finish_goal, aim, view, f"finish-{name}", outcome=outcome or "")


def _render_history(aim: AimView, view: GoalsView) -> None:
    if not aim.history:
        return
    with st.popover(_("History"), type="tertiary", key=f"history-{aim.id}"):
        for line in aim.history:
            st.text(words.history_line(line, view.time_zone) + (f": “{line.words}”" if line.words else ""))


def _render_add(view: GoalsView) -> None:
    name = f"add-goal-{len(view.aims)}"  # closed and empty once it is added
    with st.popover(_("Add"), icon=":material/add:", type="tertiary", key=f"popover-{name}"), st.form(name):
        kind = st.segmented_control(_("What it is"), _KINDS, default=_KINDS[0], format_func=words.kind_name)
        title = st.text_input(_("In both your words"), max_chars=LONGEST)
        step = _step_choice(view, None)
        pressed = st.form_submit_button(_("Add"), type="primary")
    if pressed and context.act(
        add_goal, key=context.form_key(name), patient_id=view.patient_id, kind=kind or "", title=title, step=step,
        said=_("Added; {name} is asked.").format(name=literal(view.given_name)),
    ):  # fmt: skip
        st.rerun()


def _step_choice(view: GoalsView, present: int | None) -> int | None:
    steps = list(view.steps)
    if not steps:
        return present
    return st.selectbox(
        _("Belongs to step"), steps, index=steps.index(present) if present in steps else None,
        format_func=lambda step: f"{step} · {view.steps[step]}", placeholder=_("No step"),
    )  # fmt: skip


def _act(action: Callable[..., None], aim: AimView, view: GoalsView, name: str, /, **arguments: Any) -> None:
    done = context.act(
        action, key=context.form_key(name), patient_id=view.patient_id, aim_id=aim.id, version=aim.version, **arguments
    )
    if done:
        st.rerun()
