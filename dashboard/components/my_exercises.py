"""Draws a patient's exercises: what comes next with its reason, the rest of what was agreed on, the library by topic,
the meetings of their step."""

import uuid

import streamlit as st

from core.exercises.definition import Exercise
from core.language import _
from core.queries.exercises import AssignedView, ExercisesPage
from dashboard.components.layout import card, literal
from dashboard.navigation import to_page
from dashboard.wording import exercises as words
from dashboard.wording import my_exercises as own

EXERCISE, ASSIGNED, DONE = "exercise", "assigned", "done"
LATELY = 5  # (d) of those done, how many are listed


def render_my_exercises(page: ExercisesPage) -> None:
    """Everything a patient can do or read here, what comes next first."""
    st.markdown(f"# {_('Exercises')}", anchors=False)
    st.caption(literal(own.lead(page)))
    for number, one in enumerate(page.assigned):
        _render_assigned(one, page, first=number == 0)
    _render_lately(page)
    _render_library(page)
    _render_meetings(page)


def open_exercise(code: str, assigned: uuid.UUID | None = None) -> None:
    """Go to one exercise."""
    asked = {EXERCISE: code} | ({ASSIGNED: str(assigned)} if assigned else {})
    st.switch_page(to_page("my_exercises"), query_params=asked)


def _render_assigned(one: AssignedView, page: ExercisesPage, *, first: bool) -> None:
    with card(f"assigned_{one.id}"):
        sort = f"{words.ICONS[one.template.kind]} " if one.template else ""
        mark = " :green-badge[:material/check:]" if one.done_today else ""
        st.markdown(f"### {sort}{literal(words.title(one.exercise))}{mark}", anchors=False)
        st.caption(literal(own.facts(one, page)))
        if one.why:
            st.markdown(f":small[:gray[{literal(own.why(one))}]]")
            st.text(one.why)
        if one.aim:
            st.markdown(f":small[:material/flag: {literal(own.serves(one))}]")
        if one.template is None:
            st.caption(_("This exercise is no longer in the library. Ask your team about it."))
            return
        label = _("Read") if one.template.kind == "reading" else _("Begin")
        primary = first and not one.enough
        if st.button(
            label, type="primary" if primary else "secondary", icon=":material/arrow_forward:", width="stretch",
            key=f"begin-{one.id}",
        ):  # fmt: skip
            open_exercise(one.exercise, one.id)


def _render_lately(page: ExercisesPage) -> None:
    done = [one for one in page.doings if one.done_at is not None][:LATELY]
    if not done:
        return
    with st.expander(_("What you did lately"), icon=":material/history:"):
        for one in done:
            st.markdown(literal(own.lately(one, page)))
        if mark := own.read_mark(page):
            st.markdown(f":small[:gray[:material/done_all: {literal(mark)}]]")


def _render_library(page: ExercisesPage) -> None:
    st.markdown(f"## {_('Find something')}", anchors=False)
    topics = [code for code in words.TOPICS if any(one.topic == code for one in page.library)]
    for code in topics:
        own_topic = [one for one in page.library if one.topic == code]
        with st.expander(words.topic(code)):
            for one in sorted(own_topic, key=lambda one: (one.kind == "reading", one.code not in page.here)):
                _render_offer(one)


def _render_offer(one: Exercise) -> None:
    label = f"{words.said(one).title}  \n:small[:gray[{words.kind(one.kind)}]]"
    if st.button(label, icon=words.ICONS[one.kind], width="stretch", key=f"offer-{one.code}"):
        open_exercise(one.code)
    st.caption(literal(words.filled(words.said(one).about, one.chosen({}))))


def _render_meetings(page: ExercisesPage) -> None:
    if not page.meetings:
        return
    st.markdown(f"## {_('Groups and meetings of your step')}", anchors=False)
    with card("meetings"):
        for one in page.meetings:
            title, when = own.meeting(one, page)
            icon = ":material/videocam:" if one.meeting.online else ":material/groups:"
            st.markdown(f"{icon} **{literal(title)}**  \n:small[{literal(when)}]")
        st.caption(literal(own.meetings_note(page)))
