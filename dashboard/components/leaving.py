"""Draws a wish to leave that waits, above what else needs a response, and takes the answer."""

import streamlit as st

from core.actions.leaving import LONGEST, answer_leaving
from core.language import _
from core.queries.leaving import LeaveView
from core.queries.response import ResponseView
from dashboard import context
from dashboard.components.layout import card, literal, open_form
from dashboard.wording import leaving as words


def render_leaving(view: ResponseView) -> None:
    """The request with its words and the way to answer; nothing where none waits."""
    leaving, patient = view.leaving, view.patient
    if leaving is None or not leaving.waits:
        return
    name = patient.given_name or patient.name
    with card("leaving"):
        st.markdown(f"### {literal(words.title(name))}", anchors=False)
        st.caption(literal(words.asked(leaving, patient.time_zone)))
        if leaving.words:
            st.text(leaving.words)
        st.caption(literal(words.what_to_do()))
        if st.button(_("Answer"), icon=":material/reply:", key=f"leaving-{leaving.id}"):
            open_form(_("Answer"), _render_answer, leaving, name)


def _render_answer(leaving: LeaveView, name: str) -> None:
    form = context.form_key(f"leaving:{leaving.id}")
    answer = st.text_area(
        _("Your answer to {name}").format(name=name), max_chars=LONGEST, height=100, key=f"answer:{form}",
        persist_state="page",
    )  # fmt: skip
    if st.button(_("Send"), type="primary", key="answer-leaving") and context.act(
        answer_leaving, key=form, said=words.sees(name), request_id=leaving.id, answer=answer or ""
    ):
        st.rerun()
