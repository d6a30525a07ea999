"""Questionnaires as people meet them: what is asked is answered once, paper is entered, the library says what is not
verified; and the alliance of the service for who leads it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core.calls import Calls
from core.instruments import instruments
from models import AuditEntry, Informant, Patient, Programme, QuestionnaireResponse
from tests.app.conftest import SignIn
from tests.factories.cast import NOW, Cast

PAGE, ANALYSIS = "pages/questionnaires.py", "pages/alliance_analysis.py"


@pytest.fixture
def month(calls: Calls, cast: Cast) -> None:
    """The patient has been here for a month and two days; only the platform and WHO-5 are asked about."""
    nothing = dict.fromkeys(code for code in instruments() if code not in ("vas-platform", "who-5"))
    with calls.transaction() as session:
        session.get_one(Patient, cast.patient.id).enrolled_on = (NOW - timedelta(days=33)).date()
        session.get_one(Programme, cast.programme.id).settings = {"calendar": nothing}


def responses(calls: Calls) -> list[QuestionnaireResponse]:
    with calls.transaction() as session:
        return list(session.exec(select(QuestionnaireResponse)))


def test_the_therapist_answers_what_is_asked_and_is_asked_no_more(
    sign_in: SignIn, calls: Calls, cast: Cast, month: None
) -> None:
    app = sign_in(PAGE, cast.alice)
    app.query_params["patient"] = str(cast.patient.id)
    app.run()
    assert not app.exception
    assert "Satisfaction, platform: 1 question" in " ".join(e.value for e in app.markdown).replace("\\", "")
    app.number_input[0].set_value(80.0)
    app.button[0].click().run()
    (response,) = responses(calls)
    assert (response.instrument, response.total, response.informant) == ("vas-platform", 80, Informant.THERAPIST)
    assert not app.number_input
    assert "Nothing is asked of the therapist" in " ".join(e.value for e in app.markdown)


def test_what_was_answered_is_shown_with_what_the_change_means(
    sign_in: SignIn, calls: Calls, cast: Cast, month: None
) -> None:
    with calls.transaction() as session:
        for weeks_ago, total in ((4, 20.0), (0, 12.0)):
            session.add(
                QuestionnaireResponse(
                    patient_id=cast.patient.id, instrument="core-10", informant=Informant.PATIENT, answers={},
                    total=total, answered_at=NOW - timedelta(weeks=weeks_ago),
                )
            )  # fmt: skip
        session.add(
            QuestionnaireResponse(
                patient_id=cast.other_patient.id, instrument="phq-9", informant=Informant.PATIENT, answers={},
                total=3.0, answered_at=NOW,
            )
        )  # fmt: skip
    app = sign_in(PAGE, cast.alice)
    app.query_params["patient"] = str(cast.patient.id)
    app.run()
    assert not app.exception
    said = " ".join(e.value for e in app.markdown).replace("\\", "")
    assert "Psychological distress (CORE-10)" in said
    assert "Answered 2 times: 20 on" in said
    assert "Better by more than measurement error (6)." in said
    assert "PHQ-9)" not in said  # another patient's


def test_answers_on_paper_are_entered_and_stay_the_patients(
    sign_in: SignIn, calls: Calls, cast: Cast, month: None
) -> None:
    app = sign_in(PAGE, cast.alice)
    app.query_params["patient"] = str(cast.patient.id)
    app.run()
    app.selectbox[0].set_value("phq-9").run()
    for question in app.radio[:8]:
        question.set_value(1.0)
    next(button for button in app.button if button.label == "Record the answers").click().run()
    (response,) = responses(calls)
    assert (response.instrument, response.informant) == ("phq-9", Informant.PATIENT)
    assert response.total is None  # item nine was left open
    assert len(response.answers) == 8


def test_the_library_says_whose_words_it_shows_and_what_is_not_verified(sign_in: SignIn, cast: Cast) -> None:
    for actor in (cast.alice, cast.administrator):
        app = sign_in(PAGE, actor).run()
        assert not app.exception
        said = " ".join(e.value for e in (*app.caption, *app.warning)).replace("\\", "")
        assert said.count("not the official wording") >= 15
        assert "Not verified: which items run the other way (1, 3, 6, 9)" in said


def test_the_alliance_of_the_service_opens_for_who_leads_and_says_what_cannot_be_told(
    sign_in: SignIn, calls: Calls, cast: Cast
) -> None:
    for actor in (cast.lead, cast.director):
        app = sign_in(ANALYSIS, actor).run()
        assert not app.exception
        said = " ".join(e.value for e in app.markdown).replace("\\", "")
        assert "fewer than 8 people, not shown" in said
        assert len(app.get("download_button")) == 3
    with calls.transaction() as session:
        actions = [entry.action for entry in session.exec(select(AuditEntry))]
    assert actions.count("read_alliance_analysis") == 2  # once for each person's visit
