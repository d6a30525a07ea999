"""The ways to reach somebody: which addresses are taken, how they are kept, when a channel is quiet."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from sqlmodel import Session

from core.errors import InvalidInput
from core.language import _
from core.settings import Settings
from core.vault import vault
from models import NotificationChannel

MAIL = "e-mail"
LONGEST = 500
# Apprise's ways to the desk of whoever runs the server, or into a file or program: they reach nobody.
_LOCAL = frozenset({"dbus", "kde", "qt", "glib", "gnome", "macosx", "windows", "syslog", "growl"})


def kind_of(address: str) -> str:
    """``e-mail`` for a plain address, else the scheme of an Apprise address (``slack``, ``ntfys`` …).

    Raises ``InvalidInput`` where nobody could be reached by it.
    """
    given = address.strip()
    if not given or len(given) > LONGEST or any(ord(sign) < 32 for sign in given):
        raise InvalidInput(_("Enter an address of at most {n} characters.").format(n=LONGEST))
    if "://" not in given:
        _check_mail(given)
        return MAIL
    kind = urlsplit(given).scheme.lower()
    if kind in _LOCAL or not _known(given):
        raise InvalidInput(
            _("This address is not understood. Examples: name@clinic.example, ntfys://ntfy.sh/topic, slack://…")
        )
    return kind[:20]


def _check_mail(given: str) -> None:
    name, _at, host = given.rpartition("@")
    if not name or "." not in host or any(sign in given for sign in " ,;<>?&#%/\\"):
        raise InvalidInput(_("This is not an e-mail address."))
    if Settings().mail_server is None:
        raise InvalidInput(_("No mail server is configured here. Use another way, or ask your administrator."))


def _known(address: str) -> bool:
    import apprise  # a fifth of a second; only where an address is entered

    return apprise.Apprise.instantiate(address, suppress_exceptions=True) is not None


def seal(session: Session, channel: NotificationChannel, address: str) -> bytes:
    """The address as it is kept with its channel."""
    return vault(session).seal("notification_channel", channel.id, channel.user_id, address.strip())


def apprise_address(session: Session, channel: NotificationChannel, settings: Settings) -> str:
    """The address as Apprise takes it; e-mail goes through the service's own mail server."""
    address = vault(session).unseal("notification_channel", channel.id, channel.user_id, channel.address)
    if channel.kind != MAIL:
        return address
    server = settings.mail_server.get_secret_value() if settings.mail_server else ""
    return f"{server}{'&' if '?' in server else '?'}to={quote(address, safe='@')}" if server else ""


def quiet_until(channel: NotificationChannel, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that hold at ``now`` on the clock of ``zone`` end (UTC); ``None`` outside them. They may run
    over midnight."""
    if channel.quiet_from is None or channel.quiet_until is None:
        return None
    begins, ends = time.fromisoformat(channel.quiet_from), time.fromisoformat(channel.quiet_until)
    there = now.astimezone(zone)
    clock = there.time().replace(tzinfo=None)
    over_midnight = begins > ends
    if not (clock >= begins or clock < ends if over_midnight else begins <= clock < ends):
        return None
    day = there.date() + timedelta(days=1) if over_midnight and clock >= begins else there.date()
    return datetime.combine(day, ends, zone).astimezone(UTC)
