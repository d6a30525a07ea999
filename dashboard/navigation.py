"""The list of pages and who is shown which. It hides what a role has no use for; it protects nothing: every page asks
core again, on every run."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.access.actor import Actor
from core.access.permissions import Permission, can
from core.language import _

ROOT = Path(__file__).parent.parent / "pages"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its file in ``pages/``, its name in the bar, a Material icon, and the permissions of which one opens
    it (none: everyone signed in)."""

    file: str
    title: str
    icon: str
    permissions: tuple[Permission, ...] = ()
    own_menu: bool = False


def entries() -> tuple[Entry, ...]:
    """All pages in the order of the bar, named in the language of this run."""
    return (
        Entry("today.py", _("Today"), ":material/wb_twilight:", (Permission.READ_WORK_LIST,)),
        Entry("case_review.py", _("Case review"), ":material/person_search:", (Permission.READ_RECORD,)),
        Entry("welcome.py", _("Welcome"), ":material/waving_hand:"),
        Entry("signals.py", _("How the signals work"), ":material/help_center:", (Permission.READ_MODEL_CARDS,)),
        Entry("access.py", _("Access"), ":material/key:", (Permission.BREAK_GLASS, Permission.REVIEW_ACCESS)),
        Entry("account.py", _("My password"), ":material/password:", own_menu=True),
        Entry("sign_out.py", _("Sign out"), ":material/logout:", own_menu=True),
    )


def open_to(entry: Entry, actor: Actor) -> bool:
    """Whether ``actor`` finds this page in the bar; the welcome page is for those who have no work list."""
    if entry.file == "welcome.py":
        return not can(actor, Permission.READ_WORK_LIST)
    return not entry.permissions or any(can(actor, permission) for permission in entry.permissions)


def pages_for(actor: Actor) -> dict[str, list[StreamlitPage]]:
    """The bar of ``actor``: their pages, and a menu under their own name; the first page is where they land."""
    shown = [entry for entry in entries() if open_to(entry, actor) and (ROOT / entry.file).exists()]
    first = shown[0]
    bar: dict[str, list[StreamlitPage]] = {"": [], actor.name: []}
    for entry in shown:
        page = st.Page(ROOT / entry.file, title=entry.title, icon=entry.icon, default=entry is first)
        bar[actor.name if entry.own_menu else ""].append(page)
    return bar


def sign_in_page() -> StreamlitPage:
    """The only page of a browser that nobody is signed in at."""
    return st.Page(ROOT / "sign_in.py", title=_("Sign in"), icon=":material/lock_open:", default=True)
