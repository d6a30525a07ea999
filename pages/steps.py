"""Stepped care: one person's steps with what is suggested and decided (``?patient=``), and the flow between the steps
of each programme for the whole service."""

import uuid

import streamlit as st

from core.access.permissions import Permission, can
from core.language import _
from core.queries.step_flow import step_flows
from core.queries.steps import steps_page
from dashboard import context
from dashboard.components.cases import asked_for, render_back
from dashboard.components.layout import literal
from dashboard.components.steps import (
    render_decision,
    render_flows,
    render_step_history,
    render_steps,
    render_suggestions,
)


def main() -> None:
    """One run of the page: a case where one is named, else the flow."""
    actor = context.require(Permission.READ_STEP_FLOW)
    patient_id = asked_for()
    if patient_id is not None and can(actor, Permission.DECIDE_STEP):
        _case(patient_id)
        return
    st.markdown(f"# {_('Steps of care')}", anchors=False)
    st.markdown(_("How people have moved between the steps of each programme, from entry to leaving."))
    render_flows(context.read(step_flows))


def _case(patient_id: uuid.UUID) -> None:
    view = context.read(steps_page, patient_id=patient_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"# {literal(view.name)} :small[:gray[{literal(view.programme)}]]", anchors=False, width="stretch"
        )  # fmt: skip
        render_back(patient_id)
    render_steps(view.steps)
    left, right = st.columns([6, 5], gap="small")
    with left:
        render_suggestions(view.steps)
        render_step_history(view.steps)
    with right:
        render_decision(view.steps)


main()
