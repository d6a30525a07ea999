"""Draws the time line: the range, the sentence beside the figure with what the shading means, and the figure."""

import streamlit as st

from core.language import _
from core.queries.timeline import TimelineView
from dashboard import context
from dashboard.charts.palette import palette
from dashboard.charts.timeline import timeline_figure
from dashboard.components.layout import card, literal
from dashboard.wording import timeline as words

RANGE, FOCUS = "timeline_days", "focus_domain"
DEFAULT_DAYS = 90
CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True, "doubleClick": False}


def chosen_days() -> int | None:
    """The range that was chosen last, also for the next case."""
    days = st.session_state.get(RANGE, DEFAULT_DAYS)
    return days if isinstance(days, int) and days > 0 else None


def render_timeline(view: TimelineView) -> None:
    """The card of the time line. A row named in ``st.session_state["focus_domain"]`` is brought forward."""
    focus = st.session_state.get(FOCUS)
    with card("timeline"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("### " + _("Time line"), anchors=False, width="stretch")
            _render_range()
        st.markdown(f"{literal(words.beside(view))}  \n:small[:gray[{literal(words.band_note(view))}]]")
        if focus:
            _render_focus(str(focus))
        figure = timeline_figure(view, palette(dark=context.is_dark()), focus=str(focus) if focus else None)
        st.plotly_chart(figure, theme=None, config=CONFIG, key="timeline", alt=words.alt(view))


def _render_range() -> None:
    names = words.ranges()
    st.session_state.setdefault(RANGE, DEFAULT_DAYS)
    st.segmented_control(
        _("Range"),
        list(names),
        format_func=names.__getitem__,
        key=RANGE,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def _render_focus(focus: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.focus_note(focus), width="stretch")
        if st.button(_("All rows alike"), type="tertiary", key="timeline_unfocus"):
            del st.session_state[FOCUS]
            st.rerun()
