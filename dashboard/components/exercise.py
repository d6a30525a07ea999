"""Draws one exercise for the patient: what it is for, its steps one after the other, its timer or its form, and whether
it helped. Done is kept at the press, whatever is said or not said about it afterwards."""

import uuid
from typing import Any

import streamlit as st

from core.actions.exercise_doings import HELPED, LONGEST, finish_exercise, say_helped, start_exercise
from core.check_ins.hard import hard_words
from core.exercises.definition import TEXT_MOST, Blank, Exercise
from core.language import _
from core.queries.exercises import AssignedView, DoingView, ExercisesPage
from dashboard import context
from dashboard.components.layout import card, literal
from dashboard.components.my_exercises import ASSIGNED, DONE, EXERCISE
from dashboard.components.timer import Turn, render_timer
from dashboard.navigation import to_page
from dashboard.wording import exercises as words
from dashboard.wording import my_exercises as own

_NUMBER, _PLACE = "exercise_number", "exercise_place"


def render_exercise(page: ExercisesPage, one: Exercise, assigned: AssignedView | None) -> None:
    """The exercise ``one``, as it was ``assigned`` or as it stands in the library."""
    said, chosen = words.said(one), dict(assigned.parameters) if assigned else one.chosen({})
    st.button(_("All exercises"), type="tertiary", icon=":material/arrow_back:", key="back", on_click=_leave)
    st.markdown(f"# {literal(said.title)}", anchors=False)
    st.markdown(literal(words.filled(said.about, chosen)))
    if assigned and assigned.why:
        with st.expander(literal(own.why(assigned)), type="compact"):
            st.text(assigned.why)
    steps = [words.filled(step, chosen) for step in said.steps]
    doing = {"exercise": one.code, "assignment_id": assigned.id if assigned else None}
    if one.kind == "steps":
        _render_steps(steps, doing)
    elif one.kind == "timer":
        _render_timed(one, steps, chosen, doing)
    elif one.kind == "form":
        _render_form(page, one, steps, chosen, doing)
    else:
        _render_paragraphs(steps)
        _render_done(doing, _("I have read it"))


def render_afterwards(page: ExercisesPage, done: DoingView, one: Exercise) -> None:
    """Whether it helped, and words about it; nothing has to be said."""
    st.markdown(f"# {literal(own.thanks(one))}", anchors=False)
    st.markdown(f"**{literal(own.did_it_help(one))}**")
    key = f"helped:{done.id}"
    st.radio(
        own.did_it_help(one), HELPED, index=done.helped, format_func=words.helped, label_visibility="collapsed",
        key=key, on_change=_keep_helped, args=(done.id, key),
    )  # fmt: skip
    text = st.text_area(
        _("What you noticed (optional)"), key=f"about:{done.id}", value=done.words, max_chars=LONGEST, height=110,
    )  # fmt: skip
    st.caption(literal(own.who_reads(page)))
    if st.button(_("Back to my exercises"), type="primary", width="stretch", icon=":material/check:", key="finish"):
        _keep_words(done, text or "")


def _render_steps(steps: list[str], doing: dict[str, Any]) -> None:
    """One step after the other; what is on screen is the step one is at."""
    number = _number(doing)
    place = min(int(st.session_state.get(_PLACE, 0)), len(steps) - 1)
    st.progress((place + 1) / len(steps))
    with card("step"):
        st.caption(literal(own.place(place + 1, len(steps))))
        st.markdown(f"### {literal(steps[place])}", anchors=False)
    if place < len(steps) - 1:
        st.button(
            _("Next"), type="primary", width="stretch", icon=":material/arrow_forward:", key=f"next-{place}",
            on_click=_go, args=(place + 1, number, doing),
        )  # fmt: skip
    else:
        _render_done(doing, _("Done"))
    if place:
        st.button(_("Back"), type="tertiary", key=f"before-{place}", on_click=_go, args=(place - 1, number, doing))


def _go(place: int, number: uuid.UUID, doing: dict[str, Any]) -> None:
    st.session_state[_PLACE] = place
    _start(number, doing)


def _start(number: uuid.UUID, doing: dict[str, Any]) -> None:
    context.note(start_exercise, key=f"start:{number}", doing_id=number, **doing)


