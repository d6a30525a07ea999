"""The tokens page's parts: a new token shown once, those that hold, those that are over."""

import streamlit as st

from core.access.api_tokens import SCOPES
from core.actions.api_tokens import LONGEST_DAYS, add_token, revoke_token
from core.language import _
from core.queries.api_tokens import TokensView, TokenView
from dashboard import context
from dashboard.components.layout import literal
from dashboard.wording import tokens as words

_MADE = "token_made"


def render_new() -> None:
    """The form for another token, and the one that was just made: nowhere is it kept in the clear."""
    made: tuple[str, str] | None = st.session_state.pop(_MADE, None)
    if made is not None:
        with st.container(border=True):
            st.markdown(literal(words.shown_once(made[0])))
            st.code(made[1], language=None, wrap_lines=True)
    labels = words.scope_labels()
    with st.form("new_token", clear_on_submit=True):
        name = st.text_input(
            _("Name of the source"), max_chars=40,
            help=_("Its people and values are known by this name for good: small letters, digits, hyphens."),
        )  # fmt: skip
        scopes = st.pills(_("It may send"), SCOPES, selection_mode="multi", format_func=labels.__getitem__)
        days = st.number_input(_("Holds for so many days"), 1, LONGEST_DAYS, 90, width=200)
        pressed = st.form_submit_button(_("Make a token"), icon=":material/key:", type="primary")
    if pressed:
        token = context.read(add_token, name=name, scopes=scopes, days=days)
        st.session_state[_MADE] = (name.strip().lower(), token)
        st.rerun()


def render_tokens(view: TokensView) -> None:
    """Those that hold, each of which can be revoked at once; the others behind."""
    holding = [token for token in view.tokens if token.holds]
    st.subheader(_("In use"), anchor=False)
    if not holding:
        st.caption(_("No token is in use."))
    for token in holding:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            _render_token(token, view.time_zone)
            with st.popover(_("Revoke"), icon=":material/block:"):
                st.markdown(_("From now on nothing is taken with it, also not the rest of what is being sent."))
                if st.button(_("Revoke this token"), key=f"revoke-{token.id}", type="primary"):
                    context.read(revoke_token, token_id=token.id)
                    st.rerun()
    over = [token for token in view.tokens if not token.holds]
    if over:
        with st.expander(_("Over or revoked ({n})").format(n=len(over)), icon=":material/history:"):
            for token in over:
                _render_token(token, view.time_zone)


def _render_token(token: TokenView, time_zone: str) -> None:
    head = f"**{literal(token.name)}** · {literal(words.scopes(token))}"
    st.markdown(f"{head}  \n{literal(words.state(token, time_zone))}", width="stretch")
