"""The only seam between Streamlit and core: the engine, who is signed in, and how a page reads and acts. A page never
sees a database session; a refusal becomes a calm sentence here, and the change or the read is undone and logged."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Concatenate, NoReturn, TypeVar

import streamlit as st
from sqlmodel import Session
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from core.access import accounts
from core.access.actor import Actor
from core.access.permissions import Permission, can, check
from core.access.sessions import SignedIn
from core.calls import Calls
from core.errors import AccessRefused, DatabaseTrouble, VincleError
from core.language import LANGUAGES, _, use_locale
from core.queries.imminent import Imminent, imminent
from core.start import load_settings, open_installation
from dashboard import signin

V = TypeVar("V")
LANGUAGE = "sign_in_language"
_TOAST, _FORM = "vincle_toast", "vincle_form:"
_seen: ContextVar[tuple[object, SignedIn | None]] = ContextVar("vincle_seen")  # a run, and who was found in it


@cache  # not Streamlit's: its own takes as long as a short statement, and every read and change asks
def calls() -> Calls:
    """Service calls against this installation's database (one engine and one pair of keys for the process)."""
    return open_installation().calls()


def home() -> Path:
    """The folder of everything that is written."""
    return load_settings().home


def signed_in(*, acting: bool = False) -> Actor | None:
    """Who sits in front of this browser now, read from the database once in each run of a page or fragment, and again
    before a change; ``None`` for nobody. ``acting`` says that a person does something, which within a fragment is not
    known otherwise."""
    found = _look(acting=acting)
    return found.actor if found else None


def _look(*, acting: bool = False) -> SignedIn | None:
    run = _this_run()
    known = _seen.get((None, None))
    if run is not None and known[0] is run and not acting:
        return known[1]
    token = signin.presented_token()
    active = acting or not _is_fragment_run()
    found = accounts.present(calls(), token=token, active=active) if token else None
    _seen.set((run, found))
    if found is not None:
        use_locale(found.actor.locale)
    return found


def _this_run() -> object | None:
    """What Streamlit makes anew for each run of a page or fragment, so that nothing is known from the run before."""
    run = get_script_run_ctx(suppress_warning=True)
    return run.parallel_coordinator if run else None


def _is_fragment_run() -> bool:
    """Whether only a fragment runs: it may be polling by itself, which must not keep a session alive."""
    run = get_script_run_ctx(suppress_warning=True)
    return bool(run and run.fragment_ids_this_run)


def current_user(*, acting: bool = False) -> Actor:
    """Who is signed in; without one the script ends here and the sign-in page comes (also within a fragment)."""
    actor = signed_in(acting=acting)
    if actor is None:
        forget()
        st.rerun(scope="app")
    return actor


def sign_out() -> None:
    """End this browser's session on the server, empty the page, and let the browser drop its cookie."""
    token = signin.presented_token()
    if token:
        accounts.sign_out(calls(), token=token)
    forget()
    signin.go(signin.SIGN_OUT)


def use_browser_language() -> str:
    """Speak the language chosen above the form while nobody is signed in, else the browser's (English where it is none
    of ours); returns which."""
    asked = st.session_state.get(LANGUAGE) or (st.context.locale or "en").split("-")[0]
    language = asked if asked in LANGUAGES else "en"
    use_locale(language)
    return language


def forget() -> None:
    """Empty what this page remembers, so that nothing of one person is left for the next."""
    for key in list(st.session_state):
        del st.session_state[key]


def require(permission: Permission) -> Actor:
    """The signed-in person, if their role holds ``permission``; otherwise a clear sentence, a log entry (which names
    the patient of the address), the end."""
    actor = current_user()
    if not can(actor, permission):
        read(_refuse, permission=permission, patient_id=_patient_of_address())
    return actor


def _refuse(
    _session: Session,
    *,
    by: Actor,
    now: datetime,  # noqa: ARG001
    permission: Permission,
    patient_id: uuid.UUID | None,  # noqa: ARG001 - stands in the log entry of the refusal
) -> None:
    check(by, permission)


