"""Accounts: who can sign in to the service, and what an administrator does about it."""

import streamlit as st

from core.access.permissions import Permission
from core.language import _
from core.queries.accounts import accounts_of, teams_of
from dashboard import context
from dashboard.components.accounts import render_accounts, render_new, render_one
from dashboard.components.layout import card, literal
from dashboard.wording import accounts as words

context.require(Permission.MANAGE_USERS)
accounts = context.read(accounts_of)
st.title(_("Accounts"), anchor=False)
st.markdown(literal(words.summary(accounts)))
left, right = st.columns([3, 2], gap="small")
with left, card("accounts"):
    render_accounts(accounts)
with right:
    with card("account"):
        render_one(accounts)
    with card("account_new"):
        render_new(context.read(teams_of))
