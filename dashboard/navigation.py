"""The list of pages and who is shown which. It hides what a role has no use for; it protects nothing: every page asks
core again, on every run. Every address of ours answers everybody: with the page, with the sign-in form in its place,
or with the sentence that it belongs to another role."""

import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.access.actor import Actor
from core.access.permissions import ROLE_PERMISSIONS, Permission
from core.language import _
from dashboard import context
from models import Role

ROOT = Path(__file__).parent.parent / "pages"
SIGN_OUT = "sign_out.py"
ALWAYS_OPEN = ("sign_out", "account")  # answer a patient also while the rest of the space is closed
_VALUE = re.compile(r"[0-9A-Za-z_-]{1,64}")  # of a parameter in an address of ours: identifiers and codes


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its file in ``pages/``, its name in the bar, a Material icon, and the permissions of which one opens
    it (none: everyone signed in). ``parameters`` are those of its address that last through signing in; ``in_bar`` is
    whether the bar shows it, or only links lead there (``bar_with``: the bar shows it to holders of this permission
    alone). ``tab``: one of the places at the lower edge of a patient's or relative's phone."""

    file: str
    title: str
    icon: str
    permissions: tuple[Permission, ...] = ()
    own_menu: bool = False
    in_bar: bool = True
    parameters: tuple[str, ...] = ()
    bar_with: Permission | None = None
    tab: bool = False

    @property
    def path(self) -> str:
        """Its place in the address."""
        return Path(self.file).stem


def entries() -> tuple[Entry, ...]:
    """All pages in the order of the bar, named in the language of this run."""
    return (
        Entry("my_day.py", _("My day"), ":material/wb_sunny:", (Permission.READ_OWN_SPACE,), tab=True),
        Entry(
            "check_in.py",
            _("Check-in"),
            ":material/edit_note:",
            (Permission.READ_OWN_SPACE,),
            parameters=("about",),
            tab=True,
        ),
        Entry("my_messages.py", _("Messages"), ":material/mail:", (Permission.READ_OWN_SPACE,), tab=True),
        Entry("us.py", _("Us"), ":material/handshake:", (Permission.RATE_AS_PATIENT,), tab=True),
        Entry("my_course.py", _("My course"), ":material/timeline:", (Permission.READ_OWN_SPACE,)),
        Entry("family.py", _("Family"), ":material/diversity_1:", (Permission.READ_FAMILY_SPACE,), tab=True),
        Entry("for_families.py", _("For families"), ":material/menu_book:", (Permission.READ_FAMILY_SPACE,), tab=True),
        Entry(
            "my_exercises.py",
            _("Exercises"),
            ":material/self_improvement:",
            (Permission.READ_OWN_SPACE,),
            parameters=("exercise", "assigned", "done"),
            tab=True,
        ),
        Entry("today.py", _("Today"), ":material/wb_twilight:", (Permission.READ_WORK_LIST,)),
        Entry(
            "case_review.py",
            _("Case review"),
            ":material/person_search:",
            (Permission.READ_RECORD,),
            parameters=("patient",),
        ),
        Entry("meeting.py", _("Meeting"), ":material/groups:", (Permission.HOLD_MEETINGS,)),
        Entry(
            "alliance.py",
            _("The pair"),
            ":material/handshake:",
            (Permission.READ_RECORD,),
            in_bar=False,
            parameters=("patient",),
        ),
        Entry("service.py", _("Service"), ":material/monitoring:", (Permission.READ_SERVICE_FIGURES,)),
        Entry("welcome.py", _("Welcome"), ":material/waving_hand:"),
        Entry("signals.py", _("How the signals work"), ":material/help_center:", (Permission.READ_MODEL_CARDS,)),
        Entry("alliance_analysis.py", _("Alliance"), ":material/query_stats:", (Permission.READ_ALLIANCE_ANALYSIS,)),
        Entry("rules.py", _("Rules"), ":material/rule:", (Permission.SET_RULES,)),
        Entry("steps.py", _("Steps"), ":material/stairs:", (Permission.READ_STEP_FLOW,), parameters=("patient",)),
        Entry(
            "made_together.py",
            _("Made together"),
            ":material/lightbulb:",
            (Permission.SHARE_IDEAS,),
            own_menu=True,
            parameters=("idea",),
        ),
        Entry("accounts.py", _("Accounts"), ":material/manage_accounts:", (Permission.MANAGE_USERS,)),
        Entry("imports.py", _("Import"), ":material/upload_file:", (Permission.IMPORT_DATA,)),
        Entry("tokens.py", _("Devices and partners"), ":material/cable:", (Permission.IMPORT_DATA,)),
        Entry("access.py", _("Access"), ":material/key:", (Permission.BREAK_GLASS, Permission.REVIEW_ACCESS)),
        Entry(
            "questionnaires.py",
            _("Questionnaires"),
            ":material/fact_check:",
            (Permission.READ_RECORD, Permission.MANAGE_USERS),
            own_menu=True,
            parameters=("patient",),
        ),
        Entry(
            "safety_plan.py",
            _("Safety plan"),
            ":material/health_and_safety:",
            (Permission.SHARE_SAFETY_PLAN,),
            parameters=("patient",),
            bar_with=Permission.READ_OWN_SPACE,
        ),
        Entry(
            "prompts.py",
            _("How I am asked"),
            ":material/notifications:",
            (Permission.PLAN_PROMPTS,),
            own_menu=True,
            parameters=("patient",),
            bar_with=Permission.READ_OWN_SPACE,
        ),
        Entry("my_questions.py", _("Questions for me"), ":material/fact_check:", (Permission.READ_OWN_SPACE,)),
        Entry("privacy.py", _("Privacy"), ":material/shield_person:", (Permission.READ_OWN_SPACE,), own_menu=True),
        Entry("help_now.py", _("Help now"), ":material/support:", (Permission.READ_OWN_SPACE,)),
        Entry(
            "notifications.py",
            _("Notifications and cover"),
            ":material/notifications:",
            (Permission.HANDLE_ALERTS, Permission.KEEP_NOTIFICATIONS),
            own_menu=True,
        ),
        Entry("account.py", _("My password"), ":material/password:", own_menu=True),
        Entry(SIGN_OUT, _("Sign out"), ":material/logout:", own_menu=True),
    )


def open_to(entry: Entry, role: Role) -> bool:
    """Whether ``role`` opens this page; the welcome page is for those who have no page of their own to land on."""
    held = ROLE_PERMISSIONS[role]
    if entry.file == "welcome.py":
        return not held & {Permission.READ_WORK_LIST, Permission.READ_OWN_SPACE, Permission.READ_FAMILY_SPACE}
    return not entry.permissions or bool(held & set(entry.permissions))


def _in_bar(entry: Entry, role: Role) -> bool:
    return entry.in_bar and (entry.bar_with is None or entry.bar_with in ROLE_PERMISSIONS[role])


def tabs_for(actor: Actor) -> tuple[Entry, ...]:
    """The places at the lower edge of this person's phone, in the order of the bar."""
    return tuple(entry for entry in entries() if entry.tab and open_to(entry, actor.role))


