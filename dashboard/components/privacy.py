"""Draws a patient's page about who may see what, with the switches of family consent and the wish to leave."""

import streamlit as st

from core.actions.leaving import LONGEST, ask_to_leave, take_back_leaving
from core.check_ins.hard import hard_words
from core.language import _
from core.queries.consents import STREAMS, RelativeView
from core.queries.leaving import LeaveView
from core.queries.privacy import PrivacyView
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.components.own_copy import render_copy
from dashboard.components.sharing import render_switch
from dashboard.navigation import to_page
from dashboard.wording import privacy as words


def render_who_sees(view: PrivacyView) -> None:
    """Who may see what, and the switches of the family."""
    st.markdown(f"# {_('Privacy')}", anchors=False)
    st.markdown(literal(words.lead()))
    _render_who(view)
    _render_family(view)


def render_taking_and_leaving(view: PrivacyView) -> None:
    """A copy of everything, and leaving."""
    with card("copy"):
        st.markdown("### " + _("A copy of everything"), anchors=False)
        render_copy(view)
    _render_leaving(view)


def _render_who(view: PrivacyView) -> None:
    with card("who"):
        st.markdown("### " + _("Who can see your record"), anchors=False)
        st.text(words.treating(view))
        if (said := words.covering(view)) is not None:
            st.markdown(literal(said))
        st.caption(literal(words.others()))
        for one in view.emergencies:
            st.markdown(":material/key: " + literal(words.emergency(one, view)))
        if (said := words.agreed(view)) is not None:
            st.caption(literal(said))


def _render_family(view: PrivacyView) -> None:
    with card("family_consent"):
        st.markdown("### " + _("Your family"), anchors=False)
        if not view.relatives:
            st.markdown(literal(words.no_relatives()))
            return
        for one in view.relatives:
            _render_relative(one, view)
        st.caption(literal(words.only_words()))


def _render_relative(one: RelativeView, view: PrivacyView) -> None:
    st.markdown(f"**{literal(words.relative(one))}**")
    for code in STREAMS:
        render_switch(one, code, patient_id=view.patient_id, label=words.stream(code))
    st.caption(literal(words.decided(one, view.time_zone)))


def _render_leaving(view: PrivacyView) -> None:
    with card("leaving"):
        st.markdown("### " + _("Leaving"), anchors=False)
        leaving = view.leaving
        if leaving is not None and leaving.waits:
            _render_waiting(leaving, view)
            return
        if leaving is not None:
            st.markdown(literal(words.leave_answered(leaving, view.time_zone)))
            st.text(leaving.answer or "")
        st.markdown(literal(words.leave_words()))
        st.page_link(to_page("prompts"), label=literal(words.leave_less()), icon=":material/notifications:")
        st.caption(literal(words.law_keeps(view)))
        with st.expander(_("Ask to leave"), icon=":material/logout:"):
            st.markdown(_("Would you like a copy of everything first? It stands above."))
            form = context.form_key("leave")
            said = st.text_area(
                _("What should your team know? (you can leave it empty)"), max_chars=LONGEST, height=90,
                key=f"leave:{form}",
            )  # fmt: skip
            if st.button(_("Send the request"), width="stretch", key="send-leave"):
                _ask(form, said or "")


def _render_waiting(leaving: LeaveView, view: PrivacyView) -> None:
    st.markdown(literal(words.leave_asked(leaving, view.time_zone)))
    if leaving.words:
        st.text(leaving.words)
    st.caption(literal(words.law_keeps(view)))
    taken = _("Taken back.")
    if st.button(_("Take it back"), width="stretch", icon=":material/undo:", key="take-back") and context.act(
        take_back_leaving, key=context.form_key(f"take-back:{leaving.id}"), said=taken
    ):
        st.rerun()


def _ask(form: str, said: str) -> None:
    sent = context.act(ask_to_leave, key=form, said=_("Your team was told."), words=said)
    if hard_words(said):
        st.switch_page(to_page("help_now"), query_params={"from": "words"})
    if sent:
        st.rerun()
