"""The frame around every page: who is signed in → which pages there are → the page."""

import streamlit as st

from dashboard import context, navigation
from dashboard.components.access import mark
from dashboard.components.layout import use_density


def main() -> None:
    """One run of the application."""
    st.set_page_config(page_title="Vincle", page_icon=mark(), layout="wide")
    actor = context.signed_in()
    if actor is None:
        context.use_browser_language()
        st.navigation([navigation.sign_in_page()], position="hidden").run()
        return
    use_density()
    context.show_toast()
    st.navigation(navigation.pages_for(actor), position="top").run()


main()
