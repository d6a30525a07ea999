"""The rules page of who leads a team: live figures, a rehearsal on the past, and a rule set with one's name."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core.calls import Calls
from models import (
    Alert,
    AlertEvent,
    AlertState,
    AlertVerb,
    AuditEntry,
    ClinicalEvent,
    EventKind,
    Informant,
    Patient,
    QuestionnaireResponse,
    Response,
    RuleChange,
    Service,
)
from tests.app.conftest import SignIn
from tests.factories.cast import NOW, Cast

PAGE = "pages/rules.py"
RULE = "srs_low"


def answered(patient: Patient, days_ago: int, total: float) -> QuestionnaireResponse:
    """A session rating of four scales, none below nine, that adds up to ``total``."""
    answers = {"1": 9.0, "2": 9.0, "3": 9.0, "4": total - 27}
    return QuestionnaireResponse(
        patient_id=patient.id, instrument="srs", informant=Informant.PATIENT, answers=answers, total=total,
        answered_at=NOW - timedelta(days=days_ago),
    )  # fmt: skip


def real_alert(patient: Patient, owner: uuid.UUID, by: uuid.UUID, opened: datetime) -> Alert:
    return Alert(
        patient_id=patient.id, rule=RULE, response=Response.NEXT_SESSION, opened_at=opened, due_at=opened,
        owner_id=owner, state=AlertState.CLOSED, closed_at=opened + timedelta(hours=5), closed_by=by,
        evidence=[{"at": opened.isoformat(), "kind": "score", "instrument": "srs", "value": 35.5}],
    )  # fmt: skip


@pytest.fixture
def past(calls: Calls, cast: Cast) -> Cast:
    """A rating of 36.5 eighty days ago (a crisis ten days later) and one of 40; Charlie's patient, whom the lead of the
    other team may not open, with two low ones. One real alert, answered after five hours and found useful."""
    assert cast.alice.staff_id
    with calls.transaction() as session:
        session.add_all([answered(cast.patient, 80, 36.5), answered(cast.patient, 60, 40)])
        session.add_all([answered(cast.other_patient, 70, 36.5), answered(cast.other_patient, 50, 36.5)])
        at = NOW - timedelta(days=70)
        session.add(
            ClinicalEvent(
                patient_id=cast.patient.id, kind=EventKind.CRISIS, happened_at=at, recorded_at=at,
                recorded_by=cast.alice.user_id,
            )
        )  # fmt: skip
        alert = real_alert(cast.patient, cast.alice.staff_id, cast.alice.user_id, NOW - timedelta(days=79))
        session.add(alert)
        session.flush()
        session.add(
            AlertEvent(
                alert_id=alert.id, at=alert.opened_at + timedelta(hours=5), by=cast.alice.user_id,
                verb=AlertVerb.CLOSE, from_state=AlertState.NEW, to_state=AlertState.CLOSED, useful=True,
            )
        )  # fmt: skip
    return cast


def said(app: AppTest) -> str:
    return "\n".join(str(node.value) for node in (*app.markdown, *app.caption)).replace("\\", "")


def press(app: AppTest, label: str) -> AppTest:
    done = next(button for button in app.button if button.label == label).click().run()
    assert not done.exception, done.exception
    return done


def test_rules_that_brought_nothing_share_a_line_and_those_of_one_name_say_what_they_ask_for(
    sign_in: SignIn, past: Cast
) -> None:
    app = sign_in(PAGE, past.lead).run()
    assert not app.exception
    (quiet,) = [one.value for one in app.caption if one.value.startswith("Nothing in the last weeks")]
    assert "Answers to the C\\-SSRS screener, at once" in quiet
    assert "Answers to the C\\-SSRS screener, the same day" in quiet
    assert "Session rated lower" not in quiet
    assert [one.value for one in app.markdown if "**Session rated lower**" in one.value]


def rehearsed(sign_in: SignIn, past: Cast, **tried: float) -> AppTest:
    app = sign_in(PAGE, past.lead).run()
    assert not app.exception, app.exception
    app.button(key=f"rehearse-{RULE}").click().run()
    for name, value in tried.items():
        app.number_input(key=f"try-{RULE}-{name}").set_value(value)
    return press(app, "Replay the last year")


def test_live_figures_say_volume_precision_override_and_median_response(sign_in: SignIn, past: Cast) -> None:
    app = sign_in(PAGE, past.lead).run()
    line = next(str(node.value) for node in app.markdown if "alert, " in node.value).replace("\\", "")
    for figure in (
        "1 alert, 0.04 a week for each therapist", "useful: 1 of 1", "put off or not useful: 0 of 1",
        "answered after 5 h", "an event followed: 1 of 1",
    ):  # fmt: skip
        assert figure in line


def test_a_higher_threshold_is_rehearsed_on_the_past_of_everyone(sign_in: SignIn, past: Cast) -> None:
    app = rehearsed(sign_in, past, total_below=37.0)
    words = said(app)
    assert "2 people would have more or fewer" in words
    cells = [str(node.value) for node in app.markdown]
    assert cells[cells.index("Alerts") + 1 :][:2] == ["0", "**3**"]
    assert "1 of 3" in words  # an event followed the first of them
    assert "10 days" in words
    assert "**1 of 1**" in words  # near a real alert that was marked useful


def test_only_who_may_be_opened_is_named(sign_in: SignIn, past: Cast) -> None:
    app = rehearsed(sign_in, past, total_below=37.0)
    named = next(box for box in app.expander if "differ" in box.label)
    assert named.label.endswith("1")
    links = [link.label for link in named.get("page_link")]
    assert links == ["Laia Puig"]
    assert "Otto" not in said(app)


def test_a_rule_is_put_in_force_with_ones_name_and_leaves_its_trace(sign_in: SignIn, calls: Calls, past: Cast) -> None:
    app = press(rehearsed(sign_in, past, total_below=37.0), "Put in force as Dana")
    assert "Dana switched it on for the service (total below: 37, a scale below: 9)" in said(app)
    with calls.transaction() as session:
        change = session.exec(select(RuleChange)).one()
        assert (change.rule, change.changed_by, change.thresholds["total_below"]) == (RULE, past.lead.user_id, 37.0)
        assert change.rehearsed["alerts"] == 3
        assert session.get_one(Service, past.service.id).settings["rules"][RULE]["total_below"] == 37.0
        kept = session.exec(select(AuditEntry.action).where(col(AuditEntry.actor_id) == past.lead.user_id)).all()
    assert {"read_rule_figures", "rehearse_rule", "read_rehearsed_people", "set_rule"} <= set(kept)


def test_a_rule_can_be_switched_off_and_then_rehearses_against_nothing(sign_in: SignIn, past: Cast) -> None:
    app = rehearsed(sign_in, past, total_below=37.0)
    app.toggle[0].set_value(False)
    press(app, "Put in force as Dana")
    assert "Dana switched it off" in said(app)
    app = press(app, "Replay the last year")
    cells = [str(node.value) for node in app.markdown]
    assert cells[cells.index("Alerts") + 1 :][:2] == ["0", "**3**"]


def test_what_a_person_says_about_safety_is_rehearsed_and_never_changed(sign_in: SignIn, past: Cast) -> None:
    app = sign_in(PAGE, past.lead).run()
    app.selectbox(key="rules_chosen").select("phq9_item9").run()
    app = press(app, "Replay the last year")
    assert "always counts" in said(app)
    assert [button.label for button in app.button if "Put in force" in button.label] == []


def test_counts_are_tried_as_whole_numbers_without_decimals(sign_in: SignIn, past: Cast) -> None:
    app = sign_in(PAGE, past.lead).run()
    shown = {box.key: box.proto for box in app.number_input}
    days, width = shown["try-ewma_change-days"], shown["try-ewma_change-width"]
    assert (days.format, days.step, days.default) == ("%d", 1, 2)
    assert (width.format, width.default) == ("%g", 2.55)


def test_malformed_settings_leave_the_page_standing_and_are_mended_by_setting_the_rule(
    sign_in: SignIn, calls: Calls, past: Cast
) -> None:
    with calls.transaction() as session:
        session.get_one(Service, past.service.id).settings = {"rules": {RULE: {"total_below": "many"}}}
    app = rehearsed(sign_in, past, total_below=37.0)
    press(app, "Put in force as Dana")
    with calls.transaction() as session:
        held = session.get_one(Service, past.service.id).settings["rules"][RULE]
    assert held == {"total_below": 37.0, "item_below": 9.0, "runs": True}


@pytest.mark.parametrize("who", ["alice", "director", "administrator", "patient_actor"])
def test_nobody_else_has_the_page(sign_in: SignIn, past: Cast, who: str) -> None:
    app = sign_in(PAGE, getattr(past, who)).run()
    assert [button for button in app.button if button.label == "Replay the last year"] == []
