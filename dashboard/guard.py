"""What stands before every request: security headers on each answer, only our own host and origin, Streamlit's
talkative endpoints closed, files only for those signed in, and an identity that cannot be forged."""

import base64
import hashlib
import logging
import posixpath
import re
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers as RequestHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.access import accounts
from dashboard import context, faults, signin

logger = logging.getLogger("vincle.server")

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
OWN_PAGES_ONLY = ("/_stcore/host-config",)  # Streamlit's page does not start without it
TOKEN_ONLY = ("/api/v1",)  # asks for a token in a header, which no other site's page can make a browser send
SIGNED_IN_ONLY = ("/media", "/_stcore/upload_file")


def _inline_scripts() -> str:
    """Content-Security-Policy sources for the scripts written into Streamlit's own page, by their hashes."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: {_inline_scripts()}",  # blob: component modules
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",  # no remote image from anybody's text (threat 29)
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-write=(self)",
}
_PLAIN = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_SECURE = [*_PLAIN, (b"strict-transport-security", b"max-age=31536000")]
_OURS = frozenset(name for name, _value in _SECURE)


class Headers:
    """Puts the security headers on every answer, those of errors and refusals too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        started = False

        async def complete(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message = {**message, "headers": _with_security(message.get("headers", ()))}
            await send(message)

        try:
            await self.app(scope, receive, complete)
        except Exception as error:  # noqa: BLE001 — whatever it is, the answer carries the headers
            logger.error("fault in a route: %s at %s", type(error).__name__, faults.place(error))
            if not started and scope["type"] == "http":
                await PlainTextResponse("", status_code=500)(scope, receive, complete)


def _with_security(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    ours = _SECURE if signin.is_secure() else _PLAIN
    return [header for header in headers if header[0].lower() not in _OURS] + ours


class Guard:
    """Refuses what does not come from our own pages, and tells Streamlit who is behind a connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with a status, or pass on with the identity header replaced by ours."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = posixpath.normpath("/" + scope["path"].lstrip("/")).lower()
        refusal = _refusal(scope, path)
        if refusal is None:
            identity = await _identity(scope, path)
            if identity is None and _below(path, SIGNED_IN_ONLY):
                refusal = 401
            else:
                scope = {**scope, "headers": _with_identity(scope["headers"], identity)}
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("", status_code=refusal)(scope, receive, send)


def _refusal(scope: Scope, path: str) -> int | None:
    headers = RequestHeaders(scope=scope)
    hosts, origin = headers.getlist("host"), headers.get("origin")
    if len(hosts) != 1 or not _is_our_host(hosts[0]):
        return 421
    if _below(path, CLOSED):
        return 404
    if _below(path, OWN_PAGES_ONLY) and headers.get("sec-fetch-site") != "same-origin":
        return 404
    changes = scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS")
    if origin is None:
        return 403 if changes and not _below(path, TOKEN_ONLY) else None
    foreign = urlsplit(origin).netloc.lower() != hosts[0].lower()
    return 403 if foreign and (changes or scope["type"] == "websocket") else None


def _is_our_host(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    if "@" in host:
        return False
    return name in LOOPBACK or (name is not None and name == urlsplit(signin.settings().public_url).hostname)


def _below(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix or path.startswith(prefix + "/") for prefix in prefixes)


async def _identity(scope: Scope, path: str) -> str | None:
    """The sign-in behind a WebSocket or a file: part of its token's hash, so that another sign-in of the same person
    does not resume this one's page either. Other requests are not looked up."""
    if scope["type"] == "http" and not _below(path, SIGNED_IN_ONLY):
        return None
    try:
        cookies = SimpleCookie(RequestHeaders(scope=scope).get("cookie", ""))
    except CookieError:
        return None
    shown = cookies.get(signin.cookie_name())
    if shown is None:
        return None
    found = await run_in_threadpool(accounts.present, context.calls(), token=shown.value, active=False)
    return found.token_hash[:32] if found else None


def _with_identity(headers: list[tuple[bytes, bytes]], identity: str | None) -> list[tuple[bytes, bytes]]:
    ours = signin.IDENTITY_HEADER.lower().encode()
    kept = [(name, value) for name, value in headers if name.lower().replace(b"_", b"-") != ours]
    return [*kept, (ours, identity.encode())] if identity else kept
