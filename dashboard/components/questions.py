"""One question of a check-in on a phone: big targets over the whole width, the answer kept at the tap itself."""

from collections.abc import Callable
from datetime import time
from typing import Any

import streamlit as st

from core.check_ins.blocks import SAFETY_QUESTIONS
from core.check_ins.sleep import from_clock, to_clock
from core.measures import catalogue
from dashboard.components.layout import literal
from dashboard.wording import check_in as words
from models import Measure, Scale

Keep = Callable[[str, float | None], None]
_STEP = {"steps": 500, "awakenings": 1}
ONE_ROW = 7  # numbers that fit side by side on a phone


def render_question(code: str, given: float | None, *, name: str, keep: Keep) -> None:
    """Draw one question with its answer so far; ``keep(code, value)`` is called at each change (``None``: taken back).
    ``name`` keeps the widgets of one check-in apart from another's."""
    measure, key = catalogue()[code], f"{name}:{code}"
    label = literal(words.question(code))
    changed: dict[str, Any] = {"key": key, "on_change": _changed, "args": (code, key, keep)}
    if measure.scale is Scale.CLOCK:
        st.time_input(label, value=_time(given), step=300, **changed)
    elif measure.scale in (Scale.AMOUNT, Scale.COUNT):
        st.number_input(
            label, min_value=0, max_value=int(measure.high or 100), value=None if given is None else int(given),
            step=_STEP.get(code, 5), **changed,
        )  # fmt: skip
    elif measure.scale is Scale.RATING and code not in SAFETY_QUESTIONS:
        _scale(label, measure, given, changed)
    else:
        _named(label, measure, given, changed)


def clear_question(code: str, *, name: str, keep: Keep) -> None:
    """Take an answer back: the question stands unanswered again, and nothing is known about it."""
    st.session_state[f"{name}:{code}"] = None
    keep(code, None)


def _scale(label: str, measure: Measure, given: float | None, changed: dict[str, Any]) -> None:
    low, high = int(measure.low or 0), int(measure.high or 0)
    with st.container(key=f"scale{high - low + 1}_{measure.code}", gap="xxsmall"):
        st.segmented_control(
            label, range(low, high + 1), default=None if given is None else int(given), required=True, width="stretch",
            **changed,
        )  # fmt: skip
        left, right = words.ends(measure.code)
        if high - low + 1 > ONE_ROW:  # the ends do not stand under their numbers
            left, right = f"{low} = {left}", f"{high} = {right}"
        with st.container(horizontal=True, key=f"ends_{measure.code}"):
            st.caption(literal(left), width="stretch")
            st.caption(literal(right), width="content")


def _named(label: str, measure: Measure, given: float | None, changed: dict[str, Any]) -> None:
    low, high = int(measure.low or 0), int(measure.high or 1)
    options = range(low, high + 1)
    said = words.amount if measure.code in SAFETY_QUESTIONS and high > 1 else words.category(measure.code)
    st.pills(
        label, options, default=None if given is None else int(given), required=True, format_func=said, width="stretch",
        label_visibility="collapsed" if said is words.amount else "visible", **changed,
    )  # fmt: skip


def _time(given: float | None) -> time | None:
    return None if given is None else time(*to_clock(given))


def _changed(code: str, key: str, keep: Keep) -> None:
    value = st.session_state[key]
    if isinstance(value, time):
        value = from_clock(value.hour, value.minute)
    keep(code, None if value is None else float(value))
