"""A page that polls by itself: each run of its fragment asks again who is there, and none keeps a session alive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.access import sessions
from core.actions.accounts import disable_account
from core.calls import Calls
from core.settings import Settings
from core.start import open_installation
from models import SignInSession
from tests.factories.cast import Cast, make_cast
from tests.factories.server import Server, Tab, open_tab, running, written

SERVER = """
import streamlit as st
from starlette.middleware import Middleware
from dashboard import guard

app = st.App("polling.py", middleware=[Middleware(guard.Headers), Middleware(guard.Guard)])
"""
PAGE = """
import streamlit as st
from dashboard import context

@st.fragment(run_every="1h")
def part():
    st.text("In the fragment: " + context.current_user().name)

if context.signed_in() is None:
    st.text("Nobody is signed in")
else:
    part()
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A served page with a polling fragment."""

    server: Server
    calls: Calls
    cast: Cast

    def cookie(self) -> str:
        """A fresh session of Alice."""
        with self.calls.transaction() as session:
            token = sessions.start(session, user_id=self.cast.alice.user_id, now=self.calls.clock())
        return f"vincle={token}"

    def last_seen(self) -> datetime:
        """When the newest session was last used."""
        with self.calls.transaction() as session:
            return max(session.exec(select(SignInSession.seen_at)))

    def let_pass(self, time: timedelta) -> None:
        """Move all sessions back, as if nothing had happened for so long."""
        with self.calls.transaction() as session:
            for row in session.exec(select(SignInSession)):
                row.seen_at -= time


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A page that polls, behind our guard, on a real server."""
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "polling.py").write_text(PAGE)
    with open_installation(Settings(home=tmp_path / "home")) as installation:
        calls = installation.calls()
        with calls.transaction() as session:
            cast = make_cast(session, now=calls.clock())
        script = str(tmp_path / "server.py")
        with running(tmp_path / "home", tmp_path / "server.log", script=script, path="/_stcore/health") as server:
            yield Site(server, calls, cast)


def fragment_of(told: list[ForwardMsg]) -> str:
    """The id under which the page polls."""
    return next(m.auto_rerun.fragment_id for m in told if m.WhichOneof("type") == "auto_rerun")


def poll(tab: Tab, fragment: str) -> str:
    """What the fragment writes when it polls."""
    return written(tab.run(fragment=fragment, polling=True))


def test_threat_03_and_09_a_polling_fragment_asks_again_and_does_not_extend(site: Site) -> None:
    with open_tab(site.server, cookie=site.cookie()) as tab:
        fragment = fragment_of(tab.run())
        site.let_pass(timedelta(minutes=10))
        before = site.last_seen()
        assert "In the fragment: Alice" in poll(tab, fragment)
        assert site.last_seen() == before
        tab.run()
        assert site.last_seen() > before
        site.let_pass(sessions.IDLE)
        assert "Alice" not in poll(tab, fragment)
        assert "Nobody is signed in" in written(tab.run())

    with open_tab(site.server, cookie=site.cookie()) as tab:
        fragment = fragment_of(tab.run())
        site.calls.run(disable_account, by=site.cast.administrator, username="alice")
        assert "Alice" not in poll(tab, fragment)
        assert "Nobody is signed in" in written(tab.run())
