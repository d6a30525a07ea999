"""The people of the service: teams, programmes, staff, patients, relatives, who treats whom, and what was consented."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from models import (
    CareKind,
    CareRelationship,
    Consent,
    Patient,
    Programme,
    Relative,
    Role,
    Service,
    Staff,
    Team,
    User,
)
from seed import names
from seed.meetings import meeting_rows
from seed.person import Person, Staffing
from seed.plan import RESERVED, ZONE, Plan, date_of
from seed.rows import Rows

SERVICE = "Clínica Vincle (simulated)"
TEAMS = ("Day care team", "Psycho-oncology team")
CONTACTS = [
    {"name": "Emergencies (example; number of Spain, source: European Commission)", "phone": "112", "hours": "always"},
    {
        "name": "Attention to suicidal behaviour (example; Spanish Ministry of Health)",
        "phone": "024",
        "hours": "always",
    },
    {"name": "The clinic's reception (example, not a real number)", "phone": "900 000 000", "hours": "Mon–Fri 8–20"},
]
SETTINGS = {"working_hours": {"days": [0, 1, 2, 3, 4], "from": "08:00", "to": "18:00"}}
PROGRAMMES = (
    ("eating-disorder-day-care", "Eating-disorder day care", "core-10",
     ("Assessment", "Full day care", "Half day care", "Group and individual", "Individual follow-up")),
    ("stepped-psycho-oncology", "Stepped psycho-oncology", "core-10",
     ("Screening and monitoring", "Psycho-education campus", "Peer community", "Online group", "Individual therapy")),
)  # fmt: skip


def service_rows(plan: Plan, rows: Rows) -> Staffing:
    """The service with its teams, programmes and staff; returns the therapists' identifiers."""
    service = plan.made_id("service")
    rows.add(
        Service, id=service, name=SERVICE, time_zone=ZONE, country="ES", region="CT", locale="en", simulated=True,
        carried_on_to=date_of(plan.today), crisis_contacts=CONTACTS, settings=SETTINGS | {"simulation": stamp(plan)},
    )  # fmt: skip
    for number in range(plan.teams):
        name = TEAMS[number % 2] + (f" {number // 2 + 1}" if plan.teams > 2 else "")
        rows.add(Team, id=plan.made_id("team", number), service_id=service, name=name)
    for number, (code, name, outcome, steps) in enumerate(PROGRAMMES):
        rows.add(
            Programme, id=plan.made_id("programme", number), service_id=service, code=code, name=name,
            outcome_instrument=outcome, weeks=12, settings={},
            steps=[{"step": n, "name": step} for n, step in enumerate(steps, start=1)],
        )  # fmt: skip
    staff = _staff(plan, rows)
    meeting_rows(plan, rows)
    return staff


def stamp(plan: Plan) -> dict[str, object]:
    """What a later run needs in order to compute the same people again."""
    return {
        "seed": plan.seed, "patients": plan.patients, "days": plan.days, "seeded_at": plan.seeded_at.isoformat(),
        "shown_at": plan.now.isoformat(), "therapists": plan.therapists, "teams": plan.teams,
        "made_cases": plan.made_cases,
    }  # fmt: skip


def plan_of(service: Service, now: datetime) -> tuple[Plan, datetime]:
    """The plan a simulated service was made by, shown at ``now``, and the moment it was last carried on to."""
    kept = dict(service.settings["simulation"])
    shown = datetime.fromisoformat(kept.pop("shown_at"))
    seeded = datetime.fromisoformat(kept.pop("seeded_at"))
    names_of = ("seed", "patients", "days", "therapists", "teams", "made_cases")
    return Plan(seeded_at=seeded, now=now, **{name: kept[name] for name in names_of}), shown


def staffing(plan: Plan) -> Staffing:
    """Identifiers of the therapists by number."""
    numbers = range(plan.therapists)
    return Staffing(
        tuple(plan.made_id("account", RESERVED + n) for n in numbers), tuple(plan.made_id("staff", n) for n in numbers)
    )


def account(
    plan: Plan, rows: Rows, number: int, *, username: str, name: str, role: Role, at: datetime
) -> uuid.UUID:  # fmt: skip
    """One account without sign-in (``seed.accounts`` gives passwords to those of the demonstration)."""
    made = plan.made_id("account", number)
    rows.add(
        User, id=made, service_id=plan.made_id("service"), username=username, password_hash="!",  # noqa: S106
        password_set_at=at, name=name, role=role, locale="en",
    )  # fmt: skip
    return made


def _staff(plan: Plan, rows: Rows) -> Staffing:
    opened = plan.seeded_at - timedelta(days=plan.days + 60)
    people = [(*_therapist(plan, n), Role.THERAPIST, n % plan.teams) for n in range(plan.therapists)]
    people += [(*_lead(n), Role.TEAM_LEAD, n) for n in range(plan.teams)]
    for number, (name, profession, role, team) in enumerate(people):
        username = username_of(name) if number < len(names.STAFF) + 2 else f"{username_of(name)}.{number}"
        user = account(plan, rows, RESERVED + number, username=username, name=name, role=role, at=opened)
        rows.add(
            Staff, id=plan.made_id("staff", number), user_id=user, team_id=plan.made_id("team", team), name=name,
            profession=profession,
        )  # fmt: skip
    last = RESERVED + len(people)
    for extra, ((name, profession), role) in enumerate(
        ((names.DIRECTOR, Role.DIRECTOR), (names.ADMINISTRATOR, Role.ADMINISTRATOR))
    ):
        user = account(plan, rows, last + extra, username=username_of(name), name=name, role=role, at=opened)
        rows.add(
            Staff, id=plan.made_id("staff", len(people) + extra), user_id=user, team_id=None, name=name,
            profession=profession,
        )  # fmt: skip
    return staffing(plan)


