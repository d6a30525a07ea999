"""Today and the alliance panel as people meet them."""

from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.calls import Calls
from models import Alert, AuditEntry, Response
from tests.app.conftest import SignIn
from tests.factories.alliance import hold_session, patient_rates, therapist_rates
from tests.factories.cast import NOW, Cast
from tests.factories.service_people import admit_people

TODAY = "pages/today.py"


def written(app: AppTest) -> str:
    """Everything written on the page, and the names that open a case."""
    said = [str(e.value) for kind in (app.markdown, app.text, app.caption, app.subheader) for e in kind]
    return "\n".join(said + [link.proto.label for link in app.get("page_link")]).replace("\\", "")


@pytest.fixture
def morning(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        hold_session(session, cast, number=4, days_ago=1)
        for owner, hours in ((cast.alice, -3), (cast.bob, 5)):
            assert owner.staff_id is not None
            session.add(
                Alert(
                    patient_id=cast.patient.id, rule="sleep_short", response=Response.NEXT_SESSION, opened_at=NOW,
                    due_at=NOW + timedelta(hours=hours), owner_id=owner.staff_id,
                )
            )  # fmt: skip
        admit_people(session, cast, cast.bob, ["*Zapata*"], first_key=10)


def test_a_therapist_finds_what_waits_with_its_clock_and_one_link_to_the_case(
    sign_in: SignIn, cast: Cast, morning: None
) -> None:
    app = sign_in(TODAY, cast.alice).run()
    assert not app.exception
    said = written(app)
    assert "1 answer is overdue since 07:30" in said
    assert ":red[:material/alarm: **overdue since 07:30**]" in said
    assert "Rate session 4" in said
    links = app.get("page_link")
    assert {link.proto.label for link in links} == {"Laia Puig"}
    assert all(f"patient={cast.patient.id}" in link.proto.query_string for link in links)


def test_nothing_but_overdue_time_is_red(sign_in: SignIn, cast: Cast, morning: None) -> None:
    app = sign_in(TODAY, cast.alice).run()
    red = [e.value for e in app.markdown if ":red" in e.value]
    assert red
    assert all("overdue since" in value for value in red)


def test_a_team_lead_lands_on_the_teams_list_with_its_owners(sign_in: SignIn, cast: Cast, morning: None) -> None:
    app = sign_in(TODAY, cast.lead).run()
    said = written(app)
    assert "Alice" in said
    assert "Bob" in said
    assert r"Test \*Zapata\*" in [link.proto.label for link in app.get("page_link")]


def test_the_search_narrows_the_people_and_keeps_the_work(sign_in: SignIn, cast: Cast, morning: None) -> None:
    app = sign_in(TODAY, cast.lead).run()
    app.text_input(key="today_search").set_value("zapa").run()
    said = written(app)
    assert "1 person" in said
    assert "overdue since 07:30" in said


def test_a_therapist_without_anybody_is_told_warmly(sign_in: SignIn, cast: Cast) -> None:
    app = sign_in(TODAY, cast.bob).run()
    assert not app.exception
    assert "nobody in your care" in written(app)
    assert "Nothing waits for an answer" in written(app)


def test_a_rating_is_given_in_the_case_and_then_the_patients_shows(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    with calls.transaction() as session:
        third, fourth = (hold_session(session, cast, number=n, days_ago=d) for n, d in ((3, 9), (4, 2)))
        for at in (third,):
            patient_rates(session, cast, at, goal=4.0, task=4.0, bond=4.0)
            therapist_rates(session, cast, at, goal=4.0, task=4.0, bond=4.0)
        patient_rates(session, cast, fourth, goal=2.1, task=4.0, bond=4.0)
    app = sign_in("pages/case_review.py", cast.alice)
    app.query_params["patient"] = str(cast.patient.id)
    app.run()
    assert not app.exception
    before = written(app)
    assert "Laia has rated session 4" in before
    assert "2.1" not in before
    app.button(key="rate").click().run()
    for radio in app.radio:
        if radio.key and radio.key.startswith("rate-"):
            radio.set_value(4)
    next(button for button in app.button if button.label == "Record my rating").click().run()
    assert not app.exception
    app.run()
    assert "Laia sees goals 1.9 lower than you do" in written(app)
    with calls.transaction() as session:
        actions = [entry.action for entry in session.exec(select(AuditEntry)).all()]
    assert actions.count("rate_alliance") == 1
