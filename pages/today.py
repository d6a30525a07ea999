"""Today: what waits for an answer, in the order of response due, and the caseload beside it. Opened every morning."""

import streamlit as st

from core.access.permissions import Permission
from core.language import _
from core.queries.caseload import Scope
from core.queries.today import Only, TodayView, today
from dashboard import context
from dashboard.components.caseload import render_caseload
from dashboard.components.layout import literal
from dashboard.components.weekly_list import render_weekly_list
from dashboard.components.work_list import render_work_list
from dashboard.wording import today as words
from models import Role

SCOPE, SEARCH, PROGRAMME, ONLY = "today_scope", "today_search", "today_programme", "today_only"


def main() -> None:
    """One run of the page: the filters chosen so far, one read, the list and the caseload."""
    actor = context.require(Permission.READ_WORK_LIST)
    usual = Scope.TEAM if actor.role is Role.TEAM_LEAD else Scope.MINE
    kept = st.session_state
    view = context.read(
        today, scope=kept.get(SCOPE) or usual, search=kept.get(SEARCH) or "", programme=kept.get(PROGRAMME),
        only=kept.get(ONLY),
    )  # fmt: skip
    _head(view, actor.name, usual)
    left, right = st.columns([5, 7], gap="small")
    with left:
        render_work_list(view)
        waiting = ((item.patient_id, item.patient, item.rule, words.owner(item, view)) for item in view.weekly)
        render_weekly_list(waiting, view.budget)
    with right, st.container(border=True, key="today_cases", gap="small"):
        _filters(view)
        render_caseload(view)


def _head(view: TodayView, name: str, usual: Scope) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="today_top", gap="small"):
        st.markdown(
            f"# {literal(words.greeting(name, view))} :small[:gray[{literal(words.date_line(view))}]]", anchors=False,
            width="stretch",
        )  # fmt: skip
        if view.simulated:
            st.badge(_("Simulated service"), icon=":material/science:", color="grey")
        st.segmented_control(
            _("Whose work"), list(Scope), default=usual, key=SCOPE, format_func=words.scope_label, required=True,
            label_visibility="collapsed",
        )  # fmt: skip
    st.markdown(literal(words.needs_sentence(view)))


def _filters(view: TodayView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="today_filters"):
        st.subheader(_("Caseload"), anchor=False, width="content")
        st.text_input(
            _("Search by name"), key=SEARCH, placeholder=_("Search by name"), icon=":material/search:",
            label_visibility="collapsed", width=180, max_chars=120,
        )  # fmt: skip
        if len(view.programmes) > 1 or st.session_state.get(PROGRAMME):
            st.selectbox(
                _("Programme"), view.programmes, index=None, key=PROGRAMME, placeholder=_("All programmes"),
                label_visibility="collapsed", width=200,
            )  # fmt: skip
        st.pills(
            _("Only"), list(Only), key=ONLY, format_func=words.only_label, label_visibility="collapsed",
        )  # fmt: skip


main()
