"""Server-side sessions: what ends them, and what does not keep them alive."""

from datetime import timedelta

import pytest
from sqlalchemy import func
from sqlmodel import select

from core.access import accounts, sessions
from core.access.passwords import hash_password
from core.actions.accounts import add_account, change_role, disable_account, enable_account, set_password
from core.calls import Calls
from core.errors import AccessRefused, InvalidInput, NotPossible, SignInRefused
from models import AttemptCounter, Role, SignInSession, SignInTicket, User
from tests.conftest import Database
from tests.factories.cast import NOW, Cast

PASSWORD = "seven quiet herons"


@pytest.fixture
def cast(cast: Cast, calls: Calls) -> Cast:
    """Everyone has the same (cheaply hashed) password."""
    with calls.transaction() as session:
        for user in session.exec(select(User)):
            user.password_hash = hash_password(PASSWORD, rounds=4)
    return cast


def sign_in(calls: Calls, username: str = "alice", before: str | None = None) -> str:
    """A session's token, by the whole way: password, ticket, exchange."""
    ticket = accounts.prove(calls, username=username, password=PASSWORD, address="192.0.2.7")
    token = accounts.exchange(calls, ticket=ticket, replaces=before)
    assert token is not None
    return token


def who(calls: Calls, token: str) -> str | None:
    """The name behind a token, without counting as activity."""
    found = accounts.present(calls, token=token, active=False)
    return found.actor.name if found else None


def test_a_signed_in_person_is_read_with_everything_that_access_depends_on(calls: Calls, cast: Cast) -> None:
    for username, actor in {"alice": cast.alice, "laia": cast.patient_actor, "marta": cast.relative_actor}.items():
        found = accounts.present(calls, token=sign_in(calls, username), active=True)
        assert found is not None
        assert found.actor == actor


def test_only_a_hash_of_the_token_is_kept(calls: Calls, cast: Cast) -> None:
    token = sign_in(calls)
    with calls.transaction() as session:
        row = session.exec(select(SignInSession)).one()
    assert token not in repr(row)
    assert who(calls, row.token_hash) is None


def test_threat_01_a_copied_cookie_is_worth_nothing_after_signing_out(calls: Calls, cast: Cast) -> None:
    token = sign_in(calls)
    assert who(calls, token) == "Alice"
    accounts.sign_out(calls, token=token)
    assert who(calls, token) is None


def test_threat_02_a_new_password_ends_all_other_sessions(calls: Calls, cast: Cast) -> None:
    here, elsewhere, bobs = sign_in(calls), sign_in(calls), sign_in(calls, "bob")
    accounts.renew_password(calls, by=cast.alice, old=PASSWORD, new="nine other cranes", keep=here, address="192.0.2.7")
    assert [who(calls, token) for token in (here, elsewhere, bobs)] == ["Alice", None, "Bob"]
    with pytest.raises(SignInRefused):
        sign_in(calls)


def test_threat_02_a_password_set_by_the_administrator_ends_all(calls: Calls, cast: Cast) -> None:
    token = sign_in(calls)
    waiting = accounts.prove(calls, username="alice", password=PASSWORD, address="192.0.2.7")
    calls.run(set_password, by=cast.administrator, username="alice", password="nine other cranes")
    assert who(calls, token) is None
    assert accounts.exchange(calls, ticket=waiting, replaces=None) is None


def test_a_wrong_present_password_changes_nothing(calls: Calls, cast: Cast) -> None:
    token, other = sign_in(calls), sign_in(calls)
    with pytest.raises(SignInRefused, match="present password"):
        accounts.renew_password(calls, by=cast.alice, old="guess", new="nine other cranes", keep=token, address="a")
    with pytest.raises(InvalidInput):
        accounts.renew_password(calls, by=cast.alice, old=PASSWORD, new="short", keep=token, address="a")
    assert (who(calls, token), who(calls, other)) == ("Alice", "Alice")


