"""Exercises beside the alliance: what is assigned, what was done and what helped, in two lines; the rest opens in front
of the case, so that assigning one never leaves it."""

import streamlit as st

from core.language import _
from core.queries.exercise_marks import ExercisesView
from core.queries.exercises import patient_exercises
from dashboard import context
from dashboard.components.exercise_dialog import render_dialog
from dashboard.components.layout import literal
from dashboard.wording import exercises as words

OPEN = "exercises_open"  # the patient whose exercises stand in front of the case
SHOWN = 2  # exercises named in the panel


def render_exercises(view: ExercisesView) -> None:
    """The essence, within the panel of the alliance, and the way to all of it."""
    label = f"{_('Exercises')}: {words.summary(view)}"
    lines = [f"{words.title(use.exercise)}: {words.use_line(use)}" for use in view.use[:SHOWN]]
    if view.unread:
        lines.append(words.unread(view.unread))
    pressed = st.button(
        literal(label), icon=":material/self_improvement:", type="tertiary", key="exercises",
        help=_("What is assigned, what was done, and to assign another"),
    )  # fmt: skip
    if lines:
        st.markdown(f":small[:gray[{literal('; '.join(lines))}.]]")
    if pressed:
        st.session_state[OPEN] = view.patient_id
    if st.session_state.get(OPEN) == view.patient_id:
        page = context.read(patient_exercises, patient_id=view.patient_id)
        title = _("Exercises with {name}").format(name=literal(view.given_name))
        st.dialog(title, width="large", icon=":material/self_improvement:", on_dismiss=_close)(render_dialog)(page)


def _close() -> None:
    st.session_state.pop(OPEN, None)
