"""Pages without a browser: ``open_page`` runs the whole application as somebody, on one page."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.access import sessions
from core.access.actor import Actor
from core.calls import Calls
from dashboard import context, signin
from tests.conftest import Database

FRAME = "dashboard/app.py"
TIMEOUT = 30


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Pages do not depend on the kind of database."""
    return sqlite_database


SignIn = Callable[[AppTest | str, Actor], AppTest]


@pytest.fixture
def sign_in(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """``sign_in(app_or_path, actor)``: a real session on the server, presented by the test in place of a cookie.

    A path (``pages/today.py``) opens the application on that page; nothing has run yet. Change the person by calling
    it again with the same ``AppTest``.
    """
    monkeypatch.setattr(context, "calls", lambda: calls)
    monkeypatch.setattr(signin, "presented_token", lambda: None)

    def begin(app: AppTest | str, actor: Actor) -> AppTest:
        with calls.transaction() as session:
            token = sessions.start(session, user_id=actor.user_id, now=calls.clock())
        monkeypatch.setattr(signin, "presented_token", lambda: token)
        return app if isinstance(app, AppTest) else open_on(app)

    return begin


def open_on(path: str) -> AppTest:
    """The application, standing on the page of ``path`` without having run it."""
    app = AppTest.from_file(f"../../{FRAME}", default_timeout=TIMEOUT)
    return app if path == FRAME else app.switch_page(f"../{path}")