def test_threat_03_a_disabled_account_is_out_at_once_and_cannot_come_back(calls: Calls, cast: Cast) -> None:
    token = sign_in(calls)
    calls.run(disable_account, by=cast.administrator, username="alice")
    assert who(calls, token) is None
    with pytest.raises(SignInRefused, match="is not right"):
        sign_in(calls)
    calls.run(enable_account, by=cast.administrator, username="alice")
    assert who(calls, token) is None
    assert who(calls, sign_in(calls)) == "Alice"


def test_threat_04_another_role_acts_on_the_running_session(calls: Calls, cast: Cast) -> None:
    token = sign_in(calls)
    calls.run(change_role, by=cast.administrator, username="alice", role=Role.DIRECTOR)
    found = accounts.present(calls, token=token, active=True)
    assert found is not None
    assert found.actor.role is Role.DIRECTOR
    with pytest.raises(AccessRefused):
        calls.run(disable_account, by=found.actor, username="bob")


def test_a_patient_does_not_become_staff(calls: Calls, cast: Cast) -> None:
    with pytest.raises(NotPossible):
        calls.run(change_role, by=cast.administrator, username="laia", role=Role.THERAPIST)


@pytest.mark.parametrize("actor", ["therapist", "team lead", "director", "patient", "relative"])
def test_only_administrators_manage_accounts(calls: Calls, cast: Cast, actor: str) -> None:
    by = cast.everyone[actor]
    with pytest.raises(AccessRefused):
        calls.run(set_password, by=by, username="bob", password="nine other cranes")
    with pytest.raises(AccessRefused):
        calls.run(add_account, by=by, username="eve", name="Eve", role=Role.ADMINISTRATOR, password="nine other cranes")


def test_threat_08_the_session_known_before_signing_in_is_ended(calls: Calls, cast: Cast) -> None:
    fixed = sign_in(calls, "bob")
    token = sign_in(calls, "alice", before=fixed)
    assert token != fixed
    assert (who(calls, fixed), who(calls, token)) == (None, "Alice")
    assert accounts.exchange(calls, ticket="made up", replaces=token) is None
    assert who(calls, token) == "Alice"


def test_threat_09_idle_and_absolute_limits_hold_and_polling_does_not_extend(database: Database, cast: Cast) -> None:
    token = sign_in(database.calls())

    def seen(after: timedelta, *, active: bool) -> bool:
        return accounts.present(database.calls(NOW + after), token=token, active=active) is not None

    for minute in range(0, 30, 2):
        assert seen(timedelta(minutes=minute), active=False)
    assert not seen(sessions.IDLE, active=False)

    token = sign_in(database.calls())
    moment = timedelta()
    while moment < sessions.ABSOLUTE:
        assert seen(moment, active=True)
        moment += timedelta(minutes=25)
    assert not seen(sessions.ABSOLUTE, active=True)


def test_a_ticket_works_once_and_for_half_a_minute(database: Database, cast: Cast) -> None:
    calls = database.calls()
    ticket = accounts.prove(calls, username="Alice ", password=PASSWORD, address="192.0.2.7")
    assert accounts.exchange(calls, ticket=ticket, replaces=None) is not None
    assert accounts.exchange(calls, ticket=ticket, replaces=None) is None
    late = accounts.prove(calls, username="alice", password=PASSWORD, address="192.0.2.7")
    assert accounts.exchange(database.calls(NOW + timedelta(seconds=31)), ticket=late, replaces=None) is None


def test_signing_in_sweeps_out_what_is_long_over_and_nothing_else(database: Database, cast: Cast) -> None:
    calls = database.calls()
    sign_in(calls)
    accounts.prove(calls, username="alice", password=PASSWORD, address="192.0.2.7")
    with pytest.raises(SignInRefused):
        accounts.prove(calls, username="bob", password="guess", address="192.0.2.9")
    kinds = (SignInTicket, AttemptCounter, SignInSession)

    def left() -> list[int]:
        with calls.transaction() as session:
            return [session.exec(select(func.count()).select_from(kind)).one() for kind in kinds]

    before = left()
    sign_in(database.calls(NOW + timedelta(minutes=5)))
    assert left() == [before[0] + 1, before[1], before[2] + 1]
    sign_in(database.calls(NOW + timedelta(days=32)))
    assert left() == [1, 1, 1]
