"""From the database to the cards, on both databases: a cohort is stored, scored by sealed models, read back and seen
differently; a night repeated writes nothing twice; who lacks inputs is told why."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlmodel import col, func, select

from core.actions.signals import see_differently
from core.calls import Calls
from core.errors import InvalidInput, NotFound
from core.queries.case_review import case_review
from core.queries.signal_views import SignalsView
from core.queries.signals import signals
from core.settings import Settings
from core.signals import registry
from core.signals.run import score_all
from core.start import Installation
from models import (
    AuditEntry,
    Patient,
    Signal,
    SignalContribution,
    SignalDisagreement,
    SignalScore,
)
from tests.conftest import Database
from tests.factories.cast import Cast
from tests.factories.lived import store_streams
from tests.factories.trained import learned

END = learned().cohort.until
NOW = END + timedelta(hours=9)


@pytest.fixture
def installation(database: Database, tmp_path: Path) -> Installation:
    """An installation with the trained models."""
    settings = Settings(home=tmp_path / "home")
    for signal, trained in learned().trained.items():
        registry.save(settings.models_folder, signal, trained.manifest, trained.files, key=database.keys.audit)
    return Installation(settings, database.keys, database.engine)


@pytest.fixture
def lived(calls: Calls, cast: Cast) -> Cast:
    """Alice's patient with the entries, answers and ratings of the cohort's first person; Charlie's with nothing."""
    with calls.transaction() as session:
        patient = session.get(Patient, cast.patient.id)
        other = session.get(Patient, cast.other_patient.id)
        assert patient is not None and other is not None and patient.user_id is not None
        patient.enrolled_on = other.enrolled_on = learned().cohort.people[0].enrolled_on
        store_streams(session, cast, patient, 1)
    return cast


def stored(database: Database, patient: Patient) -> dict[Signal, SignalScore]:
    with database.calls(NOW).transaction() as session:
        rows = session.exec(select(SignalScore).where(col(SignalScore.patient_id) == patient.id)).all()
        return {row.signal: row for row in rows}


def view_of(database: Database, cast: Cast) -> SignalsView:
    return database.calls(NOW).run(signals, by=cast.alice, patient_id=cast.patient.id)


def test_every_stored_score_adds_up_and_names_its_model(
    database: Database, installation: Installation, lived: Cast
) -> None:
    summary = score_all(installation, NOW)
    assert (summary.patients, summary.scores, summary.written) == (2, 8, 8)
    found = stored(database, lived.patient)
    spoken = {signal for signal, score in found.items() if not score.abstained}
    assert {Signal.SAFETY, Signal.RELAPSE, Signal.QUALITY_OF_LIFE} <= spoken
    for signal in spoken:
        score = found[signal]
        assert score.model_version == learned().trained[signal].manifest["version"]
        with database.calls(NOW).transaction() as session:
            parts = session.exec(select(SignalContribution).where(col(SignalContribution.score_id) == score.id)).all()
        assert score.margin == pytest.approx(score.base_margin + sum(part.contribution for part in parts), abs=1e-4)
        assert score.lower <= score.estimate <= score.upper
        assert score.usual is not None
        if signal is not Signal.QUALITY_OF_LIFE:
            assert score.estimate == pytest.approx(1 / (1 + np.exp(-score.margin)), abs=1e-6)


def test_whoever_lacks_inputs_gets_no_estimate_and_the_reason(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW)
    nothing = stored(database, lived.other_patient)
    assert all(score.abstained and score.estimate is None for score in nothing.values())
    assert nothing[Signal.SAFETY].reasons[0] == {"code": "no_entries"}
    assert {"code": "no_who5"} in nothing[Signal.QUALITY_OF_LIFE].reasons


def test_past_week_12_the_expected_course_says_what_came_of_it(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW)
    reason = stored(database, lived.patient)[Signal.PROGNOSIS].reasons[0]
    assert reason["code"] == "outcome_known"
    assert reason["reliable"] == (reason["baseline"] - reason["outcome"] >= 6)


def test_a_night_repeated_writes_nothing_twice(database: Database, installation: Installation, lived: Cast) -> None:
    score_all(installation, NOW)
    before = stored(database, lived.patient)[Signal.SAFETY].scored_at
    assert score_all(installation, NOW + timedelta(hours=1)).written == 0
    assert stored(database, lived.patient)[Signal.SAFETY].scored_at == before
    earlier = score_all(installation, NOW, as_of=(END - timedelta(days=3)).date())
    assert earlier.written == 8
    with database.calls(NOW).transaction() as session:
        assert session.exec(select(func.count()).select_from(SignalScore)).one() == 16


