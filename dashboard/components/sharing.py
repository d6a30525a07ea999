"""The switch by which a patient lets one relative see one stream, or no longer: the same wherever it stands."""

import uuid

import streamlit as st

from core.actions.consents import decide_consent
from core.queries.consents import RelativeView
from dashboard import context
from dashboard.wording import privacy as words


def render_switch(one: RelativeView, code: str, *, patient_id: uuid.UUID, label: str) -> None:
    """Acts at once when it is moved."""
    holds = code in one.scope
    key = f"consent:{one.id}:{code}:{holds}"
    wanted = st.toggle(label, value=holds, key=key)
    if wanted == holds:
        return
    said = words.switched(one, code, given=wanted)
    if context.act(
        decide_consent, key=context.form_key(key), said=said, patient_id=patient_id, relative_id=one.id, stream=code,
        given=wanted,
    ):  # fmt: skip
        st.rerun()
