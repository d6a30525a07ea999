"""Case review: one patient on one screen. What needs an answer on the left, what has been happening in the middle, how
we are and what is computed on the right."""

import streamlit as st

from core.access.permissions import Permission
from core.queries.case_review import case_review
from core.queries.cases import cases
from dashboard import context
from dashboard.components.alliance import render_alliance
from dashboard.components.brief import render_brief
from dashboard.components.cases import asked_for, render_choice
from dashboard.components.header import render_freshness, render_header
from dashboard.components.response import render_needs_response
from dashboard.components.signals import opened_signals, render_signals
from dashboard.components.timeline import chosen_days, render_timeline


def main() -> None:
    """One run of the screen."""
    context.require(Permission.READ_RECORD)
    patient_id = asked_for()
    if patient_id is None:
        render_choice(context.read(cases))
        return
    view = context.read(case_review, patient_id=patient_id, days=chosen_days(), opened=opened_signals())
    render_header(view.header, view.steps)
    render_freshness(view.header, view.now)
    with st.container(key="case_columns"):
        left, middle, right = st.columns([10, 17, 10], gap="small")
    with left:
        render_brief(view.brief)
        render_needs_response(view.response)
    with middle:
        render_timeline(view.timeline)
    with right:
        render_alliance(view.alliance, view.pair, view.exercises)
        render_signals(view.signals)


main()
