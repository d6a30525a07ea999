"""The pair of one case over time: both views over sessions, what is unlike their own usual, the conversations about it,
goals and tasks. Opened from the alliance panel of the case review."""

import streamlit as st

from core.access.permissions import Permission
from core.language import _
from core.queries.cases import cases
from core.queries.pair import PairPageView, pair_page
from dashboard import context
from dashboard.components.cases import asked_for, render_back, render_choice
from dashboard.components.goals import render_goals
from dashboard.components.layout import literal
from dashboard.components.pair import render_components, render_over_sessions, render_talks
from dashboard.wording.alliance import therapist_label


def main() -> None:
    """One run of the page."""
    context.require(Permission.READ_RECORD)
    patient_id = asked_for()
    if patient_id is None:
        render_choice(context.read(cases))
        return
    view = context.read(pair_page, patient_id=patient_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        title = _("{name} and {therapist}").format(name=view.name, therapist=view.alliance.therapist)
        st.markdown(f"# {literal(title)}", anchors=False, width="stretch")
        render_back(patient_id)
    _render(view)


def _render(view: PairPageView) -> None:
    left, right = st.columns([6, 5], gap="small")
    with left:
        render_over_sessions(view.alliance, view.pair)
        render_components(view.pair, view.alliance)
    with right:
        render_goals(view.pair.goals, therapist_label(view.alliance))
        render_talks(view.pair, view.alliance)


main()
