"""The REST way in: a token says whose values these are, each item gets its own answer, the rest goes in, and what comes
twice is stored once. Checked against its own description by schemathesis."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from sqlmodel import select
from starlette.testclient import TestClient

from core.access import api_tokens
from core.actions import push as pushing
from core.actions.api_tokens import add_token, revoke_token
from core.actions.import_runs import undo
from core.calls import Calls
from core.clock import day_date
from core.errors import InvalidInput
from core.queries.import_runs import import_runs
from dashboard import api, api_bounds, context
from models import Alert, ApiToken, AuditEntry, Observation, ObservationDay, QuestionnaireResponse
from tests.conftest import Database
from tests.factories.cast import NOW, Cast
from tests.factories.fhir import bundle, observation

YESTERDAY = (NOW - timedelta(days=1)).isoformat()


@pytest.fixture
def client(calls: Calls, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A partner with a token for everything."""
    monkeypatch.setattr(context, "calls", lambda: calls)
    token = calls.run(add_token, by=cast.administrator, name="partner", scopes=api_tokens.SCOPES)
    with TestClient(api.make_api(), headers={"Authorization": f"Bearer {token}"}) as partner:
        yield partner


def value(cast: Cast, measure: str = "steps", amount: float = 4000, **more: Any) -> dict[str, Any]:
    return {"person": str(cast.patient.id), "at": YESTERDAY, "measure": measure, "value": amount} | more


def count(calls: Calls, table: Any) -> int:
    with calls.transaction() as session:
        return len(session.exec(select(table)).all())


def test_what_was_sent_stands_apart_from_imports_and_can_be_taken_back(
    client: TestClient, calls: Calls, cast: Cast
) -> None:
    client.post("/observations", json={"items": [value(cast)]})
    listed = calls.run(import_runs, by=cast.administrator)
    (run,) = listed.sent
    assert (listed.runs, run.source, run.by, run.counts["new_observations"]) == ((), "partner", None, 1)
    calls.run(undo, by=cast.administrator, key="u", run_id=run.id)
    assert (count(calls, Observation), count(calls, ObservationDay)) == (0, 0)


def test_each_item_gets_its_own_answer_and_the_rest_goes_in(client: TestClient, calls: Calls, cast: Cast) -> None:
    items = [value(cast), value(cast, "mana"), value(cast, person="nobody"), value(cast, amount=-1, at=YESTERDAY)]
    answer = client.post("/observations", json={"items": items}).json()
    assert [r["status"] for r in answer["results"]] == ["stored", "rejected", "rejected", "rejected"]
    assert answer["results"][1]["reason"] == "There is no measure mana."
    assert (answer["new"], count(calls, Observation)) == (1, 1)


def test_the_same_batch_again_stores_nothing_new(client: TestClient, calls: Calls, cast: Cast) -> None:
    client.post("/observations", json={"items": [value(cast)]})
    again = client.post("/observations", json={"items": [value(cast)]}).json()
    assert (again["new"], again["duplicates"], again["results"][0]["status"]) == (0, 1, "stored")
    assert count(calls, Observation) == 1


def test_two_values_for_one_moment_and_a_correction_are_named_and_the_first_stays(
    client: TestClient, calls: Calls, cast: Cast
) -> None:
    both = client.post("/observations", json={"items": [value(cast), value(cast, amount=90), value(cast)]}).json()
    assert [r["status"] for r in both["results"]] == ["stored", "rejected", "stored"]
    assert (both["new"], both["duplicates"], both["rejected"]) == (1, 1, 1)
    later = client.post("/observations", json={"items": [value(cast, amount=80)]}).json()
    assert later["results"][0]["reason"].startswith("It differs from what is stored")
    with calls.transaction() as session:
        assert session.exec(select(Observation.value)).all() == [4000]


def test_what_was_measured_last_week_and_comes_today_stands_on_its_day_and_still_speaks(
    client: TestClient, calls: Calls, cast: Cast
) -> None:
    then = NOW - timedelta(days=7)
    items = [value(cast, code, amount, at=then.isoformat()) for code, amount in (("steps", 900), ("wish_not_alive", 2))]
    assert client.post("/observations", json={"items": items}).json()["new"] == 2
    with calls.transaction() as session:
        days = {day_date(row.day) for row in session.exec(select(ObservationDay))}
        assert days == {then.astimezone(ZoneInfo(cast.patient.time_zone)).date()}
        (alert,) = session.exec(select(Alert)).all()
        assert (alert.rule, alert.opened_at) == ("safety_answer", NOW)


