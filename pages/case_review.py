"""Case review: one patient on one screen. What needs an answer on the left, what has been happening in the middle, how
we are and what is computed on the right."""

import uuid

import streamlit as st

from core.access.permissions import Permission
from core.queries.case_review import case_review
from core.queries.cases import cases
from dashboard import context
from dashboard.components.alliance import render_alliance
from dashboard.components.brief import render_brief
from dashboard.components.cases import render_choice
from dashboard.components.header import render_freshness, render_header
from dashboard.components.response import render_needs_response
from dashboard.components.signals import render_signals
from dashboard.components.timeline import chosen_days, render_timeline


def main() -> None:
    """One run of the screen."""
    context.require(Permission.READ_RECORD)
    patient_id = asked_for()
    if patient_id is None:
        render_choice(context.read(cases))
        return
    view = context.read(case_review, patient_id=patient_id, days=chosen_days())
    render_header(view.header)
    render_freshness(view.header, view.now)
    with st.container(key="case_columns"):
        left, middle, right = st.columns([10, 17, 10], gap="small")
    with left, st.container(key="case_left"):
        render_brief(view.brief)
        render_needs_response(view.response)
    with middle, st.container(key="case_middle"):
        render_timeline(view.timeline)
    with right, st.container(key="case_right"):
        render_alliance(view.alliance)
        render_signals(view.signals)


def asked_for() -> uuid.UUID | None:
    """The patient named in the address; what is no identifier is treated as one that nobody has."""
    named = st.query_params.get("patient")
    if not named:
        return None
    try:
        return uuid.UUID(named)
    except ValueError:
        return uuid.UUID(int=0)


main()
