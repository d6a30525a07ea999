"""The frame around every page: who is signed in → which pages there are → the page."""

import streamlit as st

from core.errors import VincleError
from dashboard import context, navigation, signin
from dashboard.components.banner import render_banner
from dashboard.components.layout import TAB_ICON, use_density
from dashboard.components.own_space import render_own_space
from models import Role


def main() -> None:
    """One run of the application; what cannot be shown is said, and the run ends as any other."""
    try:
        _run()
    except context.PageEnded:
        return
    except VincleError as error:
        context.say_and_offer(error)


def _run() -> None:
    st.set_page_config(page_title="Vincle", page_icon=TAB_ICON, layout="wide")
    actor = context.signed_in()
    if actor is None:
        context.use_browser_language()
        asked = st.navigation(navigation.pages_for_nobody(), position="hidden")
        signin.come_back_to(navigation.address(asked.url_path, st.query_params.to_dict()))
        asked.run()
        return
    use_density()
    context.show_toast()
    page = st.navigation(navigation.pages_for(actor), position="top")
    if actor.role in (Role.PATIENT, Role.RELATIVE):
        always = page.url_path in navigation.ALWAYS_OPEN
        render_own_space(actor, navigation.tabs_for(actor), page.run, open_to_all=always)
    else:
        render_banner(context.interrupting())
        page.run()


main()
