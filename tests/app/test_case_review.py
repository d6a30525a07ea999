"""The case review as a page: who is opened, what is kept between runs, and what a wrong address gets."""

import uuid

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core.access.actor import Actor
from core.calls import Calls
from models import AuditEntry
from tests.app.conftest import SignIn
from tests.factories.cast import Cast
from tests.factories.course import make_course

PAGE = "pages/case_review.py"


@pytest.fixture
def opened(calls: Calls, cast: Cast, sign_in: SignIn):  # type: ignore[no-untyped-def]
    with calls.transaction() as session:
        make_course(session, cast)

    def run(patient: object = None, by: Actor | None = None) -> AppTest:
        app = sign_in(PAGE, by or cast.alice)
        app.query_params["patient"] = str(cast.patient.id if patient is None else patient)
        return app.run()

    return run


def markdown(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


def figures(app: AppTest) -> list[str]:
    return [element.proto.spec for element in app.get("plotly_chart")]


def test_a_case_opens_with_its_head_brief_and_time_line(opened) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    said = markdown(app)
    assert not app.exception
    assert "# Laia Puig" in said
    assert "Since you last met" in said
    assert "Fewer meals eaten than usual on 5 of 5 days" in said
    assert figures(app)
    assert not app.code, "what nobody opened is not made"


def test_safety_plan_prompts_and_questionnaires_are_one_click_away(opened) -> None:  # type: ignore[no-untyped-def]
    assert {"Safety plan", "How they are asked", "Questionnaires"} <= {link.label for link in opened().get("page_link")}


def test_the_brief_is_copied_and_the_people_are_named_when_asked_for(opened, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    app.session_state["brief-copy"] = app.session_state[f"people-{cast.patient.id}"] = True
    app.run()
    assert "Laia Puig, brief of 18 Nov 2026" in app.code[0].value
    assert "On the case" in markdown(app)


def test_the_figure_says_in_words_what_it_shows(opened) -> None:  # type: ignore[no-untyped-def]
    alts = [element.proto.alt for element in opened().get("plotly_chart")]
    assert any(alt.startswith("Time line from 21 August 2026 to 18 November 2026: alliance, mood") for alt in alts)
    assert all(alts)


def test_the_range_stays_for_the_next_run_and_the_next_case(opened, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    app = opened()
    before = figures(app)
    app.get("button_group")[0].set_value(14).run()
    assert figures(app) != before
    shown = figures(app)
    assert figures(app.run()) == shown
    assert app.session_state["timeline_days"] == 14


def test_a_factor_of_a_signal_brings_its_row_forward_until_one_says_otherwise(opened) -> None:  # type: ignore[no-untyped-def]
    app = opened().run()  # looking marked the messages as read; from here on nothing else changes
    plain = figures(app)
    app.session_state["focus_domain"] = "sleep"
    app.run()
    assert any("sleep" in caption.value for caption in app.caption)
    assert figures(app) != plain
    app.button(key="timeline_unfocus").click().run()
    assert figures(app) == plain


@pytest.mark.parametrize("address", ["not-an-identifier", str(uuid.UUID(int=5)), "other team's"])
def test_threat_19_a_wrong_address_is_one_sentence_and_a_line_in_the_log(  # type: ignore[no-untyped-def]
    opened, calls: Calls, cast: Cast, address: str
) -> None:
    app = opened(cast.other_patient.id if address == "other team's" else address)
    assert [warning.value for warning in app.warning] == ["There is no such record among those you can open."]
    assert not app.exception
    assert not figures(app)
    assert "Otto" not in markdown(app)
    with calls.transaction() as session:
        refused = session.exec(select(AuditEntry).where(col(AuditEntry.action) == "refused")).all()
    assert len(refused) == 1


def test_without_a_patient_one_chooses_among_ones_own(opened, calls: Calls, cast: Cast, sign_in: SignIn) -> None:  # type: ignore[no-untyped-def]
    app = sign_in(PAGE, cast.alice).run()
    assert app.selectbox(key="choose_case").options == ["Laia Puig · Eating disorder day care"]
    assert [link.label for link in app.get("page_link")] == ["Laia Puig"]
    assert not figures(app)
