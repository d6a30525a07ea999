"""Draws the caseload, one line for each person: a name that opens the case, how fresh each stream is, the last contact,
and the alliance of both sides."""

import streamlit as st

from core.language import _
from core.queries.caseload import CaseRow, Scope
from core.queries.header import Freshness
from core.queries.today import TodayView
from dashboard import context
from dashboard.charts.palette import Palette, palette
from dashboard.charts.sparkline import WIDTH, alliance_sparkline
from dashboard.components.layout import literal
from dashboard.navigation import to_page
from dashboard.wording import today as words
from dashboard.wording.header import ICONS

NAME, FRESH = 152, 160  # px; with the little line they leave 190 px for the contact at 1280


def render_caseload(view: TodayView) -> None:
    """The people that match, those with the first clock on top."""
    if not view.rows:
        st.markdown(literal(words.no_people(view)))
        return
    theme = palette(dark=context.is_dark())
    own = view.scope is Scope.MINE
    side = _("you") if own else _("therapist")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="today_head"):
        st.caption(literal(words.count_line(view)), width=NAME)
        st.caption(_("Streams"), width=FRESH, help=words.freshness_hint())
        st.caption(_("Contact"), width="stretch")
        st.caption(":green[●] " + _("patient") + f" :orange[◆] {side}", width=WIDTH)
    with st.container(gap="xxsmall"):
        for row in view.rows:
            _render_row(row, view, theme, own=own)


def _render_row(row: CaseRow, view: TodayView, theme: Palette, *, own: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            to_page("case_review"), label=literal(row.name), query_params={"patient": str(row.patient_id)}, width=NAME,
            icon=":material/notifications:" if row.things else ":material/person:",
            help=words.things(row) if row.things else None,
        )  # fmt: skip
        st.markdown(f":small[{' &nbsp; '.join(_mark(fresh) for fresh in row.freshness)}]", width=FRESH)
        who = "" if own or not row.therapist else f"{row.therapist} · "
        st.markdown(f":small[:gray[{literal(who + words.contact(row, view))}]]", width="stretch")
        svg = alliance_sparkline(row.patient_line, row.therapist_line, theme)
        st.image(svg, width=WIDTH, alt=words.spark_text(row, own=own))


def _mark(fresh: Freshness) -> str:
    text = f"{ICONS[fresh.stream]} {words.age(fresh)}".strip()
    return f":yellow[{text}]" if fresh.quiet else f":gray[{text}]"
