"""The safety plan is written by both, kept in every version and closed; the screen for a hard moment shows it, whom to
call, and that the team was told."""

import uuid

import pytest
from sqlmodel import select

from core.actions.check_ins import answer
from core.actions.safety_plan import LONGEST, PARTS, write_safety_plan
from core.errors import AccessRefused, ChangedMeanwhile, InvalidInput, NotFound, NotPossible
from core.export.safety_plan import safety_plan_html
from core.queries.safety_plan import help_now, safety_plan
from core.vault import vault
from models import Alert, AuditEntry, SafetyPlan, SafetyPlanVersion
from tests.conftest import Database
from tests.factories.cast import NOW, Cast

HARD = "<img src=x onerror=alert(1)> & música"


class Plan:
    def __init__(self, database: Database, cast: Cast) -> None:
        self.calls, self.cast = database.calls(), cast

    def write(self, version: int, *, by: object = None, key: str | None = None, **parts: str) -> int:
        return self.calls.run(
            write_safety_plan, by=by or self.cast.patient_actor, key=key or uuid.uuid4().hex, version=version,
            patient_id=self.cast.patient.id, parts=parts,
        )  # fmt: skip

    def read(self, by: object = None):
        return self.calls.run(safety_plan, by=by or self.cast.patient_actor, patient_id=self.cast.patient.id)


@pytest.fixture
def plan(database: Database, cast: Cast) -> Plan:
    return Plan(database, cast)


def test_both_sides_write_and_see_the_same(cast: Cast, plan: Plan) -> None:
    assert plan.write(0, own_coping="Music.", people_to_ask="My sister.") == 1
    assert plan.write(1, by=cast.alice, safe_place="My brother keeps the key.") == 2
    for by in (cast.patient_actor, cast.alice):
        view = plan.read(by)
        assert (view.parts["own_coping"], view.parts["safe_place"]) == ("Music.", "My brother keeps the key.")
        assert (view.version, view.changed_by, set(view.parts)) == (2, "Alice", set(PARTS))


def test_every_version_is_kept(plan: Plan) -> None:
    plan.write(0, own_coping="Music.")
    plan.write(1, own_coping="Music and a walk.")
    plan.write(2, own_coping="")
    assert [one.parts["own_coping"] for one in plan.read().earlier] == ["Music and a walk.", "Music."]
    assert plan.read().written is False


def test_a_plan_from_before_versions_were_kept_is_kept_too(database: Database, cast: Cast, plan: Plan) -> None:
    with database.calls().transaction() as session:
        row = SafetyPlan(patient_id=cast.patient.id, parts=b"", changed_at=NOW, changed_by=cast.alice.user_id)
        row.parts = vault(session).close(session, cast.patient.id, "safety_plan", row.id, '{"own_coping": "Tea."}')
        session.add(row)
    plan.write(1, own_coping="Coffee.")
    assert [one.parts["own_coping"] for one in plan.read().earlier] == ["Tea."]


def test_threat_45_the_second_sees_the_conflict_and_nothing_is_lost(cast: Cast, plan: Plan) -> None:
    plan.write(0, own_coping="Music.")
    plan.write(1, by=cast.alice, own_coping="Music, and call me.")
    with pytest.raises(ChangedMeanwhile, match="Alice"):
        plan.write(1, own_coping="Only music.")
    assert plan.read().parts["own_coping"] == "Music, and call me."


def test_threat_43_a_double_press_is_one_version(plan: Plan) -> None:
    plan.write(0, key="k", own_coping="Music.")
    plan.write(0, key="k", own_coping="Music.")
    assert plan.read().version == 1


@pytest.mark.parametrize("parts", [{"score": "3"}, {"own_coping": "x" * (LONGEST + 1)}])
def test_what_does_not_belong_is_refused(plan: Plan, parts: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        plan.write(0, **parts)
    assert plan.read().version == 0


def test_words_are_closed_in_every_table_and_in_the_log(database: Database, plan: Plan) -> None:
    plan.write(0, own_coping="Violets")
    plan.write(1, own_coping="Violets again")
    with database.calls().transaction() as session:
        rows = [*session.exec(select(SafetyPlan)), *session.exec(select(SafetyPlanVersion))]
        assert not [row for row in rows if b"Violets" in row.parts]
        assert not [entry for entry in session.exec(select(AuditEntry)) if "Violets" in str(entry.detail)]


def test_others_find_nothing(cast: Cast, plan: Plan) -> None:
    with pytest.raises(NotFound):
        plan.read(cast.charlie)
    with pytest.raises(AccessRefused):
        plan.read(cast.relative_actor)


def test_the_file_is_whole_in_itself_and_words_in_it_are_inert() -> None:
    page = safety_plan_html(
        title="My safety plan", changed="Today", parts=[("What I can do", HARD)], contacts=["Emergency: 112"],
        not_watched="Not watched.", language="ca",
    )  # fmt: skip
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; música" in page
    assert not [sign for sign in ("http:", "https:", "<script", "src=", "@import", "url(") if sign in page.replace(
        "&lt;img src=x", ""
    )]  # fmt: skip
    assert 'lang="ca"' in page
    assert "112" in page


def test_help_says_whom_to_call_and_that_somebody_was_told(database: Database, cast: Cast, plan: Plan) -> None:
    plan.write(0, reasons_for_living="My niece.")
    quiet = plan.calls.run(help_now, by=cast.patient_actor)
    assert (quiet.answer_by, quiet.contacts) == (None, (("Emergency", "112", "always"),))
    plan.calls.run(
        answer, by=cast.patient_actor, key="a", check_in_id=uuid.uuid4(), kind="safety", code="wish_not_alive", value=1
    )
    told = plan.calls.run(help_now, by=cast.patient_actor)
    with database.calls().transaction() as session:
        assert told.answer_by == session.exec(select(Alert)).one().due_at
    assert (told.parts["reasons_for_living"], told.therapist) == ("My niece.", "Alice")


def test_the_space_stays_closed_while_there_is_nobody_to_call(database: Database, cast: Cast) -> None:
    with database.calls().transaction() as session:
        session.merge(cast.service).crisis_contacts = []
    with pytest.raises(NotPossible):
        database.calls().run(help_now, by=cast.patient_actor)