def pages_for(actor: Actor) -> dict[str, list[StreamlitPage]]:
    """The bar of ``actor``: their pages, and a menu under their own name; the first page is where they land. What is
    not in the bar stands behind it, so that its address is answered."""
    bar: dict[str, list[StreamlitPage]] = {"": [], actor.name: []}
    for own_menu, page in _pages(actor.role, actor.locale):
        bar[actor.name if own_menu else ""].append(copy(page))  # Streamlit marks the page of a run on the page itself
    return bar


@lru_cache(maxsize=64)
def _pages(role: Role, _locale: str) -> tuple[tuple[bool, StreamlitPage], ...]:
    """The pages of a role in a language, made once: making them took longer than finding out who is signed in."""
    shown = [entry for entry in entries() if open_to(entry, role)]
    first = shown[0]
    landing = st.Page(ROOT / first.file, title=first.title, icon=first.icon, default=True, url_path="")
    made = [(False, landing), (False, _hidden(first, ROOT / first.file))]
    for entry in entries():
        if entry not in shown:
            made.append((False, _hidden(entry, _refusal(entry) if entry.permissions else ROOT / first.file)))
        elif entry != first:
            visibility: Literal["visible", "hidden"] = "visible" if _in_bar(entry, role) else "hidden"
            page = st.Page(ROOT / entry.file, title=entry.title, icon=entry.icon, visibility=visibility)
            made.append((entry.own_menu, page))
    return tuple(made)


def to_page(path: str) -> StreamlitPage:
    """The page at ``path`` as the bar of this run has it, to link and to go to (one by its file is looked up on the
    disk by every link)."""
    actor = context.current_user()
    return _by_path(actor.role, actor.locale)[path]


@lru_cache(maxsize=64)
def _by_path(role: Role, locale: str) -> dict[str, StreamlitPage]:
    """The pages of a role by their place; the one where they land is the start itself, not what answers behind it."""
    landing, behind, *others = (page for _own_menu, page in _pages(role, locale))
    return {page.url_path: page for page in others} | {behind.url_path: landing}


def pages_for_nobody() -> list[StreamlitPage]:
    """While nobody is signed in: the sign-in form, at the start and in the place of every page."""
    form = ROOT / "sign_in.py"
    start = st.Page(form, title=_("Sign in"), icon=":material/lock_open:", default=True, url_path="")
    return [
        start,
        *(st.Page(form, title=_("Sign in"), url_path=entry.path, visibility="hidden") for entry in entries()),
    ]


def address(path: str, parameters: Mapping[str, str]) -> str:
    """The address on this server to come back to after signing in: a page of ours with the parameters it knows, else
    the start. Nothing else of what was asked for is kept, so it leads nowhere else."""
    entry = next((entry for entry in entries() if entry.path == path and entry.file != SIGN_OUT), None)
    if entry is None:
        return "/"
    kept = {name: parameters[name] for name in entry.parameters if _VALUE.fullmatch(parameters.get(name, ""))}
    return f"/{entry.path}" + (f"?{urlencode(kept)}" if kept else "")


def _hidden(entry: Entry, page: Path | Callable[[], None]) -> StreamlitPage:
    return st.Page(page, title=entry.title, icon=entry.icon, url_path=entry.path, visibility="hidden")


def _refusal(entry: Entry) -> Callable[[], None]:
    def refuse() -> None:
        context.require(entry.permissions[0])

    return refuse