def username_of(name: str) -> str:
    """The user name of a member of staff: the given name in plain letters (laia)."""
    table = str.maketrans("àáèéëíïóòúüçñ", "aaeeeiioouucn")
    return name.split()[0].lower().translate(table)


def _therapist(plan: Plan, number: int) -> tuple[str, str]:
    if number < len(names.STAFF):
        return names.STAFF[number]
    return _name(plan, RESERVED + number)[0], "Clinical psychologist"


def _lead(number: int) -> tuple[str, str]:
    name, profession = names.LEADS[number % len(names.LEADS)]
    return (name if number < len(names.LEADS) else f"{name} {number + 1}"), profession


def _name(plan: Plan, person: int) -> tuple[str, str]:
    """Name and sex of a person."""
    luck = plan.generator(person, "name").random(4)
    woman = luck[0] < (0.85 if person < RESERVED and plan.programme_of(person) == 0 else 0.6)
    given = _one(names.WOMEN if woman else names.MEN, luck[1])
    return f"{given} {_one(names.FAMILIES, luck[2])}", "female" if woman else "male"


def _one(of: Sequence[str], luck: float) -> str:
    return of[int(luck * len(of))]


def patient_rows(person: Person, key: int, rows: Rows) -> None:
    """The patient with account, therapist and consent."""
    plan, began = person.plan, person.at(0, 9.5)
    name, sex = MADE_NAMES[person.index] if person.is_made else _name(plan, person.index)
    given, family = (name.split(" ", 1)) if not name.startswith("Ana María") else ("Ana María", name[10:])
    luck = person.draws("person").random(6)
    username = f"{username_of(given)}.{person.index + 1:04d}"
    user = account(plan, rows, person.index, username=username, name=name, role=Role.PATIENT, at=began)
    age = 17 + 22 * luck[0] ** 1.5 if person.day_care else 32 + 44 * luck[0]
    rows.add(
        Patient, id=person.id, key=key, service_id=plan.made_id("service"), user_id=user, given_name=given,
        team_id=plan.made_id("team", plan.therapist_of(person.index) % plan.teams),
        programme_id=plan.made_id("programme", plan.programme_of(person.index)), family_name=family,
        birth_date=date_of(person.enrolled - round(age * 365.25) - int(200 * luck[1])), sex=sex,
        pronoun="she" if sex == "female" else "he", time_zone=ZONE, locale="en", enrolled_on=date_of(person.enrolled),
        left_on=None if person.left is None else date_of(person.enrolled + person.left), simulated=True,
        source="vincle", source_ref=None,
    )  # fmt: skip
    _care(person, rows, float(luck[3]))
    scope = ["treatment", "messages"] + (["safety_questions"] if asks_safety(person) else [])
    rows.add(
        Consent, id=person.made_id("consent"), patient_id=person.id, relative_id=None, scope=scope, granted_at=began,
        granted_by=user, withdrawn_at=None, withdrawn_by=None,
    )  # fmt: skip
    if has_relative(person):
        _relative(person, family, rows)


MADE_NAMES = (("Marina Soler", "female"), ("Gemma Prats", "female"), ("Aina Vidal", "female"))


def asks_safety(person: Person) -> bool:
    """Whether the person opted into the daily safety questions."""
    return bool(person.course.traits.safety_opt_in[person.row])


def has_relative(person: Person) -> bool:
    """Whether a relative takes part: nearly half, and the first made case."""
    return person.index == 0 if person.is_made else bool(person.draws("relative").random() < 0.45)


def _care(person: Person, rows: Rows, luck: float) -> None:
    ends = None if person.left is None else date_of(person.enrolled + person.left + 28)
    rows.add(
        CareRelationship, id=person.made_id("care"), patient_id=person.id, staff_id=person.staff_id,
        kind=CareKind.LEAD, starts_on=date_of(person.enrolled), ends_on=ends,
    )  # fmt: skip
    second = (person.plan.therapist_of(person.index) + person.plan.teams) % person.plan.therapists
    if (luck < 0.2 or person.index == 0) and person.plan.therapists > person.plan.teams:
        rows.add(
            CareRelationship, id=person.made_id("care", 2), patient_id=person.id,
            staff_id=person.plan.made_id("staff", second), kind=CareKind.CO_THERAPIST,
            starts_on=date_of(person.enrolled + 7), ends_on=ends,
        )  # fmt: skip


def _relative(person: Person, family: str, rows: Rows) -> None:
    luck = person.draws("relative-person").random(3)
    who = "mother" if person.is_made else _one(names.RELATIONSHIPS, luck[0] if person.day_care else 0.2 + 0.8 * luck[0])
    woman = who in ("mother", "sister", "daughter") or (who in ("partner", "friend") and luck[1] < 0.5)
    name = f"{_one(names.WOMEN if woman else names.MEN, float(luck[2]))} {family}"
    number = RESERVED * 2 + person.index
    username = f"{username_of(name)}.r{person.index + 1:04d}"
    at = person.at(min(6, max(person.known - 1, 0)), 8.0)
    user = account(person.plan, rows, number, username=username, name=name, role=Role.RELATIVE, at=at)
    made = person.made_id("relative")
    rows.add(Relative, id=made, patient_id=person.id, user_id=user, name=name, relationship=who)
    scope = ["family_notes", "mood"] if np.floor(10 * luck[1]) % 2 else ["family_notes"]
    rows.add(
        Consent, id=person.made_id("consent", 2), patient_id=person.id, relative_id=made, scope=scope, granted_at=at,
        granted_by=person.account_id, withdrawn_at=None, withdrawn_by=None,
    )  # fmt: skip
