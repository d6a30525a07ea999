"""What the rules cost: on one entry as a part of its transaction, over a service of ten thousand as time brings them,
and the list of work of who has five thousand open alerts beside who has fifty. SQLite."""

import itertools
import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, delete, select, update

from bench.figures import Figure, interleaved, ratio
from bench.grow import grow
from core.access.actor import Actor
from core.actions.observations import source_of, store
from core.measures import catalogue
from core.queries.caseload import Scope
from core.queries.today import today
from core.rules.catalogue import RULES
from core.rules.evaluate import on_observations, on_words
from core.rules.words import MESSAGE, Written
from core.settings import Settings
from core.start import Installation, open_installation
from models import Alert, AlertEvent, Patient, Role, Staff, User
from tests.factories.installation import command

ENTRIES = 40
SEEDED, DAYS, PEOPLE, READ_BACK = 120, 90, 10_000, 30
TEAM, FEW, MANY = 300, 50, 5_000
WORDS = " ".join(
    ["Esta semana ha sido larga pero he salido dos veces y el martes comí con mi hermana sin pensar demasiado en ello."]
    * 5
)


def measure(folder: Path) -> list[Figure]:
    """One entry, and the list of work."""
    return [*_one_entry(folder / "entry"), *_work_list(folder / "list")]