def test_a_thousand_ordinary_values_ask_nobody_and_one_among_them_does(
    client: TestClient, calls: Calls, cast: Cast
) -> None:
    start = NOW - timedelta(days=2)
    items = [
        value(cast, code, amount, at=(start + timedelta(minutes=n)).isoformat())
        for n in range(100)
        for code, amount in (("resting_heart_rate", 60), ("wish_not_alive", 0), ("intake_refused", 0))
    ]
    client.post("/observations", json={"items": items})
    assert count(calls, Alert) == 0
    client.post("/observations", json={"items": [*items, value(cast, "resting_heart_rate", 34)]})
    with calls.transaction() as session:
        assert [alert.rule for alert in session.exec(select(Alert))] == ["medical_signs"]


def test_an_instrument_or_item_that_nobody_knows_is_named_and_the_rest_goes_in(
    client: TestClient, calls: Calls, cast: Cast
) -> None:
    item = {"person": str(cast.patient.id), "at": YESTERDAY, "instrument": "phq-9", "ref": "1", "answers": {"1": 2}}
    strange = item | {"instrument": "horoscope", "ref": "2"}
    answer = client.post(
        "/responses", json={"items": [strange, item | {"answers": {"41": 2}, "ref": "3"}, item]}
    ).json()
    assert [r["status"] for r in answer["results"]] == ["rejected", "rejected", "stored"]
    assert count(calls, QuestionnaireResponse) == 1


def test_answers_are_scored_and_a_stated_total_that_differs_is_flagged(
    client: TestClient, calls: Calls, cast: Cast
) -> None:
    item = {
        "person": str(cast.patient.id), "at": YESTERDAY, "instrument": "phq-9", "ref": "7", "stated_total": 9,
        "answers": {str(number): 2 for number in range(1, 9)} | {"9": 0},
    }  # fmt: skip
    answer = client.post("/responses", json={"items": [item]}).json()
    assert answer["flagged"] == [{"item": "items.0", "stated": 9, "computed": 16}]
    with calls.transaction() as session:
        assert session.exec(select(QuestionnaireResponse.total)).all() == [16]


def test_a_safety_answer_is_an_alert_before_the_device_has_its_answer(
    client: TestClient, calls: Calls, cast: Cast
) -> None:
    client.post("/observations", json={"items": [value(cast, "suicidal_thoughts", 2)]})
    with calls.transaction() as session:
        assert [alert.rule for alert in session.exec(select(Alert))] == ["safety_answer"]


