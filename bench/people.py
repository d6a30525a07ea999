"""Whom the bench signs in as."""

from sqlmodel import col, select

from bench.serve import cookie_of
from core.access import accounts
from core.access.actor import Actor
from core.start import Installation
from models import Patient, Role, User


def therapist_with_cookie(installation: Installation) -> tuple[Actor, str]:
    """A therapist of the demonstration, signed in: the person and the cookie header of their browser."""
    calls = installation.calls()
    with calls.transaction() as session:
        user = session.exec(select(User).where(User.role == Role.THERAPIST).order_by(User.username)).first()
    if user is None:
        raise RuntimeError("the demonstration has no therapist")
    cookie = cookie_of(installation, user.id)
    present = accounts.present(calls, token=cookie.removeprefix("vincle="), active=True)
    if present is None:
        raise RuntimeError("the session just made is not there")
    return present.actor, cookie


def patient_of(installation: Installation) -> Actor:
    """A patient of the demonstration, for calls without a browser."""
    calls = installation.calls()
    with calls.transaction() as session:
        user = session.exec(
            select(User).join(Patient, col(Patient.user_id) == col(User.id)).order_by(col(Patient.key))
        ).first()
    if user is None:
        raise RuntimeError("the demonstration has no patient")
    token = cookie_of(installation, user.id).removeprefix("vincle=")
    present = accounts.present(calls, token=token, active=True)
    if present is None:
        raise RuntimeError("the session just made is not there")
    return present.actor


def therapist_of(installation: Installation) -> Actor:
    """The same therapist, for calls without a browser."""
    return therapist_with_cookie(installation)[0]
