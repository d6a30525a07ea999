"""The frame of every page (who is signed in, which pages there are) without a page in it."""

import streamlit as st

from dashboard import context, navigation
from dashboard.components.banner import render_banner
from dashboard.components.layout import TAB_ICON, use_density

st.set_page_config(page_title="Vincle", page_icon=TAB_ICON, layout="wide")
actor = context.signed_in()
if actor is None:
    raise RuntimeError("the bench is not signed in")
use_density()
context.show_toast()
st.navigation(navigation.pages_for(actor), position="top")
render_banner(context.interrupting())
