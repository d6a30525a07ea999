"""The patient's pages without a browser: what is next is offered, a tap is kept before the page is drawn again, an
answer about safety leads to help even where it cannot be kept, words stay words, the language is the person's."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actions.observations import PromptSent, store_prompts
from core.actions.safety_plan import write_safety_plan
from core.calls import Calls
from core.errors import DatabaseBusy
from core.measures import catalogue
from models import Alert, CheckIn, Observation, Patient, PromptKind, Service, User
from tests.app.conftest import SignIn
from tests.factories.cast import NOW, Cast

HOSTILE = "<img src=x onerror=alert(1)> [me](javascript:alert(1)) **bold** $x$"


def said(app: AppTest) -> str:
    return "\n".join(str(getattr(node, "value", "")) for node in app.main)


def titles(app: AppTest) -> list[str]:
    return [node.value.lstrip("# ") for node in app.markdown if node.value.startswith("#")]


def group(app: AppTest, code: str) -> Any:
    return next(one for one in app.get("button_group") if str(one.key).endswith(f":{code}"))


def opened(sign_in: SignIn, cast: Cast, page: str, **query: str) -> AppTest:
    app = sign_in(f"pages/{page}.py", cast.patient_actor)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def held(calls: Calls, cast: Cast) -> dict[str, float]:
    names = {measure.id: code for code, measure in catalogue().items()}
    with calls.transaction() as session:
        rows = session.exec(select(Observation).where(Observation.patient_key == cast.patient.key))
        return {names[row.measure_id]: row.value for row in rows}


def test_my_day_offers_what_is_next_and_demands_nothing(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    sent = NOW - timedelta(minutes=5)
    with calls.transaction() as session:
        store_prompts(
            session, patient=cast.patient, source_id=cast.source.id or 0,
            prompts=[PromptSent(sent, sent + timedelta(hours=1), PromptKind.MOMENTARY)],
        )  # fmt: skip
    app = opened(sign_in, cast, "my_day")
    assert titles(app)[:2] == ["Good morning, Laia", "How are you right now?"]
    assert "nothing has to be done" in said(app)
    app.button(key="answer-momentary").click().run()
    assert titles(app)[0] == "Right now I feel…"


def test_questionnaires_are_offered_and_one_that_tells_of_a_hard_moment_leads_to_help(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    links = [link.proto.label for link in opened(sign_in, cast, "my_day").get("page_link")]
    assert [label for label in links if "questionnaires before your next session" in label]
    app = opened(sign_in, cast, "my_questions")
    next(one for one in app.get("button_group") if one.key == "which-questions").set_value("phq-9").run()
    next(one for one in app.radio if str(one.key).endswith("-9")).set_value(1.0)
    next(one for one in app.button if one.label == "Send").click().run()
    assert titles(app)[0] == "You are not alone with this"
    with calls.transaction() as session:
        assert [alert.rule for alert in session.exec(select(Alert))] == ["phq9_item9"]


def test_my_day_with_nothing_to_do_says_so_warmly(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    with calls.transaction() as session:
        session.get_one(Patient, cast.patient.id).left_on = NOW.date()  # nobody who has left is asked anything
    assert "Nothing is waiting for you" in said(opened(sign_in, cast, "my_day"))


def test_a_tap_is_kept_before_the_page_is_drawn_again(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast, "check_in", about="momentary")
    group(app, "relaxed").set_value(5).run()
    assert held(calls, cast) == {"relaxed": 5}
    assert app.button(key="next-0").label == "Next"
    app.button(key="clear-0").click().run()
    assert held(calls, cast) == {}
    assert app.button(key="next-0").label == "Skip"


def test_a_check_in_is_found_again_where_it_was_left(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast, "check_in", about="momentary")
    group(app, "relaxed").set_value(5).run()
    again = opened(sign_in, cast, "check_in", about="momentary")  # another telephone
    assert titles(again)[0] == "And also…"
    again.button(key="back-1").click().run()
    assert group(again, "relaxed").value == 5
    again.button(key="next-0").click().run()
    group(again, "sad").set_value(2).run()
    with calls.transaction() as session:
        assert len(session.exec(select(CheckIn)).all()) == 1


def test_an_answer_about_safety_opens_help_in_the_same_run(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast, "check_in", about="safety")
    group(app, "wish_not_alive").set_value(2).run()
    assert titles(app)[0] == "You are not alone with this"
    assert "not watched round the clock" in said(app)
    with calls.transaction() as session:
        assert len(session.exec(select(Alert)).all()) == 1


def test_help_comes_also_when_the_answer_cannot_be_kept(
    sign_in: SignIn, cast: Cast, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise DatabaseBusy("Someone else is saving right now.")

    app = opened(sign_in, cast, "check_in", about="safety")
    monkeypatch.setattr("core.actions.check_ins.on_observations", full)
    group(app, "wish_not_alive").set_value(2).run()
    assert titles(app)[0] == "You are not alone with this"
    assert "has reached" not in said(app)
    assert held(calls, cast) == {}


def test_words_of_a_hard_moment_open_help_and_reach_the_team(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast, "check_in", about="momentary")
    for place in range(6):
        app.button(key=f"next-{place}").click().run()
    app.text_area[0].set_value("I want to kill myself tonight.")
    app.button(key="finish").click().run()
    assert titles(app)[0] == "You are not alone with this"
    with calls.transaction() as session:
        assert [alert.rule.startswith("words_") for alert in session.exec(select(Alert))] == [True]


def test_zero_about_safety_goes_on_and_is_nothing_to_praise(sign_in: SignIn, cast: Cast) -> None:
    app = opened(sign_in, cast, "check_in", about="safety")
    group(app, "wish_not_alive").set_value(0).run()
    assert "wish not to be alive" in titles(app)[0]
    assert app.button(key="next-0").label == "Next"


def test_threat_29_the_safety_plan_shows_words_as_words(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    calls.run(
        write_safety_plan, by=cast.patient_actor, key="k", patient_id=cast.patient.id, version=0,
        parts={"own_coping": HOSTILE},
    )  # fmt: skip
    app = opened(sign_in, cast, "safety_plan")
    assert HOSTILE in [text.value for text in app.text]
    assert not [markdown for markdown in app.markdown if "onerror" in markdown.value]
    assert HOSTILE in [text.value for text in opened(sign_in, cast, "help_now").text]


@pytest.mark.parametrize("page", ["my_day", "check_in", "my_messages", "us", "safety_plan", "help_now", "prompts"])
def test_every_page_of_the_space_is_closed_while_there_is_nobody_to_call(
    sign_in: SignIn, cast: Cast, calls: Calls, page: str
) -> None:
    with calls.transaction() as session:
        session.get_one(Service, cast.service.id).crisis_contacts = []
    app = opened(sign_in, cast, page)
    assert "Your space is not open yet" in app.warning[0].value
    assert titles(app) == []


@pytest.mark.parametrize("page", ["my_day", "check_in", "my_messages", "us", "safety_plan", "help_now", "prompts"])
def test_every_page_says_whom_to_call_and_that_nobody_watches(sign_in: SignIn, cast: Cast, page: str) -> None:
    told = said(opened(sign_in, cast, page))
    assert "not watched round the clock" in told
    assert "112" in told


@pytest.mark.parametrize("about", ["nonsense", "", "../../etc", "momentary' --"])
def test_an_unknown_check_in_is_the_choice_of_one(sign_in: SignIn, cast: Cast, about: str) -> None:
    app = opened(sign_in, cast, "check_in", about=about)
    assert titles(app)[0] == "What would you like to write down?"


def test_threat_20_a_patient_finds_their_own_plan_whatever_the_address_says(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    calls.run(
        write_safety_plan, by=cast.charlie, key="k", patient_id=cast.other_patient.id, version=0,
        parts={"own_coping": "Violets"},
    )  # fmt: skip
    for page in ("safety_plan", "prompts"):
        app = opened(sign_in, cast, page, patient=str(cast.other_patient.id))
        assert "Violets" not in said(app)
        assert "Otto" not in said(app)


def test_the_language_is_chosen_by_the_person_and_stays_on_the_account(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    app = opened(sign_in, cast, "my_day")
    next(one for one in app.get("button_group") if one.key == "own_language_en").set_value("ca").run()
    with calls.transaction() as session:
        assert session.get_one(User, cast.patient_actor.user_id).locale == "ca"
    again = opened(sign_in, cast, "my_day")
    assert [one.key for one in again.get("button_group")] == ["own_language_ca"]


def test_the_plan_of_prompts_is_agreed_on_by_either_side(sign_in: SignIn, cast: Cast) -> None:
    app = opened(sign_in, cast, "prompts")
    assert "questions a week" in titles(app)[1]
    toggle = next(one for one in app.toggle if "safety" in one.label)
    toggle.set_value(True)
    app.button[0].click().run()
    other = sign_in("pages/prompts.py", cast.alice)
    other.query_params["patient"] = str(cast.patient.id)
    other.run()
    assert next(one for one in other.toggle if "safety" in one.label).value is True
    assert "Last changed by Laia" in "\n".join(caption.value for caption in other.caption)


def test_a_number_of_a_check_in_is_not_taken_from_the_address(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    with calls.transaction() as session:
        foreign = CheckIn(id=uuid.uuid4(), patient_id=cast.other_patient.id, kind="momentary", at=NOW, changed_at=NOW)
        session.add(foreign)
    app = opened(sign_in, cast, "check_in", about="momentary", check_in_id=str(foreign.id))
    group(app, "relaxed").set_value(5).run()
    with calls.transaction() as session:
        assert session.get_one(CheckIn, foreign.id).answered == []
