"""Draws a patient's own course: the range, one card for each stream with its sentence, picture, and who sees it."""

import streamlit as st

from core.language import _
from core.queries.my_course import MyCourseView, StreamView
from core.queries.outcomes import OutcomeView
from dashboard import context
from dashboard.charts.my_course import outcome_figure, ratings_figure, stream_figure
from dashboard.charts.palette import Palette, palette
from dashboard.charts.plain import PlainFigure
from dashboard.components.layout import card, literal
from dashboard.components.sharing import render_switch
from dashboard.navigation import to_page
from dashboard.wording import my_course as words
from dashboard.wording.timeline import ranges

RANGE, DEFAULT_DAYS = "my_course_days", 30
CHART = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def chosen_days() -> int | None:
    """The range that was chosen last; ``None`` for all there is."""
    days = st.session_state.get(RANGE, DEFAULT_DAYS)
    return days if isinstance(days, int) and days > 0 else None


def render_my_course(view: MyCourseView) -> None:
    """The whole page, or what will be here."""
    st.markdown(f"# {_('My course')}", anchors=False)
    if view.nothing_yet:
        st.markdown(literal(words.nothing_yet()))
        if st.button(_("Write down how you are"), type="primary", icon=":material/edit_note:", width="stretch"):
            st.switch_page(to_page("check_in"))
        return
    st.markdown(literal(words.lead()))
    _render_range()
    theme = palette(dark=context.is_dark())
    for stream in view.streams:
        _render_stream(stream, view, theme)
    _render_ratings(view, theme)
    _render_outcomes(view, theme)
    for said in (words.quiet(view), words.never(view)):
        if said is not None:
            st.markdown(f":gray[{literal(said)}]")
    st.markdown(f":gray[{literal(words.team(view))}]")
    st.page_link(to_page("privacy"), label=_("Who may see what, and who looked"), icon=":material/shield_person:")


def _render_range() -> None:
    names = ranges()
    st.session_state.setdefault(RANGE, DEFAULT_DAYS)
    st.segmented_control(
        _("Range"), list(names), format_func=names.__getitem__, key=RANGE, required=True, width="stretch",
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip


def _render_stream(stream: StreamView, view: MyCourseView, theme: Palette) -> None:
    with card(f"course_{stream.code}"):
        st.markdown(f"### {words.title(stream)}", anchors=False)
        st.markdown(literal(words.sentence(stream, view)))
        _chart(stream_figure(stream, view, theme), stream.code, words.alt(stream, view))
        st.caption(literal(words.below(stream)))
        _render_seen(words.family(stream, view) if stream.shared_as else words.seen())
        if stream.shared_as is not None and view.relatives:
            with st.expander(_("Change what your family may know"), key=f"share_{stream.code}"):
                for one in view.relatives:
                    render_switch(
                        one, stream.shared_as, patient_id=view.patient_id, label=literal(words.share(one.name))
                    )


def _render_ratings(view: MyCourseView, theme: Palette) -> None:
    if not view.ratings:
        return
    with card("course_us"):
        st.markdown(f"### {_('Working together')}", anchors=False)
        said = words.ratings_sentence(view)
        st.markdown(literal(said))
        _chart(ratings_figure(view, theme), "us", said)
        _render_seen(words.rating_seen(view))
        st.page_link(to_page("us"), label=_("Us: each part, and what can be rated"), icon=":material/handshake:")


def _render_outcomes(view: MyCourseView, theme: Palette) -> None:
    if not view.outcomes:
        return
    with card("course_questionnaires"):
        st.markdown(f"### {_('Questionnaires')}", anchors=False)
        st.markdown(literal(words.outcomes_lead(view)))
        for outcome in view.outcomes:
            _render_outcome(outcome, view, theme)
        _render_seen(words.seen())


def _render_outcome(outcome: OutcomeView, view: MyCourseView, theme: Palette) -> None:
    said = words.outcome_sentence(outcome, view)
    st.markdown(f"**{literal(words.outcome_title(outcome))}**")
    st.markdown(literal(said))
    _chart(outcome_figure(outcome, view, theme), outcome.code, f"{words.outcome_title(outcome)}. {said}")


def _chart(figure: PlainFigure, code: str, alt: str) -> None:
    st.plotly_chart(figure, theme=None, config=CHART, key=f"course-{code}", alt=alt)


def _render_seen(said: str) -> None:
    st.caption(f":material/visibility: {literal(said)}")
