"""Which case is asked for, the way back to it, and the choice of one: the page before one is opened, the picker in the
head of one."""

import uuid
from collections.abc import Sequence

import streamlit as st

from core.language import _
from core.queries.cases import CaseChoice, cases
from dashboard import context
from dashboard.components.layout import literal
from dashboard.navigation import to_page
from dashboard.wording import header as words

ACROSS, SHOWN = 3, 60  # names in a row, and at most: a whole caseload


def asked_for() -> uuid.UUID | None:
    """The patient named in the address; what is no identifier is treated as one that nobody has."""
    named = st.query_params.get("patient")
    if not named:
        return None
    try:
        return uuid.UUID(named)
    except ValueError:
        return uuid.UUID(int=0)


def render_back(patient_id: uuid.UUID) -> None:
    """The way back to the case, clear of the bar above (a title brings its own space, a link does not)."""
    st.space("small")
    st.page_link(
        to_page("case_review"), label=_("Back to the case"), icon=":material/arrow_back:",
        query_params={"patient": str(patient_id)},
    )  # fmt: skip


def render_choice(choices: Sequence[CaseChoice]) -> None:
    """The page before a case is opened."""
    _left, middle, _right = st.columns([1, 2, 1])
    with middle:
        st.title(_("Case review"), anchor=False)
        if not choices:
            st.markdown(words.no_cases())
            return
        st.markdown(words.choose())
        _select(choices, "choose_case")
        own, team = ([one for one in choices if one.own is mine] for mine in (True, False))
        _render_names(own[:SHOWN])
        if own and team:
            st.caption(_("Your team"))
        _render_names(team[:SHOWN])


def _render_names(choices: Sequence[CaseChoice]) -> None:
    """People by name, each one click away."""
    for start in range(0, len(choices), ACROSS):
        for place, choice in zip(st.columns(ACROSS), choices[start : start + ACROSS], strict=False):
            place.page_link(
                to_page("case_review"), label=literal(choice.name), icon=":material/person:",
                query_params={"patient": str(choice.patient_id)},
            )  # fmt: skip


def render_picker(patient_id: uuid.UUID) -> None:
    """Another case, from the head of this one; the list is read when it is opened, and closed on the next case."""
    with st.popover(
        _("Other case"),
        icon=":material/switch_account:",
        type="tertiary",
        key=f"case_picker-{patient_id}",
        on_change="rerun",
    ) as popover:
        if popover.open:
            _select(context.read(cases), f"other_case-{patient_id}")


def _select(choices: Sequence[CaseChoice], key: str) -> None:
    names = {choice.patient_id: words.case_line(choice) for choice in choices}
    chosen = st.selectbox(
        _("Patient"), list(names), index=None, format_func=names.__getitem__, key=key, placeholder=_("Type a name"),
        label_visibility="collapsed",
    )  # fmt: skip
    if chosen is not None:
        open_case(chosen)


def open_case(patient_id: uuid.UUID) -> None:
    """Go to the case of this patient."""
    st.switch_page(to_page("case_review"), query_params={"patient": str(patient_id)})
