"""Words of the accounts: who can sign in, in which role. Patients and relatives go by their user name: who is treated
here is not for the list of an administrator."""

from collections.abc import Sequence

from core.language import _, ngettext
from core.queries.accounts import AccountView
from models import Role

OWN_SPACE = (Role.PATIENT, Role.RELATIVE)


def role(one: Role) -> str:
    """A role as people say it."""
    return {
        Role.THERAPIST: _("therapist"), Role.TEAM_LEAD: _("head of the team"), Role.DIRECTOR: _("director"),
        Role.ADMINISTRATOR: _("administrator"), Role.PATIENT: _("patient"), Role.RELATIVE: _("relative"),
    }[one]  # fmt: skip


def name(account: AccountView) -> str:
    """What the person is called here."""
    return account.username if account.role in OWN_SPACE else account.name


def line(account: AccountView) -> str:
    """One account in a list to choose from."""
    known = account.username if account.role in OWN_SPACE else f"{account.name} ({account.username})"
    return f"{known} · {place(account)}"


def place(account: AccountView) -> str:
    """The role, and of which team."""
    return f"{role(account.role)}, {account.team}" if account.team else role(account.role)


def state(account: AccountView) -> str:
    """Whether the person can sign in."""
    if not account.enabled:
        return _("switched off")
    return _("can sign in") if account.signs_in else _("has no password yet")


def summary(accounts: Sequence[AccountView]) -> str:
    """How many can sign in, and how many are switched off."""
    n, off = sum(one.enabled and one.signs_in for one in accounts), sum(not one.enabled for one in accounts)
    said = ngettext("{n} person can sign in.", "{n} people can sign in.", n).format(n=n)
    return said + (" " + ngettext("{n} account is switched off.", "{n} accounts are switched off.", off).format(n=off)
                   if off else "")  # fmt: skip


def shown_once(username: str) -> str:
    """Above a password that was just made."""
    return _("The password of {name}. It is shown this once: hand it over in person, and it can be changed after "
             "signing in.").format(name=username)  # fmt: skip
