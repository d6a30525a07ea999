"""The frame of the patient's and the family's pages: one column for one thumb, whom to call and the language below it,
and on a phone the main places at the lower edge."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.access.actor import Actor
from core.actions.language import choose_language
from core.language import LANGUAGES, _
from core.queries.access import WelcomeView, welcome_of
from dashboard import context
from dashboard.components.layout import literal
from dashboard.navigation import Entry, to_page
from dashboard.wording import own_space as words
from models import Role


def render_own_space(actor: Actor, tabs: Sequence[Entry], run: Callable[[], None], *, open_to_all: bool) -> None:
    """Run a page inside the frame. While the service has named nobody to call, a patient finds this one sentence only
    (``open_to_all``: a page that answers all the same, to sign out)."""
    body = st.container(key="own_body")
    if not open_to_all:
        with body:
            view = context.read(welcome_of)
        with st.container(key="own_foot", gap="xsmall"):
            if actor.role is Role.PATIENT:
                st.page_link(to_page("help_now"), label=_("I need help now"), icon=":material/support:")
            _render_whom_to_call(view)
            _render_language(actor)
        with st.container(key="own_tabs", horizontal=True, gap=None):
            for entry in tabs:
                st.page_link(to_page(entry.path), label=entry.title, icon=entry.icon)
    with body:
        run()


def _render_whom_to_call(view: WelcomeView) -> None:
    if view.crisis_contacts:
        calls = " · ".join(literal(words.call(contact)) for contact in view.crisis_contacts)
        st.markdown(f":small[:gray[{literal(words.not_watched())} {calls}]]")


def _render_language(actor: Actor) -> None:
    chosen = st.segmented_control(
        _("Language"), LANGUAGES, default=actor.locale if actor.locale in LANGUAGES else "en", required=True,
        format_func=words.language_name, key=f"own_language_{actor.locale}", label_visibility="collapsed",
    )  # fmt: skip
    if chosen and chosen != actor.locale:
        name = words.language_name(chosen)
        if context.act(choose_language, key=context.form_key("language"), locale=chosen, said=name):
            st.rerun()
