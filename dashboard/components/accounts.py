"""Draws the accounts: the list, what is done to one of them, and the form for another. A password is made at random and
shown once; nobody types one for somebody else."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import streamlit as st

from core.access.passwords import generate_password
from core.actions.accounts import add_account, change_role, disable_account, enable_account, set_password
from core.language import _
from core.queries.accounts import AccountView
from dashboard import context
from dashboard.components.layout import literal
from dashboard.wording import accounts as words
from models import Role

STAFF = tuple(role for role in Role if role not in words.OWN_SPACE)
CLINICIANS = (Role.THERAPIST, Role.TEAM_LEAD)
LISTED = 16  # rows that stand whole; a longer list scrolls within the card
_MADE = "account_password"


def render_accounts(accounts: Sequence[AccountView]) -> None:
    """Everyone of the roles that are asked for."""
    st.markdown(f"### {_('Who can sign in')}", anchors=False)
    asked = st.pills(
        _("Only"), list(Role), selection_mode="multi", default=list(STAFF), format_func=words.role,
        key="accounts_roles", label_visibility="collapsed",
    )  # fmt: skip
    shown = [one for one in accounts if one.role in asked]
    columns = {
        _("name"): [literal(words.name(one)) for one in shown],
        _("user name"): [literal(one.username) for one in shown],
        _("role"): [literal(words.place(one)) for one in shown],
        "": ["" if one.enabled and one.signs_in else words.state(one) for one in shown],
    }  # fmt: skip
    st.table(columns, border="horizontal", hide_index=True, height="content" if len(shown) < LISTED else 640)


def render_one(accounts: Sequence[AccountView]) -> None:
    """What can be done to one account."""
    st.markdown(f"### {_('Change an account')}", anchors=False)
    made: tuple[str, str] | None = st.session_state.pop(_MADE, None)
    if made is not None:
        st.markdown(literal(words.shown_once(made[0])))
        st.code(made[1], language=None, wrap_lines=True)
    known = {one.username: one for one in accounts}
    chosen = st.selectbox(
        _("Account"), list(known), index=None, format_func=lambda one: words.line(known[one]), key="account",
        placeholder=_("Type a name"), label_visibility="collapsed",
    )  # fmt: skip
    if chosen is not None:
        _render_actions(known[chosen])


def _render_actions(account: AccountView) -> None:
    st.caption(literal(words.state(account)))
    with st.container(horizontal=True, gap="small"):
        if st.button(_("New password"), icon=":material/key:", key="account_password_new"):
            _with_password(set_password, account.username)
        if account.enabled and st.button(_("Switch off"), icon=":material/block:", key="account_off"):
            _do(disable_account, account.username)
        if not account.enabled and st.button(_("Switch on"), icon=":material/check:", key="account_on"):
            _do(enable_account, account.username)
    if account.role in STAFF:
        new = st.segmented_control(
            _("Role"), STAFF, default=account.role, format_func=words.role, required=True,
            key=f"account_role-{account.username}-{account.role}",
        )  # fmt: skip
        if new != account.role and st.button(_("Give this role"), type="primary", key="account_role_give"):
            _do(change_role, account.username, role=new)


def render_new(teams: Mapping[UUID, str]) -> None:
    """The form for another member of staff; patients and relatives are invited from their treatment."""
    st.markdown(f"### {_('Add a member of staff')}", anchors=False)
    with st.form("account_new", clear_on_submit=False, border=False):
        name = st.text_input(_("Name"), max_chars=120)
        username = st.text_input(_("User name"), max_chars=120, autocomplete="off")
        role = st.selectbox(_("Role"), STAFF, format_func=words.role)
        team = st.selectbox(
            _("Team of a clinician"), list(teams), index=None, format_func=teams.__getitem__, placeholder=_("Choose"),
        )  # fmt: skip
        pressed = st.form_submit_button(_("Add"), type="primary", icon=":material/person_add:")
    if pressed:
        team_id = team if role in CLINICIANS else None
        _with_password(add_account, username.strip(), name=name, role=role, team_id=team_id)


def _with_password(action: Callable[..., object], username: str, **arguments: Any) -> None:
    """Do what needs a password, made here and shown once on the next run."""
    password = generate_password()
    context.read(action, username=username, password=password, **arguments)
    st.session_state[_MADE] = (username, password)
    st.rerun()


def _do(action: Callable[..., object], username: str, **arguments: Any) -> None:
    context.read(action, username=username, **arguments)
    st.rerun()