def test_threat_56_without_a_usable_model_there_is_no_score_and_the_reason(
    database: Database, installation: Installation, lived: Cast
) -> None:
    home = installation.settings.models_folder / "safety"
    version = (home / "current").read_text()
    next((home / version).glob("estimator.*")).write_bytes(b"something else")
    score_all(installation, NOW)
    score = stored(database, lived.patient)[Signal.SAFETY]
    assert (score.abstained, score.estimate, score.reasons) == (True, None, [{"code": "model_tampered"}])
    assert not stored(database, lived.patient)[Signal.RELAPSE].abstained
    trained = learned().trained[Signal.SAFETY]
    registry.save(
        installation.settings.models_folder, Signal.SAFETY, trained.manifest, trained.files, key=database.keys.audit
    )
    assert score_all(installation, NOW).written == 2
    assert not stored(database, lived.patient)[Signal.SAFETY].abstained


def test_the_cards_show_answers_first_and_factors_by_domain(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW)
    view = view_of(database, lived)
    states = {answer.item: answer.state for answer in view.safety_answers}
    assert states["wish_not_alive"] == "not_asked"
    assert states["core-10:6"] == "answered"
    card = next(card for card in view.cards if card.signal is Signal.SAFETY)
    sizes = [abs(domain.contribution) for domain in card.domains]
    assert sizes == sorted(sizes, reverse=True)
    assert card.learned_on_simulated


def test_what_stands_behind_an_estimate_is_read_for_the_cards_that_are_open(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW)
    first, *others = Signal
    asked = {"by": lived.alice, "patient_id": lived.patient.id, "days": 90}
    every = {card.signal: card for card in database.calls(NOW).run(case_review, **asked).signals.cards}
    shown = {card.signal: card for card in database.calls(NOW).run(case_review, opened=(first,), **asked).signals.cards}
    assert shown[first] == every[first]
    assert any(every[other].domains for other in others)
    for other in others:
        assert shown[other] == replace(every[other], domains=(), change=None)


def test_a_clinician_sees_it_differently_once_and_a_rescoring_keeps_what_they_saw(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW)
    score = stored(database, lived.patient)[Signal.RELAPSE]
    arguments = {"patient_id": lived.patient.id, "score_id": score.id, "reason": "knows_more", "text": "She moved."}
    for _press in range(2):
        database.calls(NOW).run(see_differently, by=lived.alice, key="form-1", **arguments)
    card = next(card for card in view_of(database, lived).cards if card.signal is Signal.RELAPSE)
    assert [(said.by, said.reason, said.text) for said in card.disagreements] == [
        ("Alice", "knows_more", "She moved.")
    ]  # fmt: skip
    with database.calls(NOW).transaction() as session:
        row = session.exec(select(SignalDisagreement)).one()
        assert row.text is not None and b"moved" not in row.text
        details = [str(entry.detail) for entry in session.exec(select(AuditEntry))]
    assert not any("moved" in detail for detail in details)
    trained = learned().trained[Signal.RELAPSE]
    registry.save(
        installation.settings.models_folder, Signal.RELAPSE, trained.manifest | {"version": "another"},
        trained.files, key=database.keys.audit,
    )  # fmt: skip
    score_all(installation, NOW)
    assert stored(database, lived.patient)[Signal.RELAPSE].model_version == score.model_version
    assert stored(database, lived.other_patient)[Signal.RELAPSE].model_version == "another"


def test_a_score_of_another_patient_and_an_unknown_reason_are_refused(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW)
    theirs, own = stored(database, lived.other_patient), stored(database, lived.patient)
    run = database.calls(NOW).run
    arguments = {"patient_id": lived.patient.id, "reason": "knows_more"}
    with pytest.raises(NotFound):
        run(see_differently, by=lived.alice, key="a", score_id=theirs[Signal.SAFETY].id, **arguments)
    with pytest.raises(InvalidInput):
        score_id = own[Signal.SAFETY].id
        run(see_differently, by=lived.alice, key="b", **(arguments | {"score_id": score_id, "reason": "x"}))
