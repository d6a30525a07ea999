"""The director's view on screen: filters, what is too small, and nobody's name."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.actions.service_figures import make_figures
from core.calls import Calls
from core.export.document import Heading, Line, Picture, Table
from core.figures.estimates import Estimate
from core.queries.service_figures import service_figures
from core.signals.card import Metric, Subgroup, card_of
from dashboard.components.service_export import report
from models import Patient, Signal
from tests.app.conftest import SignIn
from tests.factories.cast import NOW, Cast
from tests.factories.service_people import admit_people
from tests.integration.test_service_figures import DAY, SUNDAY, entries

PAGE = "pages/service.py"


@pytest.fixture
def figures(calls: Calls, cast: Cast) -> None:
    with calls.transaction() as session:
        people = admit_people(session, cast, cast.alice, [f"Canary{n}" for n in range(20)], first_key=10)
        for person in people:
            session.get_one(Patient, person.id).enrolled_on = SUNDAY - 180 * DAY
        for week in range(10):
            entries(session, people, SUNDAY - 7 * week * DAY, sent=4, answered=3)
    with calls.transaction() as session:
        make_figures(session, service_id=cast.service.id, now=NOW)


def said(app: AppTest) -> str:
    return "\n".join(str(node.value) for node in (*app.markdown, *app.caption, *app.text))


def opened(sign_in: SignIn, cast: Cast) -> AppTest:
    app = sign_in(PAGE, cast.director).run()
    assert not app.exception, app.exception
    return app


def test_the_figures_stand_under_one_paragraph_with_their_definitions(
    sign_in: SignIn, cast: Cast, figures: None
) -> None:
    app = opened(sign_in, cast)
    assert "75 of 100 entries are answered" in said(app)
    assert "52 weeks to Sunday 15 Nov 2026" in said(app)
    helped = " ".join(str(node.proto.help) for node in app.markdown)
    assert "Entries answered of the entries asked for" in helped
    assert "Nobody can be found here" in said(app)


def test_threat_25_nobody_is_named_neither_patients_nor_therapists(sign_in: SignIn, cast: Cast, figures: None) -> None:
    told = said(opened(sign_in, cast))
    assert not [name for name in ("Canary", "Laia", "Puig", "Alice", "Bob", "Charlie", "Dana") if name in told]


def test_a_programme_and_then_a_team_can_be_chosen(sign_in: SignIn, cast: Cast, figures: None) -> None:
    app = opened(sign_in, cast)
    assert len(app.selectbox) == 1
    app.selectbox[0].select(cast.programme.name).run()
    assert not app.exception
    assert "Eating disorder day care" in said(app)
    assert [box.label for box in app.selectbox] == ["Programme", "Team"]
    app.selectbox[1].select(cast.team.name).run()
    assert "Blue" in said(app)


def test_three_months_say_why_a_figure_needs_more(sign_in: SignIn, cast: Cast, figures: None) -> None:
    app = opened(sign_in, cast)
    app.button_group[0].set_value(13).run()
    assert not app.exception
    assert "13 weeks to Sunday" in said(app)


def test_before_the_first_night_it_says_what_to_do(sign_in: SignIn, cast: Cast) -> None:
    assert "python -m dashboard figures" in said(opened(sign_in, cast))


def test_published_figures_are_shown_only_where_asked_for(sign_in: SignIn, cast: Cast, figures: None) -> None:
    app = opened(sign_in, cast)
    assert "NHS Talking Therapies" not in said(app)
    app.toggle[0].set_value(True).run()
    assert "NHS Talking Therapies" in said(app)
    assert "Medina 2022" in said(app)


def test_a_report_has_no_column_that_says_nothing(calls: Calls, cast: Cast, figures: None) -> None:
    made = report(calls.run(service_figures, by=cast.director, weeks=52), [])  # of the year before nothing is kept
    tables = [block for block in made.blocks if isinstance(block, Table)]
    assert tables
    assert {table.head[-1] for table in tables} == {"stands on"}
    assert all(len(row) == len(table.head) for table in tables for row in table.rows)


def test_a_report_says_for_which_groups_the_estimates_came_true(calls: Calls, cast: Cast, figures: None) -> None:
    men = Subgroup("sex", "male", 12, 0.08, 0.2, Metric(0.12, 0.02, 0.22))
    few = Subgroup("age", "16–24", 7, 0.08, 0.09, Metric(0.01, -0.05, 0.06))
    card = replace(card_of(Signal.RELAPSE, {"simulated": True}, None), subgroups=(men, few))
    made = report(calls.run(service_figures, by=cast.director, weeks=52), [card])
    head = made.blocks.index(Heading("Do the estimates come true, for everyone?"))
    assert made.blocks[head + 2] == Heading("Early-change signals (simulated)", 2)
    table = made.blocks[head + 3]
    assert isinstance(table, Table)
    assert table.rows == (("men", "10", "8", "20", "+12 (+2 to +22)"),)
    assert made.blocks[head + 4] == Line("Beyond noise it is off for: men. Keep that in mind there.", quiet=True)


def test_a_report_draws_the_recommendation_over_the_earlier_attempts(calls: Calls, cast: Cast, figures: None) -> None:
    view = calls.run(service_figures, by=cast.director, weeks=52)
    assert Heading("Would they recommend it?", 2) not in report(view, []).blocks  # nobody was asked
    asked = replace(view.figures["nps"], value=Estimate(30.0, 12.0, 48.0, 40))
    blocks = report(replace(view, figures=view.figures | {"nps": asked}), []).blocks
    place = blocks.index(Heading("Would they recommend it?", 2))
    assert isinstance(blocks[place + 1], Picture)
    assert blocks[place + 2] == Line("▲ the clinic's three earlier attempts, as reported", quiet=True)