def _patient_of_address() -> uuid.UUID | None:
    try:
        return uuid.UUID(st.query_params.get("patient", ""))
    except ValueError:
        return None


def read(query: Callable[Concatenate[Session, ...], V], /, **arguments: Any) -> V:
    """The view that ``query`` gives the signed-in person; what cannot be shown becomes a sentence and ends the run."""
    actor = current_user()
    try:
        return calls().run(query, by=actor, **arguments)
    except VincleError as error:
        _end_with(error)


def act(
    action: Callable[Concatenate[Session, ...], object], /, *, key: str, said: str | None = None, **arguments: Any
) -> bool:
    """Carry out ``action`` once for ``key``; ``True`` when done (the caller reruns; the next run says ``said``, and
    nothing where it is empty)."""
    actor = current_user(acting=True)
    try:
        calls().run(action, by=actor, key=key, **arguments)
    except VincleError as error:
        say(error)
        return False
    finally:
        _seen.set((None, None))  # what was seen before the change is looked at anew
    _renew(key)
    st.session_state[_TOAST] = _("Saved.") if said is None else said
    return True


def note(action: Callable[Concatenate[Session, ...], object], /, *, key: str, **arguments: Any) -> None:
    """Carry out what follows from looking (a message was read), once for ``key``, without a word on screen."""
    actor = current_user()
    try:
        calls().run(action, by=actor, key=f"{key}:{actor.user_id}", **arguments)
    except VincleError as error:
        say(error)


def try_to(step: Callable[..., object], **arguments: Any) -> bool:
    """Take a step of signing in or out that manages its own transactions (``step(calls, …)``)."""
    try:
        step(calls(), **arguments)
    except VincleError as error:
        say(error)
        return False
    return True


def say(error: VincleError) -> None:
    """Show why something cannot be done or seen."""
    icon = ":material/lock:" if isinstance(error, AccessRefused) else ":material/info:"
    st.warning(str(error), icon=icon)


class PageEnded(Exception):
    """Why nothing can be shown was said. The frame lets the run end as any other: after ``st.stop`` the server would
    go on remembering what was typed into fields that the browser has forgotten, and never show it again."""


def _end_with(error: VincleError) -> NoReturn:
    say_and_offer(error)
    if ThreadState.get().fragment_id is not None:
        st.stop()
    raise PageEnded


def say_and_offer(error: VincleError) -> None:
    """Say why nothing can be shown, and offer another try where the database is the reason."""
    say(error)
    if isinstance(error, DatabaseTrouble):
        st.button(_("Try again"), icon=":material/refresh:", key="try-again")


def work_out(step: Callable[..., V], /, **arguments: Any) -> V:
    """What a long read with transactions of its own finds (``step(calls, by=…, …)``); like ``read`` otherwise."""
    actor = current_user(acting=True)
    try:
        return step(calls(), by=actor, **arguments)
    except VincleError as error:
        _end_with(error)


def interrupting() -> Imminent | None:
    """What must not wait for the next look at the list, on whatever page one is (known since the look at who is
    signed in, so that it costs nothing where nothing waits)."""
    found = _look()
    return calls().run(imminent, by=found.actor) if found and found.interrupted else None


def show_toast() -> None:
    """Say what the last action did, once."""
    said = st.session_state.pop(_TOAST, None)
    if said:
        st.toast(said, icon=":material/check:")


def form_key(name: str) -> str:
    """The key under which this form acts once; it stays through reruns and reconnects until an action succeeds."""
    return str(st.session_state.setdefault(_FORM + name, uuid.uuid4().hex))


def _renew(key: str) -> None:
    for name, value in list(st.session_state.items()):
        if isinstance(name, str) and name.startswith(_FORM) and value == key:
            del st.session_state[name]


def is_dark() -> bool:
    """Whether the page is shown on a dark ground (figures draw themselves with the tokens that go with it)."""
    return st.context.theme.type == "dark"
