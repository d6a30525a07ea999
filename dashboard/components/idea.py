"""Draws one idea worked out: its rating, empathy maps and storyboard, and what became of it."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.actions.ideas import FRAMES, LONGEST, Empathy, draw_frame, map_idea, rate_idea, settle_idea
from core.ideas.ranking import Standing
from core.language import _
from core.queries.ideas import FrameView, IdeaLine, IdeaView, MapView
from core.queries.releases import ReleaseView
from dashboard import context
from dashboard.charts.ideas import groups_figure
from dashboard.charts.palette import palette
from dashboard.components.ideas import QUIET, render_about
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import ideas as words
from models import IdeaState

QUESTIONS = ("fresh", "useful", "feasible")
QUARTERS = ("says", "thinks", "does", "feels")
LARGEST = 8  # MB of a drawing


def render_idea(view: IdeaView, releases: Sequence[ReleaseView]) -> None:
    """All of one idea; ``releases`` are those it may have come with."""
    line = view.line
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"# {literal(line.need)}", anchors=False, width="stretch")
        st.badge(words.state(line.state), color="grey")
        st.page_link(to_page("made_together"), label=_("All ideas"), icon=":material/arrow_back:")
    render_about(line)
    left, right = st.columns([5, 7], gap="small")
    with left:
        _render_rating(line)
        if view.may_steer:
            _render_steering(line, releases)
    with right:
        _render_maps(line, view.maps)
        _render_story(line, view.frames)


def _render_rating(line: IdeaLine) -> None:
    own = line.own or (5, 5, 5)
    with card("nuf"):
        st.markdown(f"### {_('What do you think of it?')}", anchors=False)
        st.caption(literal(words.own_rating(line)))
        with st.form(f"rate-{line.id}", border=False):
            given = {
                code: st.slider(words.question(code), 0, 10, value, help=words.question_help(code))
                for code, value in zip(QUESTIONS, own, strict=True)
            }
            if st.form_submit_button(_("Rate"), type="primary"):
                _act(rate_idea, line, f"rate-{line.id}", **given)
        _render_standing(line.standing)


def _render_standing(told: Standing) -> None:
    if told.groups:
        rows = [
            (words.question(code), {maker: getattr(nuf, code) for maker, nuf in told.groups.items()})
            for code in QUESTIONS
        ]
        figure = groups_figure(rows, palette(dark=context.is_dark()))
        st.plotly_chart(figure, key="idea-groups", theme=None, config=QUIET, alt=words.standing(told))


def _render_maps(line: IdeaLine, maps: Sequence[MapView]) -> None:
    with card("empathy"):
        st.markdown(f"### {_('In their place')}", anchors=False)
        st.caption(_("What somebody says, thinks, does and feels at the moment when the need is there."))
        for column, one in zip(st.columns(len(maps)), maps, strict=True):
            with column:
                _render_map(line, one)


def _render_map(line: IdeaLine, told: MapView) -> None:
    name = f"map-{line.id}-{told.side}-{told.version}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{words.side(told.side)}**", width="stretch")
        with st.popover(_("Write"), icon=":material/edit:", type="tertiary", key=f"popover-{name}"), st.form(name):
            given = {
                code: st.text_area(words.quarter(code), getattr(told, code), height=68, max_chars=LONGEST["map"])
                for code in QUARTERS
            }
            if st.form_submit_button(_("Keep"), type="primary"):
                _act(map_idea, line, name, side=told.side.value, version=told.version, words=Empathy(**given))
    for code in QUARTERS:
        with st.container(border=True, gap="xxsmall"):
            st.caption(words.quarter(code))
            st.text(getattr(told, code) or "…")


def _render_story(line: IdeaLine, frames: Sequence[FrameView]) -> None:
    with card("story"):
        st.markdown(f"### {_('How it would go')}", anchors=False)
        st.caption(_("A few frames, in words or with a drawing: a photograph of a sheet of paper will do."))
        drawn = {frame.number: frame for frame in frames}
        shown = [drawn.get(n, FrameView(n, "", None, 0)) for n in range(1, min(FRAMES, len(drawn) + 1) + 1)]
        for start in range(0, len(shown), 3):
            for column, frame in zip(st.columns(3), shown[start : start + 3], strict=False):
                with column, st.container(border=True, gap="xsmall", key=f"frame-{frame.number}"):
                    _render_frame(line, frame)


def _render_frame(line: IdeaLine, frame: FrameView) -> None:
    if frame.drawing is not None:
        st.image(frame.drawing, alt=frame.words or _("Frame {n}").format(n=frame.number))
    st.caption(_("Frame {n}").format(n=frame.number) if frame.version else _("Next frame"))
    if frame.words:
        st.text(frame.words)
    name = f"frame-{line.id}-{frame.number}-{frame.version}"
    label = _("Change") if frame.version else _("Add")
    with st.popover(label, icon=":material/edit:", type="tertiary", key=f"popover-{name}"), st.form(name, border=False):
        said = st.text_area(_("What happens"), frame.words, height=80, max_chars=LONGEST["frame"])
        given = st.file_uploader(
            _("Drawing (PNG, JPEG, WebP)"), type=["png", "jpg", "jpeg", "webp"], max_upload_size=LARGEST
        )
        if st.form_submit_button(_("Keep"), type="primary"):
            drawing = given.getvalue() if given else None
            _act(draw_frame, line, name, number=frame.number, version=frame.version, words=said, drawing=drawing)


def _render_steering(line: IdeaLine, releases: Sequence[ReleaseView]) -> None:
    names = {one.id: one.name for one in releases}
    states = [one.value for one in IdeaState]
    with card("steering"), st.form(f"settle-{line.id}-{line.version}", border=False):
        st.markdown(f"### {_('What becomes of it')}", anchors=False)
        state = st.selectbox(_("Status"), states, index=states.index(line.state), format_func=words.state)
        said = st.text_area(
            _("What came of it, or why it is set aside"), line.outcome, height=80, max_chars=LONGEST["outcome"]
        )
        release = st.selectbox(
            _("Came with release"), list(names), format_func=names.__getitem__, placeholder=_("None"),
            index=list(names).index(line.release_id) if line.release_id in names else None,
        )  # fmt: skip
        if st.form_submit_button(_("Say so")):
            told = {"version": line.version, "state": state, "outcome": said, "release_id": release}
            _act(settle_idea, line, f"settle-{line.id}", **told)


def _act(action: Callable[..., Any], line: IdeaLine, name: str, /, **arguments: Any) -> None:
    if context.act(action, key=context.form_key(name), idea_id=line.id, **arguments):
        st.rerun()