def _render_timed(one: Exercise, steps: list[str], chosen: dict[str, int], doing: dict[str, Any]) -> None:
    number, timer, said = _number(doing), one.timer, words.said(one)
    if timer is None:
        return
    st.markdown("\n".join(f"- {literal(step)}" for step in steps))
    turns = [Turn(said.phases[phase.code], _seconds(phase.seconds, chosen)) for phase in timer.phases]
    over = render_timer(
        name=str(number), minutes=_seconds(timer.minutes, chosen), turns=turns,
        on_start=lambda: _start(number, doing),
    )  # fmt: skip
    _render_done(doing, _("Done"), primary=over or bool(st.session_state.get(f"over:{number}")))
    if over:
        st.session_state[f"over:{number}"] = True


def _seconds(said: int | str, chosen: dict[str, int]) -> int:
    return said if isinstance(said, int) else chosen[said]


def _render_form(
    page: ExercisesPage, one: Exercise, steps: list[str], chosen: dict[str, int], doing: dict[str, Any]
) -> None:
    number, said = _number(doing), words.said(one)
    _render_paragraphs(steps)
    answers: dict[str, Any] = {}
    for blank in one.form:
        answers[blank.code] = _field(blank, words.filled(said.fields[blank.code], chosen), said.options, number)
    st.caption(literal(own.who_reads(page)))
    _render_done(doing, _("Done"), answers=answers)


def _field(blank: Blank, label: str, options: dict[str, str], number: uuid.UUID) -> Any:
    key = f"{number}:{blank.code}"
    if blank.kind == "words":
        return st.text_area(literal(label), key=key, max_chars=TEXT_MOST, height=84)
    if blank.kind == "choice":
        return st.pills(literal(label), blank.options, format_func=options.__getitem__, width="stretch", key=key)
    count = blank.high - blank.low + 1
    with st.container(key=f"scale{count}_{blank.code}", gap="xxsmall"):
        return st.segmented_control(literal(label), range(blank.low, blank.high + 1), width="stretch", key=key)


def _render_paragraphs(steps: list[str]) -> None:
    for step in steps:
        st.markdown(literal(step))


def _render_done(
    doing: dict[str, Any], label: str, *, answers: dict[str, Any] | None = None, primary: bool = True
) -> None:
    number = _number(doing)
    if not st.button(
        label, type="primary" if primary else "secondary", width="stretch", icon=":material/check:", key="done"
    ):  # fmt: skip
        return
    kept = context.act(
        finish_exercise, key=f"finish:{number}", said="", doing_id=number, answers=answers or {}, **doing
    )  # fmt: skip
    hard = any(hard_words(text) for text in (answers or {}).values() if isinstance(text, str))
    if kept:
        _forget()
        st.query_params[DONE] = str(number)
    if hard:
        st.switch_page(to_page("help_now"), query_params={"from": "words"})
    if kept:
        st.rerun()


def _number(doing: dict[str, Any]) -> uuid.UUID:
    """The number of this doing: made once for this exercise on this page."""
    about, number = st.session_state.get(_NUMBER, (None, None))
    if about != (doing["exercise"], doing["assignment_id"]):
        number = uuid.uuid4()
        st.session_state[_NUMBER] = ((doing["exercise"], doing["assignment_id"]), number)
        st.session_state.pop(_PLACE, None)
    return uuid.UUID(str(number))


def _keep_helped(doing_id: uuid.UUID, key: str) -> None:
    helped = st.session_state[key]
    if helped is not None:
        form = context.form_key(key)
        context.act(say_helped, key=form, said="", doing_id=doing_id, helped=helped)


def _keep_words(done: DoingView, text: str) -> None:
    said = text.strip()
    kept = not said or said == done.words or context.act(
        say_helped, key=context.form_key(f"about:{done.id}"), doing_id=done.id, helped=None, words=said
    )  # fmt: skip
    if said and hard_words(said):
        st.switch_page(to_page("help_now"), query_params={"from": "words"})
    if kept:
        _leave()
        st.rerun()


def _leave() -> None:
    _forget()
    for name in (EXERCISE, ASSIGNED, DONE):
        st.query_params.pop(name, None)


def _forget() -> None:
    for name in (_NUMBER, _PLACE):
        st.session_state.pop(name, None)
