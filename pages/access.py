"""Emergency access: a clinician breaks the glass with a reason; somebody else reviews it."""

import streamlit as st

from core.actions.access import break_glass, review_glass
from core.language import _
from core.queries.access import GlassView, access_of
from dashboard import context
from dashboard.components.access import render_glass, render_open_glass
from dashboard.wording import access as words


def _break() -> None:
    st.subheader(_("Emergency access"), anchor=False)
    st.markdown(words.glass_explained())
    with st.form("break_glass"):
        name = st.text_input(_("Given and family name, as in the record"), max_chars=240)
        proof = st.text_input(_("Date of birth (year-month-day) or record number"), max_chars=120)
        reason = st.text_area(_("Why do you need it now?"), max_chars=1000, height=100)
        pressed = st.form_submit_button(_("Open the record for four hours"), icon=":material/key:")
    key = context.form_key("break_glass")
    said = _("The record is open to you for four hours.")
    if pressed and context.act(break_glass, key=key, said=said, name=name, proof=proof, reason=reason):
        st.rerun()


def _review(glass: GlassView, time_zone: str) -> None:
    with st.container(border=True):
        render_glass(glass, time_zone)
        with st.form(f"review-{glass.id}", border=False):
            text = st.text_input(_("What did the review find?"), max_chars=1000)
            pressed = st.form_submit_button(_("Record the review"), type="primary")
        key = context.form_key(f"review-{glass.id}")
        if pressed and context.act(review_glass, key=key, glass_id=glass.id, review=text):
            st.rerun()


def _reviews(waiting: tuple[GlassView, ...], reviewed: tuple[GlassView, ...], time_zone: str) -> None:
    st.subheader(words.to_review_title(len(waiting)), anchor=False)
    for glass in waiting:
        _review(glass, time_zone)
    if reviewed:
        with st.expander(_("Reviewed"), icon=":material/history:"):
            for glass in reviewed:
                render_glass(glass, time_zone)


view = context.read(access_of)
with st.container(horizontal_alignment="center"), st.container(width=720):
    st.title(_("Access"), anchor=False)
    for own in view.open_now:
        render_open_glass(own, view.time_zone)
    if view.may_review:
        _reviews(view.to_review, view.reviewed, view.time_zone)
    if view.may_break:
        _break()
