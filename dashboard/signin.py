"""The one module that knows how a person signs in: streamlit-authenticator draws the form, everything behind it is
ours (counted attempts, exact passwords, a one-time ticket, a server-side session). To swap a part, change this file.
"""

import logging
import os
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from core.access import accounts
from core.calls import Calls
from core.errors import VincleError
from core.language import _
from core.settings import Settings

logging.disable(logging.WARNING)  # the library calls Streamlit while it is imported, which Streamlit remarks upon
from streamlit_authenticator import Authenticate  # noqa: E402
from streamlit_authenticator.controllers import AuthenticationController  # noqa: E402

logging.disable(logging.NOTSET)

EXCHANGE, SIGN_OUT = "/signin/exchange", "/signout"
IDENTITY_HEADER = "X-Vincle-Identity"
_BACK = "sign_in_back"
_POST_AND_GO = """
export default function ({ data }) {
  if (!data || !data.path) return;
  const body = new URLSearchParams(data.body);
  fetch(data.path, { method: "POST", body, credentials: "same-origin" })
    .finally(() => window.location.replace(data.back));
}
"""


@cache
def settings() -> Settings:
    """The installation's settings, read from the environment once for the process."""
    return Settings()


def cookie_name() -> str:
    """``__Host-`` and Secure wherever there is https; plain only for http on this machine itself."""
    return "__Host-vincle" if is_secure() else "vincle"


def is_secure() -> bool:
    """Whether browsers reach this installation by https (``VINCLE_PUBLIC_URL``)."""
    return settings().public_url.lower().startswith("https://")


def presented_token() -> str | None:
    """The session token that the browser showed when this page connected (tests put another function here)."""
    value = st.context.cookies.get(cookie_name())
    return value or None


def address() -> str:
    """The network address that the browser comes from, as attempts are counted."""
    return st.context.ip_address or "local"


class _Controller(AuthenticationController):  # type: ignore[misc]
    """Takes what was typed exactly as it was typed to our own proof, and keeps no password and no user list."""

    def __init__(self, prove: Callable[[str, str], None]) -> None:
        super().__init__(credentials={"usernames": {}}, auto_hash=False, secret_key=os.urandom(32).hex())
        self._prove = prove

    def login(self, username: str | None = None, password: str | None = None, *_more: Any, **_options: Any) -> bool:
        """Called by the form; the ticket, not this answer, is what signs in."""
        if username is not None and password is not None:
            self._prove(username, password)
        return False


class _NoCookies:
    """In the place of the library's own cookies, which outlive a sign-out and can be read by scripts."""

    def get_cookie(self) -> None:
        """Nothing is remembered in the browser by the library."""

    def set_cookie(self) -> None:
        """Nothing is written to the browser by the library."""


class _Form(Authenticate):  # type: ignore[misc]
    """The library's form without its storage. (Its constructor would start a cookie component in the browser.)"""

    def __init__(self, prove: Callable[[str, str], None]) -> None:
        self.path = None
        self.attrs = {"login_sleep_time": 0}
        self.cookie_controller = _NoCookies()
        self.authentication_controller = _Controller(prove)


def render_form(calls: Calls) -> None:
    """Draw user name and password; a right pair takes the browser to its session."""

    def prove(username: str, password: str) -> None:
        try:
            ticket = accounts.prove(calls, username=username, password=password, address=address())
        except VincleError as refusal:
            st.session_state["sign_in_refusal"] = str(refusal)
        else:
            st.session_state.pop("sign_in_refusal", None)
            go(EXCHANGE, back=st.session_state.get(_BACK, "/"), ticket=ticket)

    fields = {
        "Form name": _("Sign in"), "Username": _("User name"), "Password": _("Password"), "Login": _("Sign in"),
    }  # fmt: skip
    _Form(prove).login(fields=fields, key="sign_in")
    refusal = st.session_state.pop("sign_in_refusal", None)
    if refusal:
        st.warning(refusal, icon=":material/info:")


def come_back_to(address: str) -> None:
    """Remember the page that was asked for while nobody is signed in (made by ``navigation.address``, never taken from
    the browser as it is)."""
    st.session_state[_BACK] = address


def go(path: str, *, back: str = "/", **body: str) -> None:
    """Let the browser post to one of our routes and come ``back``; nothing secret stands in an address."""
    mount = st.components.v2.component("vincle_post", js=_POST_AND_GO)
    mount(data={"path": path, "back": back, "body": body}, key=f"go{re.sub(r'[^a-z]', '_', path)}")
