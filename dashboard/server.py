"""The server: Streamlit's pages with our own routes (sign-in, sign-out, health) behind one guard. Started by
``python -m dashboard run``, or by ``python -m streamlit run dashboard/server.py``."""

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import streamlit as st
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import dashboard
from core.access import accounts
from core.access.sessions import ABSOLUTE
from core.actions.exports import take_export
from core.chore_list import CHORES
from core.chores import Caretaker
from core.errors import DatabaseTrouble, SettingsError, VincleError
from core.language import _, use_locale
from core.start import complete_catalogue, load_settings
from dashboard import context, faults, guard, signin
from dashboard.api import Beside, make_api
from dashboard.interruptions import interrupt_only_where_it_draws
from dashboard.sockets import bound_heads, send_at_once

MARK = Path(__file__).parent / "mark.svg"
YOUNG = 20_000  # new objects between two looks of the collector: a rerun makes a few thousand, which end with it
EVERYDAY, LATE = ("components", "charts"), "alliance_analysis"  # its statistics take seconds: its first visitor's


async def exchange(request: Request) -> Response:
    """A one-time ticket against a session: the answer sets the cookie, and nothing of it stands in an address."""
    name, form = signin.cookie_name(), await request.form()
    ticket, before = str(form.get("ticket", "")), request.cookies.get(name)
    token = await run_in_threadpool(accounts.exchange, context.calls(), ticket=ticket, replaces=before)
    if token is None:
        return Response(status_code=403)
    answer = Response(status_code=204)
    answer.set_cookie(
        name, token, max_age=int(ABSOLUTE.total_seconds()), path="/", httponly=True, samesite="strict",
        secure=signin.is_secure(),
    )  # fmt: skip
    return answer


async def sign_out(request: Request) -> Response:
    """End the session on the server and take the cookie away."""
    name = signin.cookie_name()
    token = request.cookies.get(name)
    if token:
        await run_in_threadpool(accounts.sign_out, context.calls(), token=token)
    answer = Response(status_code=204)
    answer.delete_cookie(name, path="/", httponly=True, samesite="strict", secure=signin.is_secure())
    return answer


async def export(request: Request) -> Response:
    """The file behind a one-time link, for the person who asked for it and is still signed in."""
    shown = request.cookies.get(signin.cookie_name(), "")
    found = await run_in_threadpool(accounts.present, context.calls(), token=shown, active=True) if shown else None
    if found is None:
        return Response(status_code=401)
    use_locale(found.actor.locale)
    try:
        made = await run_in_threadpool(
            context.calls().run, take_export, by=found.actor, token=request.query_params.get("link", "")
        )
    except VincleError as error:
        return PlainTextResponse(str(error), status_code=404)
    named = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return Response(made.content, media_type=made.media_type, headers=named)


async def health(_request: Request) -> Response:
    """Whether the application and its database answer; says nothing else."""
    try:
        await run_in_threadpool(_ask_database)
    except DatabaseTrouble:
        return JSONResponse({"status": "database unreachable"}, status_code=503)
    return JSONResponse({"status": "ok"})


async def favicon(_request: Request) -> Response:
    """Our own sign in the browser's tab, in the place where Streamlit's page looks for it."""
    return FileResponse(MARK, media_type="image/svg+xml")


def _ask_database() -> None:
    with context.calls().transaction() as session:
        session.execute(text("SELECT 1"))


def _import_everyday(package: ModuleType) -> None:
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        _package, part, *rest = module.name.split(".")
        if part in EVERYDAY and LATE not in rest:
            importlib.import_module(module.name)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Refuse to start half protected; open the database; import what is used daily and leave it to no collector."""
    if st.get_option("server.trustedUserHeaders") != {signin.IDENTITY_HEADER: "sign_in"}:
        raise SettingsError(_("Start Vincle from its own folder: .streamlit/config.toml was not read."))
    faults.keep_words_out_of_the_log()
    send_at_once()
    calls = await run_in_threadpool(context.calls)
    await run_in_threadpool(complete_catalogue, calls)
    await run_in_threadpool(_import_everyday, dashboard)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
    caretaker = Caretaker(calls, CHORES if load_settings().chores else ())
    caretaker.start()
    try:
        yield
    finally:
        await run_in_threadpool(caretaker.stop)


ROUTES = [
    Route(signin.EXCHANGE, exchange, methods=["POST"]),
    Route(signin.SIGN_OUT, sign_out, methods=["POST"]),
    Route("/health", health),
    Route("/export", export),
    Route("/favicon.png", favicon),
]
MIDDLEWARE = [Middleware(guard.Headers), Middleware(guard.Guard), Middleware(Beside, api=make_api())]
bound_heads()
interrupt_only_where_it_draws()
app = st.App("app.py", routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan, on_script_error=faults.show_calmly)
