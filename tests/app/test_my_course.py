"""My course without a browser: empty before the first entry, a card for each stream, the family's switch in place."""

import re

from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core.calls import Calls
from core.queries.family_space import family_space
from models import Relative
from tests.app.conftest import SignIn
from tests.app.test_my_messages import everything
from tests.app.test_patient_space import HOSTILE, titles
from tests.factories.cast import Cast
from tests.factories.course import make_course


def opened(sign_in: SignIn, cast: Cast) -> AppTest:
    app = sign_in("pages/my_course.py", cast.patient_actor).run()
    assert not app.exception
    return app


def with_course(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        make_course(session, cast)


def test_before_the_first_entry_it_says_what_will_be_here(sign_in: SignIn, cast: Cast) -> None:
    app = opened(sign_in, cast)
    assert "This page begins with your first check-in" in everything(app)
    assert len(app.get("plotly_chart")) == 0
    next(button for button in app.button if button.label == "Write down how you are").click().run()
    assert titles(app)[0] == "What would you like to write down?"


def test_each_stream_has_a_picture_a_sentence_and_who_sees_it(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    with_course(calls, cast)
    app = opened(sign_in, cast)
    assert titles(app) == [
        "My course", "How you felt", "Urges", "Meals", "Activity", "Sleep", "Working together", "Questionnaires",
    ]  # fmt: skip
    assert len(app.get("plotly_chart")) == 7
    said = everything(app)
    assert said.count("Last 7 days:") == 5
    assert said.count("Your team sees it") == 7
    for word in ("alert", "estimate", "of 100", "PHQ-9, item 9", "relapse", "strain"):
        assert word not in said


def test_a_longer_time_is_kept_while_one_goes_elsewhere(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    with_course(calls, cast)
    app = opened(sign_in, cast)
    assert "27 of 30 days with an entry" in everything(app)
    app.get("button_group")[0].set_value(90).run()
    assert "87 of 90 days with an entry" in everything(app)
    app.switch_page("../pages/my_day.py").run()
    app.switch_page("../pages/my_course.py").run()
    assert "87 of 90 days with an entry" in everything(app)


def test_threat_22_what_the_family_may_know_is_switched_beside_the_picture(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    with_course(calls, cast)
    app = opened(sign_in, cast)
    switches = [one for one in app.toggle if one.label == "Marta Puig may know how the week was"]
    assert [one.value for one in switches] == [False, False, False]
    switches[2].set_value(True).run()
    assert calls.run(family_space, by=cast.relative_actor).scope == {"family_notes", "sleep"}
    assert everything(app).count("Marta Puig can read a sentence on how the week was") == 1
    next(one for one in app.toggle if one.value).set_value(False).run()
    assert calls.run(family_space, by=cast.relative_actor).scope == {"family_notes"}


def test_a_name_stays_a_name(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    with_course(calls, cast)
    with calls.transaction() as session:
        relative = session.exec(select(Relative).where(col(Relative.id) == cast.relative.id)).one()
        relative.name = HOSTILE
    app = opened(sign_in, cast)
    assert not [one for one in app.markdown if re.search(r"(?<!\\)<img", one.value)]
    assert len(app.toggle) == 3
    assert not [one for one in app.toggle if re.search(r"(?<!\\)[<\[]", one.label)]
