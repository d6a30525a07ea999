"""A night's job in parts, on both databases: divided by patient, marked as done with its scores, interrupted anywhere
and carried on, never doubled."""

import pickle
import uuid
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from core.errors import DatabaseBusy, NotPossible
from core.signals import night, place, registry
from core.signals.explain import answer
from core.signals.night import Done, Night, Task, begin, part_of
from core.signals.place import Place, open_place
from core.signals.run import score_all
from core.signals.score import ADDS_UP
from core.start import Installation
from models import AuditEntry, Patient, ScoringRun, ScoringShard, Signal, SignalContribution, SignalScore
from tests.conftest import Database
from tests.factories.installation import encoded
from tests.factories.night import END, NIGHT, make_night, scores_of
from tests.factories.trained import learned

PEOPLE, SIZE, PARTS = 12, 3, 4


@pytest.fixture
def installation(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(night, "SHARD", SIZE)
    return make_night(database, tmp_path / "home", monkeypatch, PEOPLE)


@pytest.fixture
def opened(installation: Installation) -> tuple[Place, Night]:
    """The models, and a night that has just begun."""
    own = open_place(installation, NIGHT)
    with installation.calls().transaction() as session:
        return own, begin(session, now=NIGHT, as_of=END, models=own.versions)


def a_part(night: Night) -> Task:
    """The part with the most people: chance puts them into parts and may leave one empty."""
    return max(night.left, key=lambda task: len(task.keys))


def count(database: Database, table: type) -> int:
    with database.calls(NIGHT).transaction() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def stop_after(parts: int):  # type: ignore[no-untyped-def]
    """A progress that presses Ctrl-C after so many parts."""
    seen: list[int] = []

    def progress(done: int, _all: int) -> None:
        seen.append(done)
        if len(seen) > parts:
            raise KeyboardInterrupt

    return progress


def test_everyone_in_treatment_is_in_exactly_one_part(database: Database, opened: tuple[Place, Night]) -> None:
    keys = [key for task in opened[1].left for key in task.keys]
    assert opened[1].parts == PARTS
    with database.calls(NIGHT).transaction() as session:
        began = col(Patient.enrolled_on) <= END.date()  # the cast's own two come in later
        assert sorted(keys) == sorted(session.exec(select(Patient.key).where(began)))


def test_interrupted_and_started_again_only_what_is_left_is_done(
    database: Database, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyboardInterrupt):
        score_all(installation, NIGHT, progress=stop_after(2))
    assert count(database, ScoringShard) == 2
    before = scores_of(database)
    again: list[int] = []
    real = place.score
    monkeypatch.setattr(
        place, "score", lambda people, *rest, **named: (again.append(1), real(people, *rest, **named))[1]
    )
    summary = score_all(installation, NIGHT)
    assert (summary.parts, summary.done_before) == (PARTS, 2)
    assert len(again) == PARTS - 2
    assert summary.scores == summary.written == len(Signal) * summary.patients == count(database, SignalScore)
    assert before.items() <= scores_of(database).items()
    assert count(database, ScoringShard) == 0
    with database.calls(NIGHT).transaction() as session:
        assert session.exec(select(ScoringRun.finished_at)).one() == NIGHT
        asked = select(func.count()).where(col(AuditEntry.action) == "score_signals")
        assert session.exec(asked).one() == 1


def test_interrupted_says_the_same_as_in_one_go(database: Database, installation: Installation) -> None:
    with pytest.raises(KeyboardInterrupt):
        score_all(installation, NIGHT, progress=stop_after(3))
    score_all(installation, NIGHT)
    resumed = scores_of(database)
    with database.calls(NIGHT).transaction() as session:
        for table in (SignalContribution, SignalScore):
            session.connection().execute(table.__table__.delete())
    score_all(installation, NIGHT)
    assert scores_of(database) == resumed


def test_every_stored_score_of_a_night_adds_up_to_what_the_model_itself_says(
    database: Database, installation: Installation
) -> None:
    score_all(installation, NIGHT)
    models = open_place(installation, NIGHT).models
    with database.calls(NIGHT).transaction() as session:
        spoken = session.exec(select(SignalScore).where(col(SignalScore.abstained).is_(False))).all()
        parts = session.exec(select(SignalContribution)).all()
    assert len(spoken) >= 2 * PEOPLE
    for score in spoken:
        whole = score.base_margin + sum(part.contribution for part in parts if part.score_id == score.id)
        assert abs(whole - score.margin) <= ADDS_UP
        said = answer(whole, probability=models[score.signal].probability)
        assert said == pytest.approx(score.estimate, abs=ADDS_UP)


def test_a_part_done_twice_is_kept_and_counted_once(database: Database, opened: tuple[Place, Night]) -> None:
    own, started = opened
    task = a_part(started)
    first, rows = place.do(own, task), count(database, SignalContribution)
    assert first.written == len(Signal) * first.patients > 0
    assert place.do(own, task) == first
    assert count(database, SignalScore) == first.written
    assert count(database, SignalContribution) == rows
    assert count(database, ScoringShard) == 1


def test_a_part_whose_scores_could_not_be_written_is_not_marked(
    database: Database, opened: tuple[Place, Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object, **_named: object) -> int:
        place_store(*_given, **_named)
        raise RuntimeError

    place_store = place.store
    monkeypatch.setattr(place, "store", fails)
    with pytest.raises(RuntimeError):
        place.do(opened[0], a_part(opened[1]))
    assert (count(database, ScoringShard), count(database, SignalScore)) == (0, 0)


def test_where_somebody_else_is_writing_the_part_is_written_again(
    database: Database, opened: tuple[Place, Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = iter([DatabaseBusy("once"), DatabaseBusy("twice")])
    real = place._write

    def sometimes(*given: object) -> Done:
        trouble = next(busy, None)
        if trouble:
            raise trouble
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(place, "_write", sometimes)
    assert place.do(opened[0], a_part(opened[1])).written == count(database, SignalScore) > 0


def test_with_another_model_an_interrupted_night_begins_anew(database: Database, installation: Installation) -> None:
    with pytest.raises(KeyboardInterrupt):
        score_all(installation, NIGHT, progress=stop_after(2))
    trained = learned().trained[Signal.SAFETY]
    folder, key = installation.settings.models_folder, database.keys.audit
    registry.save(folder, Signal.SAFETY, trained.manifest | {"version": "another"}, trained.files, key=key)
    summary = score_all(installation, NIGHT)
    assert summary.done_before == 0
    versions = {said[0][0] for (_patient, signal, _at), said in scores_of(database).items() if signal is Signal.SAFETY}
    assert versions == {"another"}


def test_a_worker_with_other_models_or_after_the_end_writes_nothing(
    database: Database, installation: Installation, opened: tuple[Place, Night]
) -> None:
    own, started = opened
    task = a_part(started)
    other = Task(task.run_id, 0, task.keys, END, NIGHT, dict(task.models) | {"safety": "another"})
    with pytest.raises(NotPossible, match="models"):
        place.do(own, other)
    elsewhere = Task(uuid.uuid4(), 0, task.keys, END, NIGHT, task.models)
    with pytest.raises(NotPossible, match="another database"):
        place.do(own, elsewhere)
    for each in started.left:
        place.do(own, each)
    with installation.calls().transaction() as session:
        assert night.finish(session, started.run_id, now=NIGHT).patients == PEOPLE
    everything = scores_of(database)
    with pytest.raises(NotPossible, match="over"):
        place.do(own, task)
    assert scores_of(database) == everything


def test_an_unfinished_night_cannot_be_closed(installation: Installation, opened: tuple[Place, Night]) -> None:
    place.do(opened[0], a_part(opened[1]))
    with installation.calls().transaction() as session, pytest.raises(NotPossible, match="3 of 4"):
        night.finish(session, opened[1].run_id, now=NIGHT)


def test_what_is_sent_to_a_worker_holds_no_key_no_address_and_no_name(
    database: Database, opened: tuple[Place, Night]
) -> None:
    from core.signals.cluster import Workplace

    sent = pickle.dumps((opened[1].left, Workplace(NIGHT)))
    with database.calls(NIGHT).transaction() as session:
        people = session.exec(select(Patient)).all()
        names = [word for person in people for word in (person.given_name, person.id.hex)]
    secrets = [encoded(database.keys.master), encoded(database.keys.audit), database.url, *names]
    assert not [word for word in secrets if word.encode() in sent]
    assert database.keys.master not in sent
    assert database.keys.audit not in sent


def test_parts_are_even_and_stay_where_they_are() -> None:
    people = [uuid.UUID(int=number) for number in range(4000)]
    sizes = [[part_of(person, 8) for person in people].count(part) for part in range(8)]
    assert min(sizes) > 430
    assert [part_of(person, 8) for person in people[:4]] == [5, 3, 0, 6]