def measure_large(folder: Path) -> list[Figure]:
    """The command over 10,000 patients: where its rules never ran, and again right after."""
    small, large = folder / "small", folder / "large"
    command(small, "seed", "--patients", str(SEEDED), "--days", str(DAYS))
    _forget(small / "vincle.db")
    shutil.copytree(small, large)
    grow(large / "vincle.db", copies=-(-PEOPLE // _in_treatment(small / "vincle.db")) - 1)
    first, again = _run(large), _run(large)
    size = f"rules run over {first[0]:,} patients in treatment"
    return [
        Figure(f"{size}, {first[1]:,} alerts opened", round(first[2], 1), 30, "lower", "s"),
        Figure(f"{size}, again", round(again[2], 1), 30, "lower", "s"),
    ]


def _one_entry(home: Path) -> list[Figure]:
    """Entries of one patient stored with the rules on them and without, in turn, each in its own transaction."""
    command(home, "seed", "--patients", "40", "--days", "120")
    with open_installation(Settings(home=home)) as opened:
        calls = opened.calls()
        with calls.transaction() as session:
            stays = select(Patient).where(col(Patient.left_on).is_(None)).order_by(col(Patient.key))
            patient = session.exec(stays.limit(1)).one()
            source = source_of(session, code="bench", kind="bench", name="Bench", now=calls.clock())
        moments = itertools.count(int(calls.clock().timestamp()) - 10_000)

        def entry(code: str, value: float, *, rules: bool, words: str = "") -> Callable[[], None]:
            number = catalogue()[code].id

            def write() -> None:
                values = [(next(moments), number, value)]
                with calls.transaction() as session:
                    store(session, patient=patient, source_id=source, values=values)
                    if rules:
                        on_observations(session, patient=patient, values=values, now=calls.clock())
                    if words:
                        written = Written(MESSAGE, patient.id, calls.clock(), words)
                        on_words(session, patient=patient, written=written, now=calls.clock())

            return write

        plain, looked, read = interleaved(
            entry("sad", 5, rules=False), entry("sad", 5, rules=True), entry("sad", 5, rules=False, words=WORDS),
            rounds=ENTRIES,
        )  # fmt: skip
        unsaid, asked = interleaved(
            entry("wish_not_alive", 2, rules=False), entry("wish_not_alive", 2, rules=True), rounds=ENTRIES
        )
    added = "added to its transaction"
    return [
        Figure(f"rules on one entry, {added}", _ms(looked - plain), 5, "lower", "ms"),
        Figure(f"rules on one message of {len(WORDS.split())} words, {added}", _ms(read - plain), 5, "lower", "ms"),
        Figure(f"rules on one answer about safety with its alert, {added}", _ms(asked - unsaid), 5, "lower", "ms"),
    ]


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)


def _work_list(folder: Path) -> list[Figure]:
    """A team lead's list of work with 5,000 open alerts of the team's 300 patients, and with 50 of the same."""
    few, many = folder / "few", folder / "many"
    command(few, "seed", "--patients", str(TEAM), "--days", "21")
    with open_installation(Settings(home=few)) as opened:
        lead = _one_team(opened)
    shutil.copytree(few, many)
    with open_installation(Settings(home=few)) as small, open_installation(Settings(home=many)) as large:
        _open_alerts(small, lead, FEW)
        _open_alerts(large, lead, MANY)
        quick, slow = interleaved(_looks(small, lead, FEW), _looks(large, lead, MANY), rounds=15)
    return [ratio(f"list of work with {MANY:,} open alerts / with {FEW}, {TEAM} patients", slow / quick, 1.3)]


def _one_team(opened: Installation) -> Actor:
    """Put everybody into one team without any alert; its head."""
    with opened.calls().transaction() as session:
        user = session.exec(select(User).where(User.role == Role.TEAM_LEAD).order_by(User.username).limit(1)).one()
        staff = session.exec(select(Staff).where(Staff.user_id == user.id)).one()
        session.execute(update(Patient).values(team_id=staff.team_id, left_on=None))
        session.execute(delete(AlertEvent))
        session.execute(delete(Alert))
        return Actor(user.id, user.service_id, user.role, user.name, staff_id=staff.id, team_id=staff.team_id)


def _open_alerts(opened: Installation, lead: Actor, count: int) -> None:
    """Open alerts of one rule and patient each, owned by the team's staff in turn, due over four weeks around now."""
    with opened.calls().transaction() as session:
        now = opened.calls().clock()
        owners = session.exec(select(Staff.id).where(Staff.team_id == lead.team_id).order_by(col(Staff.id))).all()
        patients = session.exec(select(Patient.id).order_by(col(Patient.key))).all()
        pairs = itertools.islice(itertools.product(RULES.values(), patients), count)
        for number, (rule, patient) in enumerate(pairs):
            fact = {"at": now.isoformat(), "kind": "series", "value": 4.0, "usual": 2.5, "measure": "negative_affect"}
            due = now + timedelta(hours=(number * 37) % 672 - 96)
            session.add(
                Alert(
                    patient_id=patient, rule=rule.code, response=rule.response, opened_at=due - timedelta(days=4),
                    due_at=due, owner_id=owners[number % len(owners)], evidence=[fact, fact],
                )
            )  # fmt: skip


def _looks(opened: Installation, lead: Actor, expected: int) -> Callable[[], None]:
    def look() -> None:
        view = opened.calls().run(today, by=lead, scope=Scope.TEAM)
        waiting = len(view.work) + sum(due.n for due in view.unlisted.values())
        if waiting < expected:
            raise RuntimeError(f"{waiting} of {expected} alerts are on the list")

    return look


def _forget(file: Path) -> None:
    """Every alert, as if no rule had ever run, and raw values older than a round looks back (which saves the copies
    most of their time)."""
    with closing(sqlite3.connect(file)) as connection:
        before = int(time.time()) - READ_BACK * 86_400
        connection.execute("DELETE FROM observation WHERE at < ?", (before,))
        for table in ("alert_event", "alert", "outbox"):
            connection.execute(f"DELETE FROM {table}")
        connection.commit()


def _in_treatment(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM patient WHERE left_on IS NULL").fetchone()[0])


def _run(home: Path) -> tuple[int, int, float]:
    """The command in a process of its own: patients, alerts opened, seconds from its start to its end."""
    began = time.perf_counter()
    made = json.loads(command(home, "rules", "run", "--json"))
    return int(made["patients"]), sum(made["opened"].values()), time.perf_counter() - began
