"""Where everyone comes in: the name, one line of what it is, and the form."""

import streamlit as st

from core.language import LANGUAGES, _
from dashboard import context, signin
from dashboard.components.access import render_brand
from dashboard.wording.own_space import language_name

with st.container(horizontal_alignment="center"), st.container(width=400):
    st.space("medium")
    render_brand()
    signin.render_form(context.calls())
    st.caption(_("Forgotten your password? Your administrator can set a new one."))
    st.segmented_control(
        _("Language"), LANGUAGES, default=context.use_browser_language(), required=True, key=context.LANGUAGE,
        format_func=language_name, label_visibility="collapsed",
    )  # fmt: skip
