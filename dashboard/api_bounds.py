"""What is refused of the REST way in before anything of a request is read, and the form of every refusal."""

import time
from collections import deque
from collections.abc import Iterable

from fastapi.responses import JSONResponse
from fastapi.security.utils import get_authorization_scheme_param
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.access.sessions import digest
from core.language import _
from dashboard.api_forms import Problem

LARGEST = 2_000_000  # bytes of a request
REQUESTS, WINDOW = 120, 60.0  # (d) requests of one token within so many seconds


class Rate:
    """How often each token asked lately. What was shown long ago is forgotten, so that guessed tokens fill nothing."""

    def __init__(self) -> None:
        self._asked: dict[str, deque[float]] = {}
        self._swept = time.monotonic()

    def __len__(self) -> int:
        return len(self._asked)

    def wait(self, token: str) -> float:
        """Seconds until this token may ask again; 0 when it may now (and then it is counted)."""
        now = time.monotonic()
        if now - self._swept > WINDOW:
            self._swept = now
            self._asked = {one: asked for one, asked in self._asked.items() if asked and now - asked[-1] <= WINDOW}
        asked = self._asked.setdefault(digest(token), deque())
        while asked and now - asked[0] > WINDOW:
            asked.popleft()
        if len(asked) >= REQUESTS:
            return WINDOW - (now - asked[0])
        asked.append(now)
        return 0.0


class Bounded:
    """Refuses a request that is too large or does not say how large it is, and a token that asks too often, before
    anything of the request is read: one of another form counts as well."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self._rate = app, Rate()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        posts = scope["type"] == "http" and scope["method"] == "POST"
        answer = self._refusal(Headers(scope=scope)) if posts else None
        await (answer or self.app)(scope, receive, send)

    def _refusal(self, headers: Headers) -> Response | None:
        given = headers.get("content-length", "")
        if not given.isdigit() or int(given) > LARGEST:
            words = _("A request holds at most {n} bytes and says how long it is.")
            return problem(413, words.format(n=LARGEST))
        _scheme, token = get_authorization_scheme_param(headers.get("authorization"))
        wait = self._rate.wait(token) if token else 0.0
        if not wait:
            return None
        words = _("Too many requests; wait and send the rest.")
        return problem(429, words, headers={"Retry-After": str(int(wait) + 1)})


def problem(status: int, words: str, *, items: Iterable[str] = (), headers: dict[str, str] | None = None) -> Response:
    """Why a request was not carried out, as an answer."""
    return JSONResponse(Problem(error=words, items=list(items)).model_dump(), status_code=status, headers=headers)
