"""The REST way in, beside the pages and in the same process: devices and partner applications push batches with a token
of their own. No cookie is read here, and nobody's page can be opened with a token."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Annotated, Any, cast

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from core.actions.push import push
from core.errors import AccessRefused, DatabaseTrouble, SignInRefused, VincleError
from core.ingest.fhir import read_resource
from core.ingest.intake_report import IntakeReport
from core.ingest.items import Answers, Item, Person, ValueBatch, Words
from core.language import _
from dashboard import context
from dashboard.api_bounds import Bounded, problem
from dashboard.api_forms import (
    MOST_ITEMS,
    PLACES,
    VALUES_FORM,
    BatchResult,
    MessageBatch,
    MessageIn,
    Problem,
    ResponseBatch,
    ResponseIn,
    Unreadable,
    read_values,
)

PREFIX = "/api/v1"

router = APIRouter()
bearer = HTTPBearer(description="A token that the service's administrator made.")
Shown = Annotated[HTTPAuthorizationCredentials, Depends(bearer)]


class Plain(APIRoute):
    """A route that is described as the others are and handed the request and its token alone: to work out what else it
    might want takes FastAPI longer than the rest of the way to it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""

        async def answer(request: Request) -> Response:
            return cast("Response", await self.endpoint(request, await bearer(request)))

        return answer


values = APIRouter(route_class=Plain)

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem} for code in (400, 401, 403, 405, 413, 422, 429, 503)
}  # fmt: skip


def make_api() -> FastAPI:
    """The application under ``/api/v1``; its description is ``/api/v1/openapi.json``."""
    api = FastAPI(title="Vincle", version="1", docs_url=None, redoc_url=None, responses=_PROBLEMS)
    api.add_middleware(Bounded)
    api.exception_handler(RequestValidationError)(unreadable)
    api.exception_handler(HTTPException)(refused)
    api.include_router(values)
    api.include_router(router)
    return api


class Beside:
    """Lets the API answer before Streamlit's own layers, which are for people's pages: cookies, sessions, files."""

    def __init__(self, app: ASGIApp, api: FastAPI) -> None:
        self.app, self.door = app, Mount(PREFIX, app=api)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is asked of the API, pass the rest on."""
        match, below = self.door.matches(scope)
        if match is Match.FULL and scope["type"] == "http":
            await self.door.handle({**scope, **below}, receive, send)
        else:
            await self.app(scope, receive, send)


async def unreadable(_request: Request, error: Exception) -> Response:
    """A batch that is not of the described form."""
    if not isinstance(error, RequestValidationError):  # pragma: no cover - registered for this alone
        raise error
    return _unreadable([fault | {"loc": fault["loc"][1:]} for fault in error.errors()])


async def refused(_request: Request, error: Exception) -> Response:
    """No token, no such address, no such method: in the same form as every other problem."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {401: _("Show a token: Authorization: Bearer …"), 404: _("There is no such address.")}
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
    return problem(status, words.get(status, _("This is not possible here.")), headers=headers)


@values.post("/observations", response_model=BatchResult, openapi_extra=VALUES_FORM)
async def observations(request: Request, shown: Shown) -> Response:
    """Store values."""
    body = await request.body()
    return await _taken(shown, "observations", lambda: [read_values(body)])


@router.post("/responses", response_model=BatchResult)
async def responses(batch: ResponseBatch, shown: Shown) -> Response:
    """Store and score answered instruments."""
    return await _taken(shown, "responses", lambda: [_answers(n, one) for n, one in enumerate(batch.items)])


@router.post("/messages", response_model=BatchResult)
async def messages(batch: MessageBatch, shown: Shown) -> Response:
    """Store messages to the team."""
    return await _taken(shown, "messages", lambda: [_words(n, one) for n, one in enumerate(batch.items)])


@router.post("/fhir", response_model=BatchResult)
async def fhir(resource: dict[str, Any], shown: Shown) -> Response:
    """Store a FHIR R4 resource or Bundle."""
    return await _taken(shown, "fhir", lambda: list(read_resource(resource)))


async def _taken(shown: Shown, scope: str, read: Callable[[], list[Item]]) -> Response:
    return await asyncio.to_thread(_push, shown.credentials, scope, read)


def _answers(number: int, one: ResponseIn) -> Item:
    return Answers(one.person, one.at, one.instrument, one.answers, one.stated_total, one.ref, PLACES[number])


def _words(number: int, one: MessageIn) -> Item:
    return Words(one.person, one.at, one.text, one.ref, PLACES[number])


def _push(token: str, scope: str, read: Callable[[], list[Item]]) -> Response:
    calls = context.calls()
    try:
        items = read()
        with calls.transaction() as session:
            report = push(session, now=calls.clock(), token=token, scope=scope, items=items)
    except Unreadable as error:
        return _unreadable(error.faults)
    except SignInRefused as error:
        return problem(401, str(error))
    except AccessRefused as error:
        return problem(403, str(error))
    except DatabaseTrouble as error:
        return problem(503, str(error), headers={"Retry-After": "5"})
    except VincleError as error:
        return problem(400, str(error))
    return Response(msgspec.json.encode(_result(report, items)), media_type="application/json")


def _result(report: IntakeReport, items: Iterable[Item]) -> dict[str, Any]:
    """A ``BatchResult``, as it is sent."""
    refused = {one.resource: one.reason for one in report.rejected}
    places = dict.fromkeys(chain.from_iterable(map(_places, items))) | refused
    return {
        "new": report.new_observations + report.new_responses + report.new_messages,
        "duplicates": report.duplicates,
        "rejected": len(refused),
        "results": list(map(_stored, places)) if not refused else [_became(one, refused.get(one)) for one in places],
        "flagged": [{"item": one.resource, "stated": one.stated, "computed": one.computed} for one in report.flagged],
    }


def _places(item: Item) -> Sequence[str]:
    """Where in the batch it stood; a person is told of by no place."""
    if isinstance(item, ValueBatch):
        return item.place
    return () if isinstance(item, Person) else (item.place,)


def _became(place: str, reason: str | None = None) -> msgspec.Raw:
    status = "stored" if reason is None else "rejected"
    return msgspec.Raw(msgspec.json.encode({"item": place, "status": status, "reason": reason}))


_stored = lru_cache(maxsize=4 * MOST_ITEMS)(_became)  # nearly all are, at the same places in every batch


def _unreadable(faults: Sequence[Mapping[str, Any]]) -> Response:
    """422 with the items at fault and never what stood in them; 413 where there are too many."""
    places = list(dict.fromkeys(".".join(str(part) for part in fault["loc"]) or "body" for fault in faults))[:20]
    if any(fault["type"] == "too_long" and fault["loc"][-1] == "items" for fault in faults):
        words = _("A batch holds at most {n} items; send the rest in another.")
        return problem(413, words.format(n=MOST_ITEMS), items=[f"items.{MOST_ITEMS}"])
    return problem(422, _("These parts are missing or not of the described form; nothing was stored."), items=places)
