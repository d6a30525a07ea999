"""Draws who looked at a patient's record, day by day, newest first, page by page."""

import streamlit as st

from core.language import _
from core.queries.access_log import AccessLogView, access_log
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.wording import privacy as words

_PAGES, _OWN = "log_pages", "log_own"


def render_access_log() -> None:
    """The newest page of the log, and the way to older ones and back."""
    with card("log"):
        st.markdown("### " + _("Who looked, and when"), anchors=False)
        own_too = st.toggle(_("Also what I did myself"), key=_OWN, on_change=_start)
        pages: list[int] = st.session_state.get(_PAGES, [])
        view = context.read(access_log, before=pages[-1] if pages else None, own_too=bool(own_too))
        _render_lines(view)
        with st.container(horizontal=True):
            if pages:
                st.button(_("Newer"), icon=":material/arrow_back:", type="tertiary", key="log-newer", on_click=_newer)
            if view.older is not None:
                st.button(
                    _("Older"), icon=":material/arrow_forward:", type="tertiary", key="log-older", on_click=_older,
                    args=(view.older,),
                )  # fmt: skip
        st.caption(literal(words.log_limits()))


def _render_lines(view: AccessLogView) -> None:
    if not view.lines:
        st.markdown(literal(words.nobody_looked()))
    said = None
    for line in view.lines:
        if (day := words.day(line, view)) != said:
            st.markdown(f"**{literal(day)}**")
            said = day
        who, what, when = words.who(line), words.what(line), words.time_of(line, view.time_zone)
        st.markdown(f"{literal(who)}: {literal(what)} :small[:gray[{literal(when)}]]")


def _start() -> None:
    st.session_state[_PAGES] = []


def _older(before: int) -> None:
    st.session_state[_PAGES] = [*st.session_state.get(_PAGES, []), before]


def _newer() -> None:
    st.session_state[_PAGES] = st.session_state.get(_PAGES, [])[:-1]
