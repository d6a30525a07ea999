"""What ``make run`` and the command line call: seed the demonstration, or carry it on to the present."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.language import _
from core.start import Installation, Say
from seed.accounts import give_sign_ins
from seed.carry import carry
from seed.ideas import share_ideas
from seed.invite import invite
from seed.load import find_simulated, load, simulated_service, unfinished
from seed.plan import Plan

PATIENTS, DAYS, SEED = 120, 365, 1
CASELOAD = 60
THERAPISTS_ON_A_TEAM = 12


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written."""

    patients: int
    observations: int
    sign_ins: int


def plan_for(patients: int, days: int, seed: int, now: datetime) -> Plan:
    """A service of that size: at least six therapists on two teams, at most 60 patients each."""
    therapists = max(6, -(-patients // CASELOAD))
    teams = max(2, 2 * -(-therapists // (2 * THERAPISTS_ON_A_TEAM)))
    now = now.replace(microsecond=0)
    return Plan(seed, patients, days, now, now, therapists, teams, made_cases=days >= 150)


def seed_service(installation: Installation, plan: Plan, progress: Callable[[int], None]) -> Seeded:
    """Write the service of ``plan`` and its sign-ins; one that was interrupted is finished as it was begun."""
    calls = installation.calls()
    with calls.transaction() as session:
        begun = unfinished(session)
    same = begun is not None and (begun.seed, begun.patients, begun.days) == (plan.seed, plan.patients, plan.days)
    plan = begun if begun is not None and same else plan
    observations = load(calls, plan, progress)
    with calls.transaction() as session:
        service = simulated_service(session)
        sign_ins = give_sign_ins(session, installation.settings.home, service)
        invite(session, service, plan.now)
        share_ideas(session, service, plan)
    return Seeded(plan.patients, observations, sign_ins)


def seed(installation: Installation, now: datetime, say: Say) -> None:
    """The default demonstration: 120 people over a year."""
    done = seed_service(installation, plan_for(PATIENTS, DAYS, SEED, now), lambda _done: None)
    say(
        _("{patients} simulated people with {observations} entries").format(
            patients=done.patients, observations=f"{done.observations:,}"
        )
    )


def carry_on(installation: Installation, now: datetime, say: Say) -> None:
    """Bring the demonstration to ``now``; an interrupted seeding is finished first."""
    calls = installation.calls()
    with calls.transaction() as session:
        begun = unfinished(session)
        service = find_simulated(session)
    if service is None or "simulation" not in service.settings:
        return  # simulated, but not by us: nothing to go by
    if begun is not None:
        seed_service(installation, begun, lambda _done: None)
    done = carry(calls, now, lambda _done: None)
    with calls.transaction() as session:
        invite(session, simulated_service(session), now)
    if done.observations:
        say(_("The demonstration was carried on: {n} new entries").format(n=f"{done.observations:,}"))