def test_fhir_comes_in_by_the_same_way(client: TestClient, calls: Calls, cast: Cast) -> None:
    mine = observation(subject={"reference": f"Patient/{cast.patient.id}"})
    answer = client.post("/fhir", json=bundle(mine, observation("other", code="1-8"))).json()
    assert answer["new"] == 1
    assert [(r["item"], r["status"]) for r in answer["results"]] == [
        ("Observation/o1", "stored"), ("Observation/other", "rejected"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("batch", "status", "named"),
    [
        ({"items": [{"person": "1"}]}, 422, "items.0.at"),
        ({"items": [{"person": "1", "at": "2026-01-01T10:00:00", "measure": "steps", "value": 1}]}, 422, "items.0.at"),
        ({"items": []}, 422, "items"),
        ({"items": [{}] * 1001}, 413, "items.1000"),
    ],
)
def test_a_batch_of_another_form_names_the_item_and_stores_nothing(
    client: TestClient, batch: dict[str, Any], status: int, named: str
) -> None:
    answer = client.post("/observations", json=batch)
    assert (answer.status_code, answer.json()["items"][0]) == (status, named)


def test_threat_36_a_request_that_is_too_large_is_refused_before_it_is_read(client: TestClient) -> None:
    assert client.post("/observations", content=b" " * (api_bounds.LARGEST + 1)).status_code == 413


def test_without_a_token_or_scope_or_with_one_that_is_over_nothing_is_taken(
    client: TestClient, calls: Calls, cast: Cast
) -> None:
    narrow = calls.run(add_token, by=cast.administrator, name="narrow", scopes=["fhir"], days=1)
    items = {"items": [value(cast)]}
    for token, status in (("", 401), ("guess", 401), (narrow, 403)):
        answer = client.post("/observations", json=items, headers={"Authorization": f"Bearer {token}".strip()})
        assert answer.status_code == status, token
    assert count(calls, Observation) == 0


def test_a_token_revoked_in_the_middle_of_a_batch_stores_nothing_of_it(
    client: TestClient, calls: Calls, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking = pushing.take_in

    def revoked_meanwhile(session: Any, **arguments: Any) -> Any:
        report = taking(session, **arguments)
        row = session.exec(select(ApiToken)).one()
        row.revoked_at, row.revoked_by = NOW, cast.administrator.user_id
        session.flush()
        return report

    monkeypatch.setattr(pushing, "take_in", revoked_meanwhile)
    answer = client.post("/observations", json={"items": [value(cast)]})
    assert (answer.status_code, count(calls, Observation)) == (401, 0)


def test_a_revoked_token_is_refused_at_its_next_request(client: TestClient, calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        number = session.exec(select(ApiToken.id)).one()
    calls.run(revoke_token, by=cast.administrator, token_id=number)
    assert client.post("/observations", json={"items": [value(cast)]}).status_code == 401


def test_too_many_requests_wait(client: TestClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_bounds, "REQUESTS", 2)
    answers = [client.post("/observations", json={"items": [value(cast)]}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/observations", "/responses", "/messages"])
def test_requests_of_another_form_count_as_well(client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(api_bounds, "REQUESTS", 2)
    assert [client.post(path, json={"items": [{}]}).status_code for _ in range(3)] == [422, 422, 429]


@pytest.mark.parametrize("path", ["/observations", "/responses", "/messages", "/fhir"])
def test_requests_that_cannot_be_read_count_as_well(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(api_bounds, "REQUESTS", 2)
    json = {"Content-Type": "application/json"}
    answers = [client.post(path, content=b"no JSON at all", headers=json) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]


def test_the_token_is_kept_only_as_a_hash_and_stands_in_no_log(calls: Calls, cast: Cast) -> None:
    token = calls.run(add_token, by=cast.administrator, name="partner", scopes=["fhir"])
    with calls.transaction() as session:
        kept = session.exec(select(ApiToken)).one().model_dump_json()
        logged = [str(entry.detail) for entry in session.exec(select(AuditEntry))]
    assert token not in kept and not any(token in text for text in logged)


def test_a_token_of_a_taken_name_or_an_unknown_scope_is_not_made(calls: Calls, cast: Cast) -> None:
    calls.run(add_token, by=cast.administrator, name="partner", scopes=["fhir"])
    for name, scopes, days in (("Partner", ["fhir"], 9), ("x y", ["fhir"], 9), ("b", ["root"], 9), ("c", ["fhir"], 0)):
        with pytest.raises(InvalidInput):
            calls.run(add_token, by=cast.administrator, name=name, scopes=scopes, days=days)


def test_the_description_is_kept_whatever_is_sent(
    database: Database, client: TestClient, calls: Calls, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.kind != "sqlite":
        pytest.skip("the description does not depend on the database")
    monkeypatch.setattr(api_bounds, "REQUESTS", 10_000)
    schema = schemathesis.openapi.from_asgi("/openapi.json", client.app)

    for operation in schema.get_all_operations():
        strategy = operation.ok().as_strategy()
        settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)(
            _checked(strategy, dict(client.headers))
        )()


def _checked(strategy: Any, headers: dict[str, str]) -> Any:
    @given(case=strategy)
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": headers["authorization"]})

    return check


def test_tokens_that_were_only_guessed_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, *(float(n) for n in range(200))])
    monkeypatch.setattr(api_bounds, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    rate = api_bounds.Rate()
    for number in range(150):
        assert rate.wait(f"guess {number}") == 0.0
    assert len(rate) <= 2 * api_bounds.WINDOW
