"""The workload budget: beyond it the least pressing of what rests on statistics waits in the weekly list; what a person
said, what nobody did and what was measured on the body never do."""

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from core.actions.alerts import acknowledge
from core.calls import Calls
from core.rules.catalogue import RULES, Ground
from core.rules.evaluate import open_or_add
from core.rules.findings import Fact, Finding
from models import Alert, Outbox, Service
from tests.conftest import Database
from tests.factories.cast import NOW, Cast

STATISTICAL = [rule.code for rule in RULES.values() if rule.ground is Ground.STATISTICAL]
OTHERS = [code for code in RULES if code not in STATISTICAL]


@pytest.fixture
def session(calls: Calls, cast: Cast) -> Iterator[Session]:
    with calls.transaction() as session:
        yield session


def allow(session: Session, cast: Cast, alerts: int) -> None:
    session.get_one(Service, cast.service.id).settings = {"alerts_per_week": alerts}
    session.flush()


def come(session: Session, cast: Cast, rules: Sequence[str], days: int = 0) -> None:
    for minute, rule in enumerate(rules):
        now = NOW + timedelta(days=days, minutes=minute)
        open_or_add(session, patient=cast.patient, finding=Finding(rule, (Fact(now, "series", 1),)), now=now)


def waiting(session: Session) -> list[str]:
    return list(session.exec(select(Alert.rule).where(col(Alert.batched_on).is_not(None)).order_by(col(Alert.rule))))


def test_over_the_budget_the_least_pressing_of_what_is_statistical_waits(session: Session, cast: Cast) -> None:
    allow(session, cast, 2)
    come(session, cast, ["alliance_gap", "meals_missed"])
    assert waiting(session) == []
    come(session, cast, ["ewma_change"])  # presses more than the gap, which is to be talked about in supervision
    assert waiting(session) == ["alliance_gap"]
    come(session, cast, ["sleep_short"])
    assert waiting(session) == ["alliance_gap", "sleep_short"]
    told = [payload for (payload,) in session.execute(select(col(Outbox.payload)))]
    alerts = {str(alert.id): alert.rule for alert in session.exec(select(Alert))}
    assert [alerts[one["alert"]] for one in told] == ["alliance_gap", "meals_missed", "ewma_change"]


@pytest.mark.parametrize("rule", OTHERS)
def test_what_is_not_statistical_never_waits_and_makes_room_for_itself(session: Session, cast: Cast, rule: str) -> None:
    allow(session, cast, 0)
    come(session, cast, [rule])
    assert waiting(session) == []
    allow(session, cast, 1)
    come(session, cast, ["sleep_short"])
    assert waiting(session) == ["sleep_short"]


def test_what_somebody_took_up_is_not_taken_from_them(calls: Calls, database: Database, cast: Cast) -> None:
    with calls.transaction() as session:
        allow(session, cast, 1)
        come(session, cast, ["alliance_gap"])
        (alert,) = session.exec(select(Alert))
    calls.run(acknowledge, by=cast.alice, key="a", alert_id=alert.id, version=alert.version)
    with calls.transaction() as session:
        come(session, cast, ["words_now"])
        assert waiting(session) == []


def test_the_week_begins_anew_on_the_services_monday(session: Session, cast: Cast) -> None:
    allow(session, cast, 1)
    come(session, cast, ["ewma_change"])
    come(session, cast, ["meals_missed"], days=7 - NOW.weekday())
    assert waiting(session) == []


def test_whatever_comes_in_whatever_order_only_statistics_wait(session: Session, cast: Cast) -> None:
    draw = random.Random(11)
    for turn, budget in enumerate(itertools.chain(range(4), [100])):
        allow(session, cast, budget)
        come(session, cast, draw.sample(sorted(RULES), len(RULES)), days=7 * turn)
        assert set(waiting(session)) <= set(STATISTICAL)
