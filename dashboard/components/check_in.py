"""Draws a check-in: what to write down, a few questions to a screen, and what comes back for it. Each tap is saved
before anything else is drawn; an answer about safety above zero leads to the screen for a hard moment."""

import uuid
from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.actions.check_ins import LONGEST, answer, finish, open_prompt
from core.check_ins.blocks import SAFETY_QUESTIONS, WORDS, Kind
from core.check_ins.hard import hard_words
from core.language import _
from core.queries.check_ins import CheckInView, ChoiceView, ThanksView
from dashboard import context
from dashboard.charts.own_days import own_days_figure
from dashboard.charts.palette import palette
from dashboard.components.layout import card, literal
from dashboard.components.questions import Keep, clear_question, render_question
from dashboard.navigation import to_page
from dashboard.wording import check_in as words

HARD, DONE = "check_in_hard", "done"
_PLACE, _NUMBER = "check_in_place", "check_in_number"


def render_choice(view: ChoiceView) -> None:
    """Everything that may be written down, what was asked for first."""
    asked = {prompt.kind: prompt for prompt in view.prompts}
    st.markdown(f"# {_('What would you like to write down?')}", anchors=False)
    for kind in sorted(view.kinds, key=lambda one: one not in asked):
        label = words.kind(kind)
        if kind in asked:
            label += f" · {words.waiting(asked[kind], view.time_zone)}"
        if st.button(literal(label), key=f"about-{kind}", icon=words.ICONS[kind], width="stretch"):
            forget()
            st.switch_page(to_page("check_in"), query_params={"about": kind.value})


def render_check_in(view: CheckInView) -> None:
    """The screen one is at, with its questions, and the ways back and on."""
    number = _number(view)
    place = _place(view)
    screen = view.screens[place]
    st.progress((place + 1) / len(view.screens))
    st.caption(f"{literal(words.kind(view.kind))} · {literal(words.progress(place, view.screens))}")
    if (said := words.late(view)) is not None:
        st.caption(literal(said))
    st.markdown(f"## {literal(words.screen(screen))}", anchors=False)
    if screen.code == WORDS:
        _render_words(view, number)
        return
    keep = partial(_keep, view, number)
    for code in screen.questions:
        render_question(code, view.answers.get(code), name=str(number), keep=keep)
    answered = [code for code in screen.questions if code in view.answers]
    st.button(
        _("Next") if answered else _("Skip"), type="primary" if answered else "secondary", width="stretch",
        icon=":material/arrow_forward:", key=f"next-{place}", on_click=_go, args=(place + 1,),
    )  # fmt: skip
    with st.container(horizontal=True):
        _render_back(place)
        if answered:
            st.button(
                _("Take my answers back"), type="tertiary", key=f"clear-{place}", on_click=_clear,
                args=(answered, str(number), keep),
            )  # fmt: skip
    if view.prompt is not None:
        sent = view.prompt.sent_at
        context.note(open_prompt, key=f"open:{sent.isoformat()}:{view.kind}", kind=view.kind.value, sent_at=sent)


def render_thanks(view: ThanksView) -> None:
    """Thank you, with what the person's own entries showed lately."""
    st.markdown(f"# {literal(words.thanks(view))}", anchors=False)
    if view.series is not None:
        with card("showed"):
            st.markdown(f"### {literal(words.chart_title(view.kind))}", anchors=False)
            sentence = words.showed(view) or ""
            figure = own_days_figure(view.series, view.first, view.last, palette(dark=context.is_dark()))
            st.plotly_chart(figure, theme=None, key="own-days", config={"displayModeBar": False}, alt=sentence)
            st.markdown(literal(sentence))
            st.page_link(to_page("my_course"), label=_("My course"), icon=":material/timeline:")
    if view.kind is not Kind.SAFETY:
        st.markdown(literal(words.days(view)))
    st.markdown(f":gray[{literal(words.who_reads(view))}]")
    if st.button(_("Back to my day"), type="primary", width="stretch", key="back-to-day"):
        st.switch_page(to_page("my_day"))
    if st.button(_("Write down something else"), width="stretch", key="another"):
        st.switch_page(to_page("check_in"))


def forget() -> None:
    """Leave the check-in that was on screen; what was answered is kept."""
    for name in (HARD, _PLACE, _NUMBER):
        st.session_state.pop(name, None)


def in_a_hard_moment() -> bool:
    """Whether the last answer asks for the screen for a hard moment, once; coming back goes on after that answer."""
    hard = bool(st.session_state.pop(HARD, False))
    if hard:
        st.session_state.pop(_PLACE, None)
    return hard


def _number(view: CheckInView) -> uuid.UUID:
    """The number of this check-in: the one that is going on, else one made once for this page."""
    kind, number = st.session_state.get(_NUMBER, (None, None))
    if kind != view.kind or (view.check_in_id is not None and number != view.check_in_id):
        number = view.check_in_id or uuid.uuid4()
        st.session_state[_NUMBER] = (view.kind, number)
        st.session_state.pop(_PLACE, None)
    return uuid.UUID(str(number))


def _place(view: CheckInView) -> int:
    """The screen one is at: where one was, else the first on which nothing is answered yet."""
    if _PLACE not in st.session_state:
        opened = (not any(code in view.answers for code in screen.questions) for screen in view.screens)
        st.session_state[_PLACE] = next(number for number, empty in enumerate(opened) if empty)
    return min(int(st.session_state[_PLACE]), len(view.screens) - 1)


def _keep(view: CheckInView, number: uuid.UUID, code: str, value: float | None) -> None:
    sent = view.prompt.sent_at if view.prompt else None
    if code in SAFETY_QUESTIONS and value:
        st.session_state[HARD] = True  # also where it could not be saved: whom to call is shown all the same
    context.act(
        answer, key=context.form_key(f"{number}:{code}"), said="", check_in_id=number, kind=view.kind.value, code=code,
        value=value, prompt_sent_at=sent,
    )  # fmt: skip


def _render_words(view: CheckInView, number: uuid.UUID) -> None:
    name = f"finish:{number}"
    text = st.text_area(
        words.words_help(view.kind), key=f"words:{number}", max_chars=LONGEST, height=140,
    )  # fmt: skip
    if st.button(_("Done"), type="primary", width="stretch", icon=":material/check:", key="finish"):
        sent, hard = view.prompt.sent_at if view.prompt else None, hard_words(text)
        done = context.act(
            finish, key=context.form_key(name), said="", check_in_id=number, kind=view.kind.value, words=text,
            prompt_sent_at=sent,
        )  # fmt: skip
        if hard:
            st.switch_page(to_page("help_now"), query_params={"from": "words"})
        if done:
            forget()
            st.query_params[DONE] = "1"
            st.rerun()
    _render_back(len(view.screens) - 1)


def _render_back(place: int) -> None:
    if place:
        st.button(_("Back"), type="tertiary", key=f"back-{place}", on_click=_go, args=(place - 1,))


def _clear(codes: Sequence[str], name: str, keep: Keep) -> None:
    for code in codes:
        clear_question(code, name=name, keep=keep)


def _go(place: int) -> None:
    st.session_state[_PLACE] = place
