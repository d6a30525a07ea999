"""Draws the newest check-in on the case review: when, what was written with it, who has read it, and the ways to the
safety plan and to how the person is asked."""

import streamlit as st

from core.actions.check_ins import mark_check_in_read
from core.language import _
from core.queries.response import ResponseView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import entries as words


def render_newest_entry(view: ResponseView) -> None:
    """One line and the person's own words; looking at it tells the patient that it was read."""
    patient = {"patient": str(view.patient.id)}
    with card("entry"):
        newest = view.check_in
        if newest is None:
            st.caption(literal(words.nothing(view.patient.given_name)))
        else:
            st.caption(literal(words.line(newest, view.patient.time_zone)))
            if newest.words:
                st.text(newest.words)
            if newest.read_at is None:
                context.note(mark_check_in_read, key=f"entry:{newest.id}", check_in_id=newest.id)
        with st.container(horizontal=True, gap="small"):
            st.page_link(
                to_page("safety_plan"), label=_("Safety plan"), icon=":material/health_and_safety:",
                query_params=patient,
            )  # fmt: skip
            st.page_link(
                to_page("prompts"), label=_("How they are asked"), icon=":material/notifications:",
                query_params=patient,
            )  # fmt: skip
            st.page_link(
                to_page("questionnaires"), label=_("Questionnaires"), icon=":material/fact_check:",
                query_params=patient,
            )  # fmt: skip
