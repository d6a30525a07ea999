"""Where everyone comes in: the name, one line of what it is, and the form."""

import streamlit as st

from core.language import _
from dashboard import context, signin
from dashboard.components.access import render_brand

with st.container(horizontal_alignment="center"), st.container(width=400):
    st.space("medium")
    render_brand()
    signin.render_form(context.calls())
    st.caption(_("Forgotten your password? Your administrator can set a new one."))
