"""The patient's copy of everything: a link that is good once, made when it is asked for and shown until it is over."""

from datetime import datetime

import streamlit as st

from core.actions.exports import HOLDS, Form, make_export_link
from core.language import _
from core.queries.privacy import PrivacyView
from dashboard import context
from dashboard.components.layout import literal
from dashboard.wording import privacy as words

FORMS: tuple[Form, ...] = ("csv", "fhir")
_LINK = "own_copy"


def render_copy(view: PrivacyView) -> None:
    """One button for each form; pressed, it becomes the link to the file."""
    st.markdown(literal(words.export_words()))
    for form in FORMS:
        held: tuple[str, datetime] | None = st.session_state.get(f"{_LINK}:{form}")
        if held is not None and held[1] > view.now:
            st.link_button(
                _("Download: {form}").format(form=words.export_form(form)), f"/export?link={held[0]}", type="primary",
                icon=":material/download:", width="stretch", key=f"download-{form}",
            )  # fmt: skip
            st.caption(literal(words.link_until(held[1], view.time_zone)))
        st.button(
            words.export_form(form) if held is None else _("A new link"), key=f"copy-{form}", width="stretch",
            icon=":material/folder_zip:" if form == "csv" else ":material/local_hospital:",
            type="secondary" if held is None else "tertiary", on_click=_make, args=(view, form),
        )  # fmt: skip


def _make(view: PrivacyView, form: Form) -> None:
    key = context.form_key(f"{_LINK}-{form}-{view.now.isoformat()}")
    token = context.read(make_export_link, key=key, patient_id=view.patient_id, form=form)
    if token is not None:
        st.session_state[f"{_LINK}:{form}"] = (token, view.now + HOLDS)
