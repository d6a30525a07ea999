"""The dialog in which a clinician records what a patient decided about their family, with the day it was said."""

import uuid
from datetime import date

import streamlit as st

from core.actions.consents import decide_consent
from core.language import _
from core.queries.consents import STREAMS, FamilyConsentView, RelativeView, family_consent
from dashboard import context
from dashboard.components.layout import literal
from dashboard.wording import consent as words
from dashboard.wording import privacy


def render_family_consent(patient_id: uuid.UUID) -> None:
    """Open the dialog for one patient."""
    st.dialog(_("Consent of the family"), width="medium")(_render)(patient_id)


def _render(patient_id: uuid.UUID) -> None:
    view = context.read(family_consent, patient_id=patient_id)
    if not view.relatives:
        st.markdown(literal(words.nobody(view)))
        return
    st.markdown(literal(words.lead(view)))
    wanted = {one.id: _render_relative(one, view) for one in view.relatives}
    day = st.date_input(_("Said on"), value=view.today, max_value=view.today, key="consent-day", format="DD/MM/YYYY")
    changes = [
        (one, code, given)
        for one in view.relatives
        for code, given in wanted[one.id].items()
        if given != (code in one.scope)
    ]
    pressed = st.button(_("Record"), type="primary", disabled=not changes, key="record-consent", width="stretch")
    if pressed and isinstance(day, date) and _record(view, changes, day):
        st.rerun()


def _render_relative(one: RelativeView, view: FamilyConsentView) -> dict[str, bool]:
    st.markdown(f"**{literal(words.relative(one))}**")
    chosen = {
        code: st.toggle(words.stream(code), value=code in one.scope, key=f"consent:{one.id}:{code}") for code in STREAMS
    }
    st.caption(literal(privacy.decided(one, view.time_zone)))
    return chosen


def _record(view: FamilyConsentView, changes: list[tuple[RelativeView, str, bool]], day: date) -> bool:
    said = words.recorded(len(changes))
    return all(
        context.act(
            decide_consent, key=context.form_key(f"consent:{one.id}:{code}:{given}"), said=said,
            patient_id=view.patient_id, relative_id=one.id, stream=code, given=given, said_on=day,
        )
        for one, code, given in changes
    )  # fmt: skip
