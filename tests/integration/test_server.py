"""The real server, over HTTP and WebSocket: what it tells strangers (nothing), and whose page is whose."""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from sqlmodel import select
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.access import accounts
from core.access.passwords import hash_password
from core.actions.accounts import change_role, disable_account, enable_account
from core.actions.exports import make_export_link
from core.calls import Calls
from core.settings import Settings
from core.start import open_installation
from models import Role, User
from tests.factories.cast import Cast, make_cast
from tests.factories.server import Server, open_tab, page_titles, running, written

PASSWORD = "seven quiet herons"


@dataclass(frozen=True, slots=True)
class Site:
    """A served installation with the cast in it."""

    server: Server
    calls: Calls
    cast: Cast

    def ticket(self, username: str) -> str:
        """A proven sign-in, as the form leaves it."""
        return accounts.prove(self.calls, username=username, password=PASSWORD, address="local")

    def sign_in(self, username: str, before: str = "") -> str:
        """The cookie (``name=value``) of a fresh session, set by the exchange route."""
        with self.server.client() as browser:
            headers = {"Cookie": before} if before else {}
            answer = browser.post("/signin/exchange", data={"ticket": self.ticket(username)}, headers=headers)
        assert answer.status_code == 204
        return answer.headers["set-cookie"].split(";")[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for this file, on SQLite (what is asked here does not depend on the kind of database)."""
    folder = tmp_path_factory.mktemp("served")
    home = folder / "home"
    installation = open_installation(Settings(home=home))
    calls = installation.calls()
    with calls.transaction() as session:
        cast = make_cast(session, now=calls.clock())
        for user in session.exec(select(User)):
            user.password_hash = hash_password(PASSWORD, rounds=4)
    with running(home, folder / "server.log") as server:
        yield Site(server, calls, cast)
    installation.engine.dispose()


SIGN_IN_FORM = "User name"


def test_a_stranger_is_shown_the_form_and_no_page(site: Site) -> None:
    with open_tab(site.server) as tab:
        told = tab.run()
    assert SIGN_IN_FORM in written(told)
    assert page_titles(told) == ["Sign in"]


def test_signed_in_a_person_finds_the_pages_of_their_role(site: Site) -> None:
    with open_tab(site.server, cookie=site.sign_in("farid")) as tab:
        assert {"Welcome", "Access", "Sign out"} <= set(page_titles(tab.run()))


def test_threat_01_the_cookie_of_a_signed_out_browser_opens_the_form(site: Site) -> None:
    cookie = site.sign_in("farid")
    with site.server.client() as browser:
        answer = browser.post("/signout", headers={"Cookie": cookie})
    assert "Max-Age=0" in answer.headers["set-cookie"]
    with open_tab(site.server, cookie=cookie) as tab:
        assert SIGN_IN_FORM in written(tab.run())


def test_threat_03_disabled_in_the_middle_the_next_run_of_an_open_page_is_denied(site: Site) -> None:
    with open_tab(site.server, cookie=site.sign_in("erika")) as tab:
        assert "Service" in page_titles(tab.run())
        site.calls.run(disable_account, by=site.cast.administrator, username="erika")
        assert SIGN_IN_FORM in written(tab.run())
    site.calls.run(enable_account, by=site.cast.administrator, username="erika")


def test_threat_04_another_role_acts_at_the_next_click_of_an_open_page(site: Site) -> None:
    with open_tab(site.server, cookie=site.sign_in("farid")) as tab:
        assert "Access" in page_titles(tab.run())
        site.calls.run(change_role, by=site.cast.administrator, username="farid", role=Role.DIRECTOR)
        assert "Access" not in page_titles(tab.run())
    other = site.cast.administrator
    site.calls.run(change_role, by=other, username="farid", role=Role.ADMINISTRATOR)


def test_the_same_sign_in_resumes_its_own_page(site: Site) -> None:
    cookie = site.sign_in("farid")
    with open_tab(site.server, cookie=cookie) as tab:
        tab.run()
        number = tab.session_id
    with open_tab(site.server, cookie=cookie, resume=number) as again:
        again.run()
        assert again.session_id == number


@pytest.mark.parametrize("still_open", [True, False], ids=["while it is open", "after it was closed"])
def test_threat_05_another_persons_page_cannot_be_resumed(site: Site, still_open: bool) -> None:
    alice, bob = site.sign_in("alice"), site.sign_in("bob")
    with open_tab(site.server, cookie=alice) as tab:
        tab.run()
        number = tab.session_id
        if still_open:
            with open_tab(site.server, cookie=bob, resume=number) as thief:
                told = thief.run()
            tab.run()  # hers goes on
    if not still_open:
        with open_tab(site.server, cookie=bob, resume=number) as thief:
            told = thief.run()
    assert thief.session_id != number
    assert "Alice" not in written(told) + str([m.navigation for m in told])


def test_threat_06_nobody_resumes_a_page_and_finds_it_fresh_and_empty(site: Site) -> None:
    with open_tab(site.server, cookie=site.sign_in("alice")) as tab:
        tab.run()
        number = tab.session_id
    with open_tab(site.server, resume=number) as stranger:
        told = stranger.run()
    assert stranger.session_id != number
    assert page_titles(told) == ["Sign in"]


@pytest.mark.parametrize(
    "name", ["X-Vincle-Identity", "x-vincle-identity", "X_Vincle_Identity", "X-VINCLE_IDENTITY", "x-vIncle-identity"]
)
def test_threat_07_a_forged_identity_header_is_ignored(site: Site, name: str) -> None:
    cookie = site.sign_in("alice")
    with open_tab(site.server, cookie=cookie) as tab:
        tab.run()
        number = tab.session_id
    found = accounts.present(site.calls, token=cookie.split("=", 1)[1], active=False)
    assert found is not None
    for forged in (found.token_hash, found.token_hash[:32], str(found.actor.user_id), "Alice"):
        with open_tab(site.server, resume=number, headers={name: forged}) as stranger:
            told = stranger.run()
        assert stranger.session_id != number
        assert page_titles(told) == ["Sign in"]


def test_threat_08_a_cookie_fixed_before_signing_in_is_replaced(site: Site) -> None:
    fixed = site.sign_in("bob")
    given = site.sign_in("alice", before=fixed)
    assert given != fixed
    with open_tab(site.server, cookie=fixed) as tab:
        assert SIGN_IN_FORM in written(tab.run())
    with open_tab(site.server, cookie="vincle=chosen-by-somebody") as tab:
        assert SIGN_IN_FORM in written(tab.run())


def test_threat_10_the_cookie_on_this_machine_is_httponly_and_strict(site: Site) -> None:
    with site.server.client() as browser:
        answer = browser.post("/signin/exchange", data={"ticket": site.ticket("alice")})
    name, flags = answer.headers["set-cookie"].split("=", 1)[0], answer.headers["set-cookie"].lower()
    assert name == "vincle"
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip() for part in flags.split(";")}
    assert "domain=" not in flags


def test_a_ticket_is_taken_once_and_by_post_only(site: Site) -> None:
    ticket = site.ticket("alice")
    with site.server.client() as browser:
        assert "set-cookie" not in browser.get("/signin/exchange", params={"ticket": ticket}).headers
        assert browser.post("/signin/exchange", data={"ticket": ticket}).status_code == 204
    with site.server.client() as browser:
        again = browser.post("/signin/exchange", data={"ticket": ticket})
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.test", None), ("null", None), ("http://127.0.0.1.evil.test", None), (None, "evil.test"),
        (None, "127.0.0.1.evil.test"), ("http://evil.test", "evil.test"),
    ],
)  # fmt: skip
def test_threat_30_a_foreign_origin_or_host_gets_no_websocket(site: Site, origin: str | None, host: str | None) -> None:
    cookie = site.sign_in("alice")
    headers = {"Host": host} if host else {}
    with (
        pytest.raises((InvalidStatus, ConnectionClosed)),
        open_tab(site.server, cookie=cookie, origin=origin, headers=headers) as tab,
    ):
        tab.run()


def test_threat_30_a_foreign_page_cannot_sign_anybody_in_or_out(site: Site) -> None:
    cookie, ticket = site.sign_in("alice"), site.ticket("bob")
    for origin in ("http://evil.test", None):
        headers = {"Cookie": cookie} | ({"Origin": origin} if origin else {})
        assert httpx.post(f"{site.server.url}/signout", headers=headers).status_code == 403
        answer = httpx.post(f"{site.server.url}/signin/exchange", data={"ticket": ticket}, headers=headers)
        assert answer.status_code == 403
    assert httpx.get(site.server.url, headers={"Host": "evil.test"}).status_code == 421


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200), ("/health", 200), ("/access", 200), ("/_stcore/health", 200), ("/_stcore/metrics", 404),
        ("/static/none.js", 200), ("/media/none.png", 401),
    ],
)  # fmt: skip
def test_threat_31_security_headers_stand_on_every_answer(site: Site, path: str, status: int) -> None:
    answer = httpx.get(site.server.url + path)
    assert answer.status_code == status
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "img-src 'self' data: blob:" in policy
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert "unsafe-eval" not in scripts


def test_threat_32_files_are_only_for_those_signed_in(site: Site) -> None:
    assert httpx.get(f"{site.server.url}/media/none.png").status_code == 401
    signed_in = httpx.get(f"{site.server.url}/media/none.png", headers={"Cookie": site.sign_in("alice")})
    assert signed_in.status_code == 404
    with site.server.client() as browser:
        assert browser.put("/_stcore/upload_file/a/b", content=b"x").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/metrics/", "//_stcore/metrics", "/_stcore/../_stcore/metrics", "/_STCORE/metrics",
        "/_stcore%2Fmetrics", "/_stcore/host-config", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
    ],
)  # fmt: skip
def test_threat_39_streamlits_talkative_endpoints_tell_strangers_nothing(site: Site, path: str) -> None:
    answer = httpx.get(site.server.url + path, follow_redirects=True)
    assert answer.status_code == 404 or "<html" in answer.text.lower()
    assert "allowedOrigins" not in answer.text
    assert "# TYPE" not in answer.text


def test_threat_41_a_malformed_frame_closes_the_connection_and_the_server_lives(site: Site) -> None:
    with open_tab(site.server) as tab, pytest.raises(ConnectionClosed):
        tab.socket.send(b"\xff\xfenot a message")
        tab.read()
    assert httpx.get(f"{site.server.url}/health").json() == {"status": "ok"}


def test_threat_42_a_name_on_screen_stands_in_no_address_and_no_log(site: Site) -> None:
    patient = site.cast.patient
    with open_tab(site.server, cookie=site.sign_in("alice")) as tab:
        told = [
            tab.run(),
            tab.run("case_review", query=f"patient={patient.id}"),
            tab.run("case_review", query="patient=x"),
        ]
    shown = "".join(str(message) for messages in told for message in messages)
    assert patient.family_name in shown
    with site.server.client() as browser:
        for path in ("/case_review", f"/case_review?patient={patient.id}", "/nowhere", "/export?link=none"):
            assert patient.family_name not in str(browser.get(path).headers)
    addresses = [
        (page.url_pathname, page.page_script_hash)
        for messages in told for message in messages if message.WhichOneof("type") == "navigation"
        for page in message.navigation.app_pages
    ]  # fmt: skip
    assert addresses
    for secret in (patient.given_name, patient.family_name):
        assert secret not in str(addresses)
        assert secret not in site.server.log.read_text()


def test_threat_10_behind_https_the_cookie_is_host_bound_and_secure(site: Site, tmp_path: Path) -> None:
    home = Path(str(site.calls.engine.url.database)).parent
    public = {"VINCLE_PUBLIC_URL": "https://vincle.example"}
    with running(home, tmp_path / "server.log", public) as server:
        own = {"Host": "vincle.example", "Origin": "https://vincle.example"}
        answer = httpx.post(f"{server.url}/signin/exchange", data={"ticket": site.ticket("alice")}, headers=own)
        assert answer.status_code == 204
        flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
        assert answer.headers["set-cookie"].startswith("__Host-vincle=")
        assert {"httponly", "secure", "samesite=strict", "path=/"} <= flags
        assert not any(flag.startswith("domain") for flag in flags)
        assert "max-age" in answer.headers["strict-transport-security"]
        plain = answer.headers["set-cookie"].split(";")[0].replace("__Host-", "")
        with open_tab(server, cookie=plain) as tab:
            assert SIGN_IN_FORM in written(tab.run())


def test_threat_18_a_short_secret_refuses_to_start(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="master key must be 32 random bytes"),
        running(tmp_path / "home", tmp_path / "server.log", {"VINCLE_MASTER_KEY": "c2hvcnQ="}),
    ):
        pass


def test_threat_05_without_the_setting_that_keeps_pages_apart_it_refuses_to_start(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match=r"config\.toml was not read"),
        running(tmp_path / "home", tmp_path / "server.log", {"STREAMLIT_SERVER_TRUSTED_USER_HEADERS": "{}"}),
    ):
        pass


@pytest.mark.parametrize(
    "head", [b"GET /health HTTP/1.1\r\nX-One: " + b"a" * 400_000, b"GET /" + b"a" * 400_000,
             b"GET /health HTTP/1.1\r\n" + b"X-Many: a\r\n" * 40_000,
             b"POST /signout HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"X-After: a\r\n" * 40_000],
    ids=["one header", "the address", "many headers", "after the body"],
)  # fmt: skip
def test_a_head_without_end_is_not_kept(site: Site, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=10) as connection:
        with contextlib.suppress(ConnectionError):  # cut off while it is still sent
            connection.sendall(head)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65_536):
                answer += piece
    assert not answer or b"HTTP/1.1 400 " in answer  # and the connection is closed, else this waits for ever
    with site.server.client() as browser:
        assert browser.get("/health").status_code == 200


def test_a_head_that_is_long_but_bounded_is_taken(site: Site) -> None:
    with site.server.client() as browser:
        assert browser.get("/health", headers={"X-Long": "a" * 30_000}).status_code == 200
        assert browser.post("/signout", content=b"a" * 400_000).status_code in (204, 403)


def test_what_a_link_leads_to_speaks_the_language_of_who_asked(site: Site) -> None:
    actor = site.cast.patient_actor
    with site.calls.transaction() as session:
        session.get_one(User, actor.user_id).locale = "es"
    token = site.calls.run(make_export_link, by=actor, key="mine", patient_id=site.cast.patient.id, form="csv")
    with site.server.client() as browser:
        made = browser.get("/export", params={"link": token}, headers={"Cookie": site.sign_in(actor.name)})
    with ZipFile(BytesIO(made.content)) as archive:
        assert archive.read("README.txt").decode().startswith("Todo lo que Vincle guarda sobre")
