"""The commands ``rules run`` and ``rules list``: what they count and name, and that a second run adds nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from core.calls import Calls
from core.chores import Chore, attempt
from core.doctor import examine
from core.rules.catalogue import RULES
from core.rules.rounds import go_round
from core.start import Installation, load_settings, open_installation
from dashboard.__main__ import build
from models import Chore as Lease
from models import MessageThread, Programme, Service
from tests.factories.cast import Cast, make_cast


@pytest.fixture
def installation() -> Installation:
    with open_installation(load_settings()) as opened:
        with opened.calls().transaction() as session:
            make_cast(session, now=datetime.now(UTC))
        return opened


def rules(*arguments: str) -> Result:
    return CliRunner().invoke(build("rules"), ["rules", *arguments, "--json"])


def set_for(installation: Installation, table: type[Service] | type[Programme], settings: dict) -> str:
    with installation.calls().transaction() as session:
        row = session.exec(select(table)).first()
        assert row is not None
        row.settings = {**row.settings, "rules": settings}
        return f"service {row.name}" if isinstance(row, Service) else f"programme {row.code}"


def test_run_counts_what_it_opened_and_a_second_run_opens_nothing(installation: Installation) -> None:
    with installation.calls().transaction() as session:
        thread = session.exec(select(MessageThread).order_by(col(MessageThread.patient_id))).first()
        assert thread is not None
        thread.needs_reply_since = datetime.now(UTC) - timedelta(days=30)
    runs = [json.loads(rules("run").stdout) for _run in range(2)]
    calm = {"patients": 2, "opened": {}, "unowned": 0, "failed": 0, "refused": []}
    assert runs == [calm | {"opened": {"message_unanswered": 1}}, calm]


def test_list_names_every_rule_with_what_it_rests_on(installation: Installation) -> None:
    place = set_for(installation, Service, {"sleep_short": {"hours": 4.5}})
    listed = json.loads(rules("list").stdout)
    rows = {row["code"]: row for row in listed["rules"]}
    assert set(rows) == set(RULES)
    assert all(row["source"] and row["limits"] and row["response"] and row["title"] for row in rows.values())
    assert rows["no_entries"]["thresholds"] == {"nudge_hours": 48, "task_hours": 72, "after_safety_hours": 24}
    assert "task_hours" in rows["no_entries"]["defaults"]
    assert not rows["phq9_item9"]["may_be_changed"]
    assert rows["sleep_short"]["configured"] == {place: {"hours": 4.5}}
    assert listed["refused"] == []


def test_what_is_malformed_is_named_by_list_run_and_doctor(installation: Installation) -> None:
    service = set_for(installation, Service, {"alliance_gap": {"point": 1}, "phq9_item9": {"at_least": 3}})
    programme = set_for(installation, Programme, {"no_such_rule": {}})
    named = [(one["rule"], one["where"]) for one in json.loads(rules("list").stdout)["refused"]]
    assert named == [("alliance_gap", service), ("phq9_item9", service), ("no_such_rule", programme)]
    run = rules("run")
    assert json.loads(run.stdout)["refused"] == [rule for rule, _where in named]
    assert "alliance_gap is refused" in run.stderr
    (found,) = (one for one in examine(installation.settings) if one.code == "rules")
    assert not found.well
    assert all(rule in found.sentence for rule, _where in named)


def test_the_application_names_a_refused_rule_in_its_log_and_runs_the_others(
    calls: Calls, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with calls.transaction() as session:
        service = session.get_one(Service, cast.patient.service_id)
        service.settings = {**service.settings, "rules": {"no_entries": {"task_hours": []}}}
        thread = session.exec(select(MessageThread).where(col(MessageThread.patient_id) == cast.patient.id)).one()
        thread.needs_reply_since = calls.clock() - timedelta(days=30)
    assert attempt(calls, Chore("rules", timedelta(minutes=15), go_round), holder="one")
    assert "rule no_entries is refused" in caplog.text
    with calls.transaction() as session:
        outcome = session.get_one(Lease, "rules").outcome
    assert outcome == {
        "patients": 2, "opened": {"message_unanswered": 1}, "unowned": 0, "failed": 0, "refused": ["no_entries"],
    }  # fmt: skip
