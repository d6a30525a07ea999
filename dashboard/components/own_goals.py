"""Draws goals and tasks for the patient: what both say about each, and saying so oneself with one thumb."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.actions.goals import LONGEST, LONGEST_WORDS, Outcome, add_goal, finish_goal, mark_goal
from core.language import _
from core.queries.goals import AimView, Stand
from core.queries.us import UsView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import goals, us
from models import AgreementKind

_KINDS = [kind.value for kind in AgreementKind]


def render_own_goals(view: UsView) -> None:
    """The open ones, those that wait for a word first; the finished ones folded; a new one."""
    with card("own_goals"):
        st.markdown(f"### {_('Goals and tasks')}", anchors=False)
        st.markdown(literal(us.goals_lead(view)))
        for aim in sorted(view.goals.open, key=lambda one: one.patient.stand is not Stand.NOT_SAID):
            _render_aim(aim, view)
        finished = [aim for aim in view.goals.aims if not aim.open]
        if finished:
            with st.expander(_("Finished: {n}").format(n=len(finished))):
                for aim in finished:
                    st.text(f"{goals.outcome(aim.outcome)}: {aim.title}")
        _render_add(view)


def _render_aim(aim: AimView, view: UsView) -> None:
    own, other = us.both(aim, view)
    with st.container(border=True, key=f"own-aim-{aim.id}", gap="xsmall"):
        st.markdown(f":gray[{goals.icon(aim.kind)}] **{literal(aim.title)}**")
        st.markdown(f":small[:green[●] :gray[{literal(own)}]  \n:orange[◆] :gray[{literal(other)}]]")
        for stance in (aim.patient, aim.therapist):
            if stance.words:
                st.text(f"“{stance.words}”")
        with st.container(horizontal=True, gap="small"):
            _render_mark(aim, view)
            if aim.patient.stand is not Stand.NOT_SAID:
                _render_finish(aim, view)


def _render_mark(aim: AimView, view: UsView) -> None:
    stand, name = aim.patient.stand, f"own-mark-{aim.id}-{aim.version}"
    if stand is not Stand.AGREES and st.button(
        _("I agree"), key=f"own-agree-{aim.id}", icon=":material/check:", type="primary"
    ):
        _act(mark_goal, aim, view, name, agrees=True)
    if stand is Stand.DOES_NOT:
        return
    with st.popover(_("I see it differently"), key=f"popover-{name}"), st.form(name, border=False):
        text = st.text_area(_("What you would rather (optional)"), height=90, max_chars=LONGEST_WORDS)
        if st.form_submit_button(_("Say so"), type="primary", width="stretch"):
            _act(mark_goal, aim, view, name, agrees=False, words=text)


def _render_finish(aim: AimView, view: UsView) -> None:
    name = f"own-finish-{aim.id}-{aim.version}"
    with st.popover(_("Finish"), type="tertiary", key=f"popover-{name}"):
        for outcome in Outcome:
            if st.button(goals.outcome(outcome.value), key=f"{name}-{outcome.value}", width="stretch"):
                _act(finish_goal, aim, view, name, outcome=outcome.value)


def _render_add(view: UsView) -> None:
    name = f"own-add-{len(view.goals.aims)}"  # closed and empty once it is added
    with st.popover(_("Add one"), icon=":material/add:", key=f"popover-{name}"), st.form(name, border=False):
        kind = st.segmented_control(_("What it is"), _KINDS, default=_KINDS[0], format_func=goals.kind_name)
        title = st.text_input(_("In your words"), max_chars=LONGEST)
        pressed = st.form_submit_button(_("Add"), type="primary", width="stretch")
    if pressed and context.act(
        add_goal, key=context.form_key(name), patient_id=view.patient_id, kind=kind or "", title=title,
        said=_("Added; {name} is asked.").format(name=literal(us.therapist(view))),
    ):  # fmt: skip
        st.rerun()


def _act(action: Callable[..., None], aim: AimView, view: UsView, name: str, /, **arguments: Any) -> None:
    done = context.act(
        action, key=context.form_key(name), patient_id=view.patient_id, aim_id=aim.id, version=aim.version, **arguments
    )
    if done:
        st.rerun()
