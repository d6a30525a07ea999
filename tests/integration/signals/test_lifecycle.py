"""A model's life on both databases: what changed since the last score, the expected course, drift, models promoted and
rolled back with a trace, and a site's own training refused with the count."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.calls import Calls
from core.errors import NotPossible
from core.queries.model_cards import model_cards
from core.queries.signals import signals
from core.rules.rounds import watch_everyone
from core.settings import Settings
from core.signals import registry
from core.signals.card import CardView
from core.signals.learn import train_all, train_site
from core.signals.matured import came_true
from core.signals.run import score_all
from core.signals.shelf import promote_version, roll_back_version
from core.start import Installation
from models import (
    AuditEntry,
    ClinicalEvent,
    EventKind,
    Patient,
    QuestionnaireResponse,
    Signal,
    SignalDrift,
    SignalScore,
)
from tests.conftest import Database
from tests.factories.cast import Cast
from tests.factories.trained import learned
from tests.integration.signals.test_scoring import END, NOW, installation, lived, view_of

__all__ = ["installation", "lived"]


def card_of(database: Database, cast: Cast, signal: Signal):
    return next(card for card in view_of(database, cast).cards if card.signal is signal)


def test_what_changed_since_the_last_score_adds_up_to_the_difference(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW, (END - timedelta(days=7)).date())
    assert card_of(database, lived, Signal.SAFETY).change is None
    score_all(installation, NOW)
    for signal in (Signal.SAFETY, Signal.RELAPSE, Signal.QUALITY_OF_LIFE):
        card = card_of(database, lived, signal)
        assert card.change is not None
        assert card.change.since == END - timedelta(days=7, hours=2)  # midnight in Madrid
        moved = sum(view.part for view in card.change.domains)
        assert card.change.before + moved == pytest.approx(card.estimate, abs=1e-6)
        assert card.base + sum(view.part for view in card.domains) == pytest.approx(card.estimate, abs=1e-6)


def test_a_score_of_another_model_is_not_compared(database: Database, installation: Installation, lived: Cast) -> None:
    score_all(installation, NOW, (END - timedelta(days=7)).date())
    trained = learned().trained[Signal.SAFETY]
    registry.save(
        installation.settings.models_folder, Signal.SAFETY, trained.manifest | {"version": "another"}, trained.files,
        key=database.keys.audit,
    )  # fmt: skip
    score_all(installation, NOW)
    assert card_of(database, lived, Signal.SAFETY).change is None
    assert card_of(database, lived, Signal.RELAPSE).change is not None


def test_the_expected_course_is_given_also_while_the_estimate_is_withheld(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW)
    card, view = card_of(database, lived, Signal.PROGNOSIS), view_of(database, lived)
    assert card.abstained
    assert card.course is not None
    assert card.course["newest"]["side"] in {-1, 0, 1}
    assert view.outcomes[0].week == 0.0
    assert view.outcomes[0].total == card.course["baseline"]
    assert card_of(database, lived, Signal.SAFETY).course is None


def test_a_patient_above_the_band_is_raised_once_for_the_next_session(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW)
    with database.calls(NOW).transaction() as session:
        score = session.exec(
            select(SignalScore).where(
                col(SignalScore.signal) == Signal.PROGNOSIS, col(SignalScore.patient_id) == lived.patient.id
            )
        ).one()
        assert score.course is not None
        above = score.course["newest"] | {"side": 1, "at": (NOW - timedelta(days=2)).isoformat()}
        score.course = score.course | {"newest": above}
        session.add(score)
    opened = [watch_everyone(database.calls(NOW), NOW, lambda *_: None).opened for _night in range(2)]
    assert opened[0]["off_course"] == 1
    assert "off_course" not in opened[1]


def test_drift_is_looked_at_each_night_and_once_and_shown_of_the_model_in_use(
    database: Database, installation: Installation, lived: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    score_all(installation, NOW)
    score_all(installation, NOW + timedelta(hours=1))
    with database.calls(NOW).transaction() as session:
        rows = session.exec(select(SignalDrift)).all()
        assert sorted(row.signal for row in rows) == sorted(Signal)
        assert all(row.model_version == learned().trained[row.signal].manifest["version"] for row in rows)
    trained, folder = learned().trained[Signal.SAFETY], installation.settings.models_folder
    assert shown(database, lived, installation, monkeypatch)[Signal.SAFETY].drift is not None
    registry.save(
        folder, Signal.SAFETY, trained.manifest | {"version": "another"}, trained.files, key=database.keys.audit
    )  # fmt: skip
    cards = shown(database, lived, installation, monkeypatch)
    assert (cards[Signal.SAFETY].version, cards[Signal.SAFETY].drift) == ("another", None)
    assert cards[Signal.RELAPSE].drift is not None


def test_a_card_says_that_its_model_gives_no_scores(
    database: Database, installation: Installation, lived: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = installation.settings.models_folder / "safety"
    next((home / (home / "current").read_text()).glob("estimator.*")).write_bytes(b"something else")
    cards = shown(database, lived, installation, monkeypatch)
    assert (cards[Signal.SAFETY].unavailable, cards[Signal.RELAPSE].unavailable) == ("model_tampered", None)


def shown(
    database: Database, cast: Cast, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> dict[Signal, CardView]:
    monkeypatch.setenv("VINCLE_HOME", str(installation.settings.home))
    return {card.signal: card for card in database.calls(NOW).run(model_cards, by=cast.alice)}


def test_estimates_whose_time_has_come_are_compared_with_what_came(
    database: Database, installation: Installation, lived: Cast
) -> None:
    day = END - timedelta(days=40)
    score_all(installation, NOW, day.date())
    with database.calls(NOW).transaction() as session:
        score = session.exec(
            select(SignalScore).where(col(SignalScore.signal) == Signal.SAFETY, col(SignalScore.abstained).is_(False))
        ).one()
        event = ClinicalEvent(
            patient_id=lived.patient.id, kind=EventKind.CRISIS, happened_at=score.as_of + timedelta(days=3),
            recorded_at=NOW, recorded_by=lived.alice.user_id,
        )  # fmt: skip
        session.add(event)
        session.flush()
        found = came_true(session, Signal.SAFETY, score.model_version, END)
        assert found == {"n": 1, "expected": pytest.approx(score.estimate, abs=0.01), "observed": 1}
        assert came_true(session, Signal.SAFETY, "another", END) == {"n": 0}
        assert came_true(session, Signal.SAFETY, score.model_version, score.as_of + timedelta(days=13)) == {"n": 0}
        points = came_true(session, Signal.QUALITY_OF_LIFE, _version(session, Signal.QUALITY_OF_LIFE), END)
        due = session.exec(
            select(QuestionnaireResponse.total).where(
                col(QuestionnaireResponse.instrument) == "who-5",
                col(QuestionnaireResponse.answered_at).between(
                    score.as_of + timedelta(days=21), score.as_of + timedelta(days=35)
                ),
            )
        ).all()
        assert points["n"] == 1
        assert points["observed"] in due


def test_estimates_about_people_who_left_too_early_say_nothing(
    database: Database, installation: Installation, lived: Cast
) -> None:
    score_all(installation, NOW, (END - timedelta(days=40)).date())
    with database.calls(NOW).transaction() as session:
        version = _version(session, Signal.RELAPSE)
        patient = session.get(Patient, lived.patient.id)
        patient.left_on = (END - timedelta(days=40 - 20)).date()
        session.add(patient)
        session.flush()
        assert came_true(session, Signal.SAFETY, _version(session, Signal.SAFETY), END)["n"] == 1
        assert came_true(session, Signal.RELAPSE, version, END) == {"n": 0}, "28 days are asked about, 20 were seen"


def test_who_was_expected_to_improve_is_compared_with_who_did(
    database: Database, installation: Installation, lived: Cast
) -> None:
    enrolled = learned().cohort.people[0].enrolled_on
    score_all(installation, NOW, enrolled + timedelta(days=40))
    with database.calls(NOW).transaction() as session:
        score = session.exec(
            select(SignalScore).where(
                col(SignalScore.signal) == Signal.PROGNOSIS, col(SignalScore.abstained).is_(False)
            )
        ).one()
        core = session.exec(
            select(QuestionnaireResponse)
            .where(
                col(QuestionnaireResponse.patient_id) == lived.patient.id,
                col(QuestionnaireResponse.instrument) == "core-10",
            )
            .order_by(col(QuestionnaireResponse.answered_at))
        ).all()
        week_12 = min(core, key=lambda one: abs((one.answered_at.date() - enrolled).days - 84))
        found = []
        for fall in (5, 6):
            week_12.total = core[0].total - fall
            session.add(week_12)
            session.flush()
            found.append(came_true(session, Signal.PROGNOSIS, score.model_version, END))
        said = pytest.approx(score.estimate, abs=0.01)
        assert found == [{"n": 1, "expected": said, "observed": 0}, {"n": 1, "expected": said, "observed": 1}]
        early = score.as_of + timedelta(days=83)
        assert came_true(session, Signal.PROGNOSIS, score.model_version, early) == {"n": 0}


def _version(session, signal: Signal) -> str:
    found = session.exec(select(SignalScore.model_version).where(col(SignalScore.signal) == signal)).first()
    assert found is not None
    return found


def test_a_version_is_promoted_and_rolled_back_with_a_trace(database: Database, installation: Installation) -> None:
    folder, key = installation.settings.models_folder, database.keys.audit
    trained = learned().trained[Signal.RELAPSE]
    manifest = trained.manifest | {"version": "next"}
    registry.save(folder, Signal.RELAPSE, manifest, trained.files, key=key, use=False)
    promote_version(installation, NOW, Signal.RELAPSE, "next")
    assert registry.load(folder, Signal.RELAPSE, key=key, now=NOW).version == "next"
    assert roll_back_version(installation, NOW, Signal.RELAPSE) == trained.manifest["version"]
    with database.calls(NOW).transaction() as session:
        wanted = (
            select(AuditEntry.detail).where(col(AuditEntry.action) == "use_signal_model").order_by(col(AuditEntry.seq))
        )
        details = session.exec(wanted).all()
    assert [detail["version"] for detail in details] == ["next", trained.manifest["version"]]


def test_training_on_a_site_with_too_few_events_is_refused_with_the_count(
    database: Database, installation: Installation, lived: Cast
) -> None:
    folder, key = installation.settings.models_folder, database.keys.audit
    with pytest.raises(NotPossible, match=r"2 people of this site's own.*at least 100"):
        train_site(installation, NOW, resamples=20)
    in_use = registry.load(folder, Signal.SAFETY, key=key, now=NOW).version
    assert in_use == learned().trained[Signal.SAFETY].manifest["version"]


def test_training_where_almost_nobody_is_leaves_cards_that_say_so(
    database: Database, lived: Cast, tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "fresh"
    monkeypatch.setenv("VINCLE_HOME", str(home))
    fresh = Installation(Settings(home=home), database.keys, database.engine)
    with calls.transaction() as session:
        made_up = session.get(Patient, lived.other_patient.id)
        assert made_up is not None
        made_up.simulated = True
    manifests = train_all(fresh, NOW, resamples=20)
    assert all(manifest["simulated"] for manifest in manifests)  # one of the two people is
    assert [manifest["trained"] for manifest in manifests] == [False] * 4
    assert all(manifest["why"]["patients"] < 8 for manifest in manifests)
    score_all(fresh, NOW)
    view = database.calls(NOW).run(signals, by=lived.alice, patient_id=lived.patient.id)
    assert all(card.reasons == ({"code": "model_untrained"},) for card in view.cards)
    cards = database.calls(NOW).run(model_cards, by=lived.alice)
    assert [card.unavailable for card in cards] == ["model_untrained"] * 4
