"""The director's view: how the service is doing, as one paragraph, five figures and a card for each question. Nobody
is in it by name, neither patients nor therapists."""

import uuid

import streamlit as st

from core.access.permissions import Permission
from core.figures.catalogue import PERIODS, YEAR
from core.language import _
from core.queries.model_cards import model_cards
from core.queries.service_figures import Choice, ServiceView, service_figures
from dashboard import context
from dashboard.components.calibration import render_calibration
from dashboard.components.layout import literal
from dashboard.components.service import render_cards, render_glance
from dashboard.components.service_export import render_export
from dashboard.wording import service as words

PERIOD, PROGRAMME, TEAM, REFERENCE = "service_weeks", "service_programme", "service_team", "service_reference"


def main() -> None:
    """One run of the page: the filters, one read, the figures."""
    context.require(Permission.READ_SERVICE_FIGURES)
    kept = st.session_state
    view = context.read(
        service_figures, weeks=kept.get(PERIOD) or YEAR, programme_id=_chosen(PROGRAMME),
        team_id=_chosen(TEAM) if _chosen(PROGRAMME) else None,
    )  # fmt: skip
    _head(view)
    if view.made_at is None:
        st.markdown(words.nothing_yet())
        return
    st.markdown(literal(words.headline(view)))
    render_glance(view)
    render_cards(view, reference=bool(kept.get(REFERENCE)))
    render_calibration(context.read(model_cards))
    st.caption(literal(words.protection()))


def _chosen(key: str) -> uuid.UUID | None:
    value = st.session_state.get(key)
    return value if isinstance(value, uuid.UUID) else None


def _head(view: ServiceView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="service_head"):
        said = f"{literal(words.scope(view))} · {literal(words.as_of(view))}" if view.made_at else ""
        st.markdown(f"# {_('Service')} :small[:gray[{said}]]", anchors=False, width="stretch")
        if view.simulated:
            st.badge(_("Simulated service"), icon=":material/science:", color="grey")
        if view.made_at is not None:
            render_export(view)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="service_filters"):
        _choose(_("Programme"), PROGRAMME, view.programmes, _("All programmes"), forget=True)
        if view.programme is not None and view.teams:
            _choose(_("Team"), TEAM, view.teams, _("All teams of the programme"))
        st.segmented_control(
            _("Period"), PERIODS, default=YEAR, key=PERIOD, format_func=words.period_name, required=True,
            label_visibility="collapsed",
        )  # fmt: skip
        st.toggle(_("Published figures beside ours"), key=REFERENCE)


def _choose(label: str, key: str, choices: tuple[Choice, ...], everything: str, *, forget: bool = False) -> None:
    names = {choice.id: choice.name for choice in choices}
    st.selectbox(
        label, list(names), index=None, key=key, placeholder=everything, format_func=names.__getitem__,
        label_visibility="collapsed", width=270,
        on_change=_forget_team if forget else None,
    )  # fmt: skip


def _forget_team() -> None:
    st.session_state.pop(TEAM, None)


main()
