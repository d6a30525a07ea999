"""Draws the patient's side of the pair: what can be rated, own ratings over time, goals and tasks, the step, and asking
for a conversation or for another step."""

import streamlit as st

from core.actions.messages import write_as_patient
from core.actions.steps import LONGEST, ask_for_step
from core.check_ins.hard import hard_words
from core.language import _
from core.queries.us import UsView
from dashboard import context
from dashboard.charts.own_ratings import own_ratings_figure
from dashboard.charts.palette import palette
from dashboard.components import rating
from dashboard.components.layout import card, literal
from dashboard.components.own_goals import render_own_goals
from dashboard.navigation import to_page
from dashboard.wording import us as words
from models import StepWish

CHART = {"displayModeBar": False}


def render_us(view: UsView, locale: str) -> None:
    """The form alone while it is open; else everything between the two."""
    if view.offer is not None and rating.is_open():
        rating.render_rating(view, view.offer, locale)
        return
    st.markdown(f"# {_('Us')}", anchors=False)
    st.markdown(literal(words.lead(view)))
    _render_offer(view)
    _render_ratings(view)
    render_own_goals(view)
    _render_ask(view)


def _render_offer(view: UsView) -> None:
    offer = view.offer
    with card("offer"):
        if offer is None:
            st.markdown(literal(words.rated_today(view)))
            return
        st.markdown(f"### {literal(words.offer_title(offer, view))}", anchors=False)
        st.caption(literal(f"{words.offer_time(offer, view)} {words.who_reads(view, offer)}"))
        st.button(
            _("Rate"), type="primary" if offer.due else "secondary", icon=":material/rate_review:", width="stretch",
            key="rate", on_click=rating.open_form,
        )  # fmt: skip


def _render_ratings(view: UsView) -> None:
    with card("own_ratings"):
        st.markdown(f"### {_('Over time, as you see it')}", anchors=False)
        said = words.over_time(view)
        st.markdown(literal(said))
        if view.ratings:
            figure = own_ratings_figure(view, palette(dark=context.is_dark()))
            st.plotly_chart(figure, theme=None, key="own-ratings", config=CHART, alt=said)


def _render_ask(view: UsView) -> None:
    with card("ask"):
        st.markdown(f"### {_('Ask for something')}", anchors=False)
        _render_conversation(view)
        st.markdown(literal(words.step_line(view)))
        if view.step.waiting is not None:
            st.caption(literal(words.step_waiting(view)))
        elif view.step.step is not None:
            _render_step(view)


def _render_conversation(view: UsView) -> None:
    form = context.form_key("us_conversation")
    with st.expander(_("A conversation"), icon=":material/forum:"), st.form(f"talk-{form}", border=False):
        about = st.pills(_("About what?"), words.ABOUT, format_func=words.about, default=words.ABOUT[0], required=True)
        text = st.text_area(_("A few words, if you like"), height=90, max_chars=LONGEST)
        st.caption(literal(words.conversation_note(view)))
        pressed = st.form_submit_button(_("Ask"), type="primary", width="stretch")
    if pressed:
        body = words.conversation(str(about), text or "")
        sent = context.act(
            write_as_patient, key=form, said=_("Sent. You find it under Messages."), patient_id=view.patient_id,
            body=body,
        )  # fmt: skip
        _go_on(sent, text or "")


def _render_step(view: UsView) -> None:
    form = context.form_key("us_step")
    with st.expander(_("Another step"), icon=":material/stairs:"), st.form(f"step-{form}", border=False):
        wish = st.pills(_("What would help?"), [one.value for one in StepWish], format_func=words.wish)
        text = st.text_area(_("Why, in a few words (optional)"), height=90, max_chars=LONGEST)
        st.caption(literal(words.step_note(view)))
        pressed = st.form_submit_button(_("Ask"), type="primary", width="stretch")
    if pressed:
        asked = context.act(
            ask_for_step, key=form, said=_("Your team was told."), patient_id=view.patient_id, wish=wish or "",
            words=text or "",
        )  # fmt: skip
        _go_on(asked, text or "")


def _go_on(done: bool, text: str) -> None:
    """Whom to call after words of a hard moment, whether or not they could be sent."""
    if hard_words(text):
        st.switch_page(to_page("help_now"), query_params={"from": "words"})
    if done:
        st.rerun()
