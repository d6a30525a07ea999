"""The frame around every page: who is signed in → which pages there are → the page."""

import streamlit as st

from dashboard import context, navigation, signin
from dashboard.components.access import mark
from dashboard.components.layout import use_density


def main() -> None:
    """One run of the application."""
    st.set_page_config(page_title="Vincle", page_icon=mark(), layout="wide")
    actor = context.signed_in()
    if actor is None:
        context.use_browser_language()
        asked = st.navigation(navigation.pages_for_nobody(), position="hidden")
        signin.come_back_to(navigation.address(asked.url_path, st.query_params.to_dict()))
        asked.run()
        return
    use_density()
    context.show_toast()
    st.navigation(navigation.pages_for(actor), position="top").run()


main()
