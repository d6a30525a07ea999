"""Where notifications may go (threat 38), and what waiting costs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.errors import InvalidInput
from core.notify.channels import kind_of, quiet_until
from core.notify.courier import Fence
from core.notify.delivery import LONGEST_WAIT, MOST_TRIES, back_off
from models import NotificationChannel, new_id

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "172.16.0.1", "0.0.0.0", "::1", "fe80::1%eth0",
     "fd00::1", "::ffff:10.0.0.1", "224.0.0.1", "a.name.not.an.address"],
)  # fmt: skip
@pytest.mark.parametrize("event", ["socket.connect", "socket.sendto", "socket.sendmsg"])
def test_threat_38_private_addresses_are_outside_the_fence(event: str, address: str) -> None:
    fence = Fence(())
    with pytest.raises(PermissionError):
        fence(event, (None, (address, 443)))
    assert fence.touched


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_threat_38_public_addresses_are_inside(address: str) -> None:
    fence = Fence(())
    fence("socket.connect", (None, (address, 443)))
    assert not fence.touched


def test_threat_38_a_network_of_the_house_can_be_named_and_no_other_opens_by_it() -> None:
    fence = Fence(["10.1.0.0/16"])
    fence("socket.connect", (None, ("10.1.2.3", 25)))
    with pytest.raises(PermissionError):
        fence("socket.connect", (None, ("10.2.2.3", 25)))


@pytest.mark.parametrize(
    ("event", "arguments"),
    [("subprocess.Popen", ("sh", (), None, None)), ("os.system", ("id",)), ("open", ("/etc/passwd", "r", 0)),
     ("open", ("/tmp/x", "w", 0)), ("open", ("var/keys/master.key", "r", 0)),
     ("socket.connect", (None, "/run/x.sock"))],
)  # fmt: skip
def test_threat_38_no_programs_no_files_no_sockets_of_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(PermissionError):
        Fence(())(event, arguments)


@pytest.mark.parametrize("address", ["", "syslog://", "dbus://", "nothing at all", "file:///etc/passwd", "x" * 600])
def test_an_address_that_reaches_nobody_is_not_taken(address: str) -> None:
    with pytest.raises(InvalidInput):
        kind_of(address)


def test_plain_mail_needs_the_services_own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="mail server"):
        kind_of("laia@clinic.example")
    monkeypatch.setenv("VINCLE_MAIL_SERVER", "mailto://user:pass@mail.example")
    assert kind_of("laia@clinic.example") == "e-mail"
    with pytest.raises(InvalidInput):
        kind_of("laia@clinic.example?to=all@clinic.example")


@pytest.mark.parametrize(
    ("address", "kind"),
    [("ntfys://ntfy.sh/topic", "ntfys"), ("json://host.example/in", "json"),
     ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#team", "slack")],
)  # fmt: skip
def test_apprise_addresses_are_known_by_their_scheme(address: str, kind: str) -> None:
    assert kind_of(address) == kind


def channel(begins: str | None, ends: str | None) -> NotificationChannel:
    return NotificationChannel(
        user_id=new_id(), label="x", kind="json", address=b"", added_at=datetime.now(UTC), quiet_from=begins,
        quiet_until=ends,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "local", "until"),
    [
        (("22:00", "07:00"), "2026-11-18T23:30", "2026-11-19T07:00"),
        (("22:00", "07:00"), "2026-11-18T06:59", "2026-11-18T07:00"),
        (("22:00", "07:00"), "2026-11-18T07:00", None),
        (("22:00", "07:00"), "2026-11-18T12:00", None),
        (("12:00", "14:00"), "2026-11-18T13:00", "2026-11-18T14:00"),
        ((None, None), "2026-11-18T03:00", None),
        (("22:00", "07:00"), "2026-10-24T23:00", "2026-10-25T07:00"),  # the night that has an hour more
    ],
)
def test_quiet_hours_end_on_the_clock_of_the_service(
    hours: tuple[str | None, str | None], local: str, until: str | None
) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=MADRID)
    found = quiet_until(channel(*hours), now, MADRID)
    assert found == (datetime.fromisoformat(until).replace(tzinfo=MADRID) if until else None)


def test_waiting_doubles_and_ends_at_an_hour() -> None:
    waits = [back_off(n) for n in range(1, MOST_TRIES + 1)]
    assert waits[:4] == [timedelta(seconds=s) for s in (30, 60, 120, 240)]
    assert waits[-1] == LONGEST_WAIT
    assert waits == sorted(waits)
