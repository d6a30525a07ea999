"""What a clinician sees and agrees on about a patient's exercises: on the left what is assigned and what was done with
the patient's own words, on the right one more from the library, fitted to the person."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from core.actions.exercises import (
    LONGEST,
    Agreed,
    assign_exercise,
    change_exercise,
    end_exercise,
    mark_doings_read,
)
from core.exercises.definition import Exercise
from core.language import _
from core.queries.exercises import AssignedView, DoingView, ExercisesPage
from dashboard import context
from dashboard.components.layout import literal
from dashboard.wording import exercises as words

OFTEN = (None, 1, 2, 3, 4, 5, 7, 14, 21)  # (d) the choices of how many times a week
SHOWN = 12  # doings listed at once


def render_dialog(page: ExercisesPage) -> None:
    """Both halves; what the patient wrote counts as read from here on."""
    left, right = st.columns([6, 5], gap="medium")
    with left:
        st.markdown(f"**{_('Assigned')}**")
        for one in page.assigned:
            _render_assigned(one, page)
        if not page.assigned:
            st.caption(_("Nothing is assigned now."))
        _render_doings(page)
    with right:
        if page.may_assign:
            _render_compose(page)
    unread = [one for one in page.doings if one.read_at is None and (one.words or one.answers)]
    if unread and page.may_assign:
        context.note(mark_doings_read, key=f"exercises-read:{unread[0].id}", patient_id=page.patient_id)


def _render_assigned(one: AssignedView, page: ExercisesPage) -> None:
    with st.container(border=True, key=f"exercise-{one.id}", gap="xsmall"):
        agreed = literal(words.agreed_line(one, page))
        st.markdown(f"**{literal(words.title(one.exercise))}** :small[:gray[{agreed}]]")
        if one.why:
            st.text(one.why)
        st.caption(literal(words.assigned_by(one, page)))
        if page.may_assign:
            with st.expander(_("Change or end"), type="compact"):
                _render_change(one, page)


def _render_change(one: AssignedView, page: ExercisesPage) -> None:
    name = f"exercise-{one.id}-{one.version}"
    which: dict[str, Any] = {"assignment_id": one.id, "version": one.version}
    agreed = _render_agreed(name, page, one.template, one)
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Change"), type="primary", key=f"change-{name}") and context.act(
            change_exercise, key=context.form_key(f"change-{name}"), agreed=agreed, **which
        ):
            st.rerun()
        if st.button(_("End it"), key=f"end-{name}") and context.act(
            end_exercise, key=context.form_key(f"end-{name}"), said=_("Ended; what was done stays."), **which
        ):
            st.rerun()


def _render_compose(page: ExercisesPage) -> None:
    st.markdown(f"**{_('Assign another')}**")
    there = {one.exercise for one in page.assigned}
    library = {one.code: one for one in page.library if one.code not in there}
    order = sorted(library, key=lambda code: (code not in page.here, words.TOPICS.index(library[code].topic), code))
    code = st.selectbox(
        _("Exercise or reading"), order, index=None, format_func=lambda code: words.choice(library[code], page),
        placeholder=_("Choose from the library"), key="exercise-choice",
    )  # fmt: skip
    if code is None:
        return
    one = library[code]
    _render_preview(one)
    name = f"assign-{code}"
    agreed = _render_agreed(name, page, one, None)
    if st.button(_("Assign"), type="primary", icon=":material/add_task:", key=name, width="stretch") and context.act(
        assign_exercise, key=context.form_key(name), patient_id=page.patient_id, exercise=code, agreed=agreed,
        said=_("Assigned; {name} is told that there is something new.").format(name=literal(page.given_name)),
    ):  # fmt: skip
        st.session_state.pop("exercise-choice", None)
        st.rerun()


def _render_preview(one: Exercise) -> None:
    said, usual = words.said(one), one.chosen({})
    st.caption(literal(words.filled(said.about, usual)))
    with st.expander(_("What it consists of, and where it comes from"), type="compact"):
        for step in (*said.steps, *said.fields.values()):
            st.markdown(f"- {literal(words.filled(step, usual))}")
        st.caption(literal(one.source))


def _render_agreed(name: str, page: ExercisesPage, template: Exercise | None, now: AssignedView | None) -> Agreed:
    """The fields of what is agreed on, with what holds ``now``."""
    why = st.text_area(
        _("Why, in words for {name}").format(name=page.given_name), value=now.why if now else "", max_chars=LONGEST,
        height=72, key=f"{name}-why",
    )  # fmt: skip
    parameters = _render_parameters(name, template, now.parameters if now else {})
    with st.container(horizontal=True, gap="small"):
        held = now.times_a_week if now else None
        often = st.selectbox(
            _("How often"), OFTEN, index=OFTEN.index(held) if held in OFTEN else 0, format_func=words.often,
            key=f"{name}-often",
        )  # fmt: skip
        starts, ends = _render_days(name, page, now)
    titles = {aim.id: aim.title for aim in page.aims}
    linked = now.aim_id if now and now.aim_id in titles else None
    aim = st.selectbox(
        _("For the goal or task"), list(titles), index=list(titles).index(linked) if linked else None,
        format_func=titles.__getitem__, placeholder=_("None in particular"), key=f"{name}-aim",
    )  # fmt: skip
    return Agreed(why, parameters, starts, ends, often, aim)


def _render_days(name: str, page: ExercisesPage, now: AssignedView | None) -> tuple[date | None, date | None]:
    first = now.starts_on if now else page.today
    starts = st.date_input(_("From"), value=first, min_value=min(first, page.today), key=f"{name}-from")
    ends = st.date_input(_("Until"), value=now.ends_on if now else None, min_value=page.today, key=f"{name}-until")
    return starts, ends


def _render_parameters(name: str, template: Exercise | None, held: Mapping[str, int]) -> dict[str, int]:
    if template is None or not template.parameters:
        return {}
    said, chosen = words.said(template), template.chosen({}) | dict(held)
    found: dict[str, int] = {}
    with st.container(horizontal=True, gap="small"):
        for one in template.parameters:
            found[one.code] = st.number_input(
                words.parameter_label(said.parameters[one.code], one), min_value=one.low, max_value=one.high,
                value=chosen[one.code], step=one.step, key=f"{name}-{one.code}",
            )  # fmt: skip
    return found


def _render_doings(page: ExercisesPage) -> None:
    st.markdown(f"**{_('Done')}**")
    if not page.doings:
        st.caption(_("Nothing was done yet."))
    for one in page.doings[:SHOWN]:
        _render_doing(one, page)
    if len(page.doings) > SHOWN:
        with st.expander(_("Earlier"), type="compact"):
            for one in page.doings[SHOWN:]:
                _render_doing(one, page)


def _render_doing(one: DoingView, page: ExercisesPage) -> None:
    new = f" :orange-badge[{_('new')}]" if one.read_at is None and (one.words or one.answers) else ""
    line = literal(words.doing_line(one, page))
    written = [*words.answer_lines(one), *([("", one.words)] if one.words else [])]
    with st.container(gap="xxsmall"):
        st.markdown(f"{literal(words.title(one.exercise))} :small[:gray[{line}]]{new}")
        for asked, said in written:
            st.text(f"{asked}: {said}" if asked else f"“{said}”")
