"""A server file for the bench: our frame, guard, routes and session around an empty page (``BENCH_STOCK=1`` undoes
what we do about the garbage collector, as an application that knows nothing of it)."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from dashboard import faults, server

PYTHONS_OWN = gc.get_threshold()[0]  # as it is before anything of ours runs


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Ours; and then, where asked for, stock again."""
    async with server.lifespan(app):
        if os.environ.get("BENCH_STOCK"):
            gc.unfreeze()
            gc.set_threshold(PYTHONS_OWN)
        yield


app = st.App(
    "empty.py", routes=server.ROUTES, middleware=server.MIDDLEWARE, lifespan=lifespan,
    on_script_error=faults.show_calmly,
)  # fmt: skip
