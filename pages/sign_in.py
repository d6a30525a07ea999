"""Where everyone comes in: the name, one line of what it is, and the form."""

import streamlit as st

from core.language import _
from dashboard import context, signin

_left, middle, _right = st.columns([1, 1.1, 1])
with middle:
    st.space("large")
    st.title("Vincle", anchor=False)
    st.markdown(
        _("The bond between patient and therapist, in view: what is lived, said and measured between sessions.")
    )
    signin.render_form(context.calls())
    st.caption(_("Forgotten your password? Your administrator can set a new one."))
