"""Questionnaires: what is asked of one patient and of their therapist, answers entered here, what was answered over
time; without a patient, the library of instruments with their keys and sources."""

import streamlit as st

from core.access.permissions import Permission, can
from core.language import _
from core.queries.outcomes import outcomes
from core.queries.questionnaires_due import questionnaires_due
from dashboard import context
from dashboard.components.cases import asked_for, render_back
from dashboard.components.layout import literal
from dashboard.components.outcomes import render_outcomes
from dashboard.components.questionnaires import render_forms_due, render_library


def main() -> None:
    """One run of the page."""
    clinical = can(context.current_user(), Permission.READ_RECORD)
    actor = context.require(Permission.READ_RECORD if clinical else Permission.MANAGE_USERS)
    patient_id = asked_for()
    if patient_id is None:
        render_library(actor.locale)
        return
    view = context.read(questionnaires_due, patient_id=patient_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        title = _("Questionnaires of {name}").format(name=view.name)
        st.markdown(f"# {literal(title)}", anchors=False, width="stretch")
        render_back(patient_id)
    render_forms_due(view, actor.locale)
    render_outcomes(context.read(outcomes, patient_id=patient_id))


main()
