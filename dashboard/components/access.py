"""Draws coming in: the name and the form's surroundings, the welcome of roles, emergency accesses."""

from functools import cache
from pathlib import Path

import streamlit as st

from core.language import _
from core.queries.access import GlassView, WelcomeView
from dashboard.navigation import to_page
from dashboard.wording import access as words
from models import Role

MARK = Path(__file__).parent.parent / "mark.svg"


@cache
def mark() -> str:
    """The sign of Vincle (two people, two colours, joined) as SVG."""
    return MARK.read_text()


def render_brand() -> None:
    """The name and one line of what it is."""
    st.image(mark(), width=72)
    st.title("Vincle", anchor=False)
    st.markdown(_("The bond between patient and therapist, and what is lived between sessions, in one view."))


def render_welcome(view: WelcomeView, name: str) -> None:
    """The greeting, what there is for this role, and for patients and families whom to call."""
    with st.container(horizontal_alignment="center"), st.container(width=640):
        st.title(words.welcome_title(name), anchor=False)
        st.markdown(words.welcome_text(view))
        if view.role in (Role.PATIENT, Role.RELATIVE) and view.crisis_contacts:
            _render_contacts(view)


def _render_contacts(view: WelcomeView) -> None:
    with st.container(border=True):
        st.subheader(words.crisis_title(), anchor=False)
        st.markdown(words.not_watched())
        for contact in view.crisis_contacts:
            st.text(words.contact_line(contact))


def render_open_glass(glass: GlassView, time_zone: str) -> None:
    """One's own emergency access that still runs, with the way to the record."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.text(words.glass_open_line(glass, time_zone))
        if st.button(_("Open the case"), key=f"open-{glass.id}", type="primary"):
            st.switch_page(to_page("case_review"), query_params={"patient": str(glass.patient_id)})


def render_glass(glass: GlassView, time_zone: str) -> None:
    """One emergency access: who, whose record, when, why, and what the review found."""
    st.text(words.glass_line(glass, time_zone))
    st.caption(_("Reason"))
    st.text(glass.reason)
    if glass.review is not None:
        st.caption(words.reviewed_line(glass, time_zone))
        st.text(glass.review)
