"""The privacy page without a browser: the switches of family consent act at once, the log is paged, a copy is a link
that is good once, leaving is asked for and taken back."""

from datetime import timedelta

from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actions.exports import take_export
from core.audit import log
from core.calls import Calls
from core.queries.family_space import family_space
from models import ExportLink, LeaveRequest
from tests.app.conftest import SignIn
from tests.app.test_family_page import everything
from tests.factories.cast import NOW, Cast


def opened(sign_in: SignIn, cast: Cast) -> AppTest:
    return sign_in("pages/privacy.py", cast.patient_actor).run()


def switch(app: AppTest, label: str) -> AppTest:
    toggle = next(one for one in app.toggle if one.label == label)
    return toggle.set_value(not toggle.value).run()


def test_who_may_see_what_stands_in_plain_words(sign_in: SignIn, cast: Cast) -> None:
    said = everything(opened(sign_in, cast))
    assert "Alice, Psychologist: leads your treatment" in said
    assert "The Blue stands in when somebody is away and can open your record then: Bob, Dana." in said
    assert "cannot read what you write" in said
    assert "Marta Puig, mother" in said


def test_threat_22_a_switch_acts_with_the_next_read_of_the_relative(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = switch(opened(sign_in, cast), "Sees how your sleep was this week")
    assert calls.run(family_space, by=cast.relative_actor).scope == {"family_notes", "sleep"}
    switch(switch(app, "Can write notes that your team reads"), "Sees how your sleep was this week")
    assert calls.run(family_space, by=cast.relative_actor).scope == frozenset()
    assert [one.value for one in app.toggle if one.label.startswith(("Can", "Sees"))] == [False] * 4
    assert "Last decided by Laia here" in everything(app)


def test_a_copy_is_a_link_that_is_good_once(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    app.button(key="copy-csv").click().run()
    (link,) = [node.proto.url for node in app.get("link_button") if "/export" in node.proto.url]
    made = calls.run(take_export, by=cast.patient_actor, token=link.removeprefix("/export?link="))
    assert made.name.endswith(".zip")
    app.run()
    with calls.transaction() as session:
        assert len(session.exec(select(ExportLink)).all()) == 1


def test_who_looked_is_paged_and_one_can_go_back(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    with calls.transaction() as session:
        for day in range(30, 0, -1):
            at = NOW - timedelta(days=day)
            log.record(session, at=at, action="read_pair", actor_id=cast.alice.user_id, patient_id=cast.patient.id)
    app = opened(sign_in, cast)
    assert "Alice, therapist: looked at your record" in everything(app)
    assert "Yesterday" in everything(app)
    app.button(key="log-older").click().run()
    assert "Yesterday" not in everything(app)
    app.button(key="log-newer").click().run()
    assert "Yesterday" in everything(app)


def test_leaving_is_asked_for_once_and_taken_back(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    assert "must keep the record" in everything(app)
    app.text_area[0].set_value("I am moving.").run()
    app.button(key="send-leave").click().run()
    assert "You asked to leave on" in everything(app)
    assert not app.text_area
    app.button(key="take-back").click().run()
    assert "You asked to leave" not in everything(app)
    with calls.transaction() as session:
        assert session.exec(select(LeaveRequest)).one().taken_back_at is not None
