"""Where a person changes their own password; every other browser they are signed in at is signed out by it."""

import streamlit as st

from core.access import accounts
from core.language import _
from dashboard import context, signin

actor = context.current_user()
with st.container(horizontal_alignment="center"), st.container(width=480):
    st.title(_("My password"), anchor=False)
    st.markdown(
        _(
            "At least 15 characters; a few words that do not belong together are easy to remember and hard to guess. "
            "Every other browser you are signed in at is signed out."
        )
    )
    with st.form("own_password", clear_on_submit=True):
        old = st.text_input(_("Present password"), type="password", autocomplete="current-password")
        new = st.text_input(_("New password"), type="password", autocomplete="new-password")
        again = st.text_input(_("New password again"), type="password", autocomplete="new-password")
        pressed = st.form_submit_button(_("Change password"), type="primary")
    if pressed and new != again:
        st.warning(_("The two new passwords are not the same."), icon=":material/info:")
    elif pressed and context.try_to(
        accounts.renew_password,
        by=actor,
        old=old,
        new=new,
        keep=signin.presented_token(),
        address=signin.address(),
    ):
        st.success(_("Your password is changed."), icon=":material/check:")
