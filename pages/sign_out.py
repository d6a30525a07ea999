"""Signs the person out at once; the browser then returns to the sign-in page."""

import streamlit as st

from core.language import _
from dashboard import context

context.sign_out()
st.caption(_("You are signed out."))
