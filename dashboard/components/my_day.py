"""Draws a patient's day: one card for each thing that is next, each with one step."""

import streamlit as st

from core.language import _
from core.queries.my_day import MyDayView
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import my_day as words


def render_my_day(view: MyDayView) -> None:
    """Greeting, what is next, and what came back from the team."""
    st.markdown(f"# {literal(words.greeting(view))}", anchors=False)
    st.markdown(f":gray[{literal(words.today(view))}]")
    st.markdown(literal(words.lead(view)))
    _render_check_ins(view)
    _render_came_back(view)
    _render_offers(view)


def _render_check_ins(view: MyDayView) -> None:
    for number, prompt in enumerate(view.check_ins):
        with card(f"next_{prompt.kind}"):
            st.markdown(f"### {literal(words.check_in(prompt))}", anchors=False)
            st.caption(literal(words.check_in_time(prompt, view)))
            pressed = st.button(
                _("Answer"), type="primary" if number == 0 else "secondary", icon=":material/arrow_forward:",
                width="stretch", key=f"answer-{prompt.kind}",
            )  # fmt: skip
            if pressed:
                st.switch_page(to_page("check_in"), query_params={"about": prompt.kind})
    if not view.check_ins and st.button(
        _("Write down how you are"), icon=":material/edit_note:", width="stretch", key="any-time"
    ):
        st.switch_page(to_page("check_in"))


def _render_came_back(view: MyDayView) -> None:
    lines = [line for line in (words.read(view), words.next_session(view)) if line]
    if lines:
        with card("came_back"):
            for line in lines:
                st.markdown(literal(line))


def _render_offers(view: MyDayView) -> None:
    offers = [
        ("my_messages", ":material/mail:", words.unread(view) if view.unread else ""),
        ("my_questions", ":material/fact_check:", words.forms(view) if view.forms else ""),
        ("us", ":material/handshake:", words.rating(view) if view.rating_session else ""),
    ]
    for path, icon, said in offers:
        if said:
            st.page_link(to_page(path), label=literal(said), icon=icon, width="stretch")
    st.page_link(
        to_page("my_course"), label=_("What you wrote, over time"), icon=":material/timeline:", width="stretch"
    )
