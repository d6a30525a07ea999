"""A real Chromium against the real server. ``small`` is a served installation that holds the fixed cast and a story
of each patient (made in a second); ``demo`` is the seeded demonstration, made once for this folder. ``visitor`` opens
pages and remembers what the browser complained about and which strangers it spoke to."""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright
from sqlmodel import select

from core.access.passwords import hash_password
from core.start import open_installation
from models import User
from tests.browser.provide import find_browser
from tests.factories.cast import Cast, make_cast
from tests.factories.installation import command, use_environment
from tests.factories.server import Server, running
from tests.factories.story import Story, make_story

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "seven quiet herons over the delta"  # of everyone in the small installation
DESKTOP = {"width": 1440, "height": 900}
PATIENCE = 30_000.0  # ms until something must be seen: a busy machine is no fault


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker drives the browser: its tests share a server and a seeded installation."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser; missing it is a failure with ``CI=true`` and a loud skip elsewhere. It ends with this
    folder's tests: while it runs, the process has an event loop that other tests would stumble over."""
    path = find_browser()
    if path is None:
        why = "no browser was found (make test installs one where it can)"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Someone in front of a browser: one context (its cookies), what it complained of, and whom it spoke to."""

    server: Server
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def page(self, path: str = "/") -> Page:
        """Open a page of the server in a new tab."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)
        page.goto(self.server.url + path)
        return page

    def sign_in(self, username: str, password: str, path: str = "/") -> Page:
        """Sign in through the form, as a person does, and wait until the bar is there."""
        page = self.page(path)
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("User name").wait_for(state="detached", timeout=30_000)
        settle(page)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        address = urlparse(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            self.strangers.append(request.url)


def settle(page: Page) -> None:
    """Wait until the script has run to its end and the page has drawn it."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=30_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=30_000)


def wait_until(page: Page, holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds that the page itself does not show, the browser going on meanwhile."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"it did not come to hold within {seconds:g} s"
        page.wait_for_timeout(100)


def sign_out(page: Page, name: str) -> None:
    """Sign out from the menu under one's own name, and wait for the form."""
    page.get_by_role("button", name=name).click()
    page.get_by_text("Sign out").click()
    page.get_by_label("User name").wait_for(timeout=30_000)


Visit = Callable[..., Visitor]


@pytest.fixture
def visitors(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """The contexts opened in one test, closed at its end."""
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.fixture
def visit(chromium: Browser, visitors: list[BrowserContext]) -> Visit:
    """``visit(server, …)`` gives a new ``Visitor``: a browser of its own, as another person's."""

    def make(server: Server, **options: object) -> Visitor:
        context = chromium.new_context(**{"viewport": DESKTOP, "locale": "en-GB"} | options)  # type: ignore[arg-type]
        visitors.append(context)
        return Visitor(server, context)

    return make


@dataclass(frozen=True, slots=True)
class Small:
    """The served installation with the cast; everyone signs in with ``PASSWORD``."""

    home: Path
    server: Server
    cast: Cast
    own: Story
    other: Story


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """The cast with passwords and a story of each patient, dated now, behind a running server."""
    home, now = tmp_path_factory.mktemp("small"), datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch:
        use_environment(patch, home=home)
        with open_installation() as opened, opened.calls().transaction() as session:
            cast = make_cast(session, now=now)
            own, other = (make_story(session, cast, own=mine, now=now) for mine in (True, False))
            hashed = hash_password(PASSWORD)
            for user in session.exec(select(User)):
                user.password_hash = hashed
    with running(home, home / "server.log") as server:
        yield Small(home, server, cast, own, other)


@dataclass(frozen=True, slots=True)
class Demo:
    """The served demonstration and its sign-ins."""

    home: Path
    server: Server
    logins: list[dict[str, str]]

    def login(self, role: str) -> tuple[str, str]:
        """User name and password of the first sign-in of a role."""
        found = next(login for login in self.logins if login["role"] == role)
        return found["username"], found["password"]


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A small seeded demonstration, trained and scored as ``make run`` does it, behind a running server."""
    home = tmp_path_factory.mktemp("demo")
    command(home, "seed", "--patients", "24", "--days", "200", "--seed", "7")
    command(home, "run", "--prepare-only")
    with running(home, home / "server.log") as server:
        yield Demo(home, server, json.loads((home / "demo-logins.json").read_text()))
