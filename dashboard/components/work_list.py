"""Draws the one list of what waits, by response due: a name that opens the case, what it is, and its clock."""

from itertools import groupby

import streamlit as st

from core.actions.meetings import mark_done
from core.language import _
from core.queries.decisions import ActionView
from core.queries.today import Kind, TodayView, WorkItem
from dashboard import context
from dashboard.components.layout import literal
from dashboard.navigation import to_page
from dashboard.wording import today as words

SHOWN = 25
CLOCK, OVERDUE, NAME = 116, 146, 150  # px


def render_work_list(view: TodayView) -> None:
    """Everything that waits, under the day it is due; the rest of a long list unfolds."""
    with st.container(border=True, key="today_work", gap="small"):
        st.subheader(_("Waiting for an answer"), anchor=False)
        if not view.work:
            st.markdown(literal(words.nothing_waits(view)))
            return
        _render_items(view.work[:SHOWN], view)
        rest = view.work[SHOWN:]
        if rest:
            with st.expander(
                _("{n} more, due later").format(n=len(rest) + sum(due.n for due in view.unlisted.values()))
            ):
                _render_items(rest, view)
                more = words.beyond(view)
                if more:
                    st.caption(more)


def _render_items(items: tuple[WorkItem, ...], view: TodayView) -> None:
    width = OVERDUE if any(item.overdue for item in items) else CLOCK
    for heading, group in groupby(items, key=lambda item: words.group_of(item, view)):
        with st.container(gap="xxsmall"):
            st.caption(heading)
            for item in group:
                _render_item(item, view, width)


def _render_item(item: WorkItem, view: TodayView, width: int) -> None:
    """One line as in a diary: until when, whom, what."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        clock = literal(words.clock(item, view))
        mark = f":red[:material/alarm: **{clock}**]" if item.overdue else f":gray[:material/schedule: {clock}]"
        st.markdown(mark, width=width)
        page = to_page("questionnaires" if item.kind is Kind.QUESTIONNAIRE else "case_review")
        st.page_link(page, label=literal(item.patient), icon=words.icon(item), query_params=_case(item), width=NAME)
        owner = words.owner(item, view)
        said = literal(words.what(item, view)) + (f" :gray[· {literal(owner)}]" if owner else "")
        st.markdown(said, width="stretch")
        if item.agreed is not None:
            _render_done(item.agreed)


def _render_done(agreed: ActionView) -> None:
    """What a meeting agreed on is ticked off where it is read."""
    name = f"agreed-{agreed.id}"
    if st.button(_("Done"), key=name, icon=":material/check:", type="tertiary") and context.act(
        mark_done, key=context.form_key(name), said=_("Done. The team sees it."), action_id=agreed.id,
        version=agreed.version,
    ):  # fmt: skip
        st.rerun()


def _case(item: WorkItem) -> dict[str, str]:
    return {"patient": str(item.patient_id)}
