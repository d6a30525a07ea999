"""Draws the head of a case: two lines that say who, where in treatment, when, with whom, and how fresh all of it is."""

from datetime import datetime

import streamlit as st

from core.language import _
from core.queries.header import HeaderView
from core.queries.steps import StepsView
from dashboard.components.cases import render_picker
from dashboard.components.consent import render_family_consent
from dashboard.components.layout import literal
from dashboard.components.steps import render_step_link
from dashboard.wording import header as words


def render_header(view: HeaderView, steps: StepsView) -> None:
    """Who it is on the left; people, consent and other cases on the right; freshness below."""
    with st.container(horizontal=True, vertical_alignment="center", key="case_head", gap="small"):
        st.markdown(
            f"# {literal(view.name)} :small[:gray[{literal(words.place(view))}]]", anchors=False, width="stretch"
        )
        render_step_link(steps)
        _render_people(view)
        render_picker(view.patient_id)


def render_freshness(view: HeaderView, now: datetime) -> None:
    """The sessions, then the age of each stream."""
    st.markdown(f":gray[:material/event: {literal(words.sessions(view, now))}] &nbsp; {_badges(view, now)}")


def _badges(view: HeaderView, now: datetime) -> str:
    badges = [f":gray-badge[{origin}]"] if (origin := _origin(view)) else []
    for fresh in view.freshness:
        if fresh.day is None and view.closed:
            continue  # a study never had what it did not ask
        text = f"{words.ICONS[fresh.stream]} {literal(words.freshness(fresh, view, now))}"
        badges.append(f":yellow-badge[{text}]" if fresh.quiet else f":gray-badge[{text}]")
    return " ".join(badges)


def _origin(view: HeaderView) -> str:
    """Where a person comes from who is nobody's patient here."""
    if view.simulated:
        return f":material/science: {words.simulated()}"
    return f":material/upload_file: {literal(words.imported(view.imported_from))}" if view.imported_from else ""


def _render_people(view: HeaderView) -> None:
    with st.popover(
        words.people_label(view), icon=":material/group:", type="tertiary", key=f"people-{view.patient_id}",
        on_change="rerun",
    ) as people:  # fmt: skip
        if not people.open:
            return
        st.markdown("**" + _("On the case") + "**")
        st.text("\n".join(words.carer_line(carer) for carer in view.carers) or words.carers(view))
        st.markdown("**" + _("Consent") + "**")
        st.text("\n".join(words.consent_line(c, view.time_zone) for c in view.consents) or words.consent(view))
        if st.button(_("Record a decision about the family"), icon=":material/how_to_reg:", key="family-consent"):
            render_family_consent(view.patient_id)
