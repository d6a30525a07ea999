"""How a person is asked: for the patient their own, for a clinician the one of ``?patient=``; agreed on together."""

import streamlit as st

from core.access.permissions import Permission
from core.queries.cases import cases
from core.queries.notifications import my_channels
from core.queries.prompt_plan import prompt_plan
from dashboard import context
from dashboard.components.cases import asked_for, render_back, render_choice
from dashboard.components.notifications import render_channels
from dashboard.components.prompts import render_prompt_plan
from models import Role


def main() -> None:
    """One run of the page."""
    actor = context.require(Permission.PLAN_PROMPTS)
    own = actor.role is Role.PATIENT
    patient_id = actor.patient_id if own else asked_for()
    if patient_id is None:
        render_choice(context.read(cases))
        return
    view = context.read(prompt_plan, patient_id=patient_id)
    if own:
        render_prompt_plan(view)
        render_channels(context.read(my_channels), patient=True)
        return
    with st.container(width=820):
        render_back(patient_id)
        render_prompt_plan(view)


main()
