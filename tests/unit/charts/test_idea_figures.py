"""The figures of what is made together: each group at its place, and what was said before and after a release."""

import pytest

from core.figures.estimates import Estimate
from core.queries.releases import BeforeAfter
from dashboard.charts.ideas import groups_figure, release_figure
from dashboard.charts.palette import DARK, LIGHT, Palette
from models import Maker

ROWS = [
    ("1. <b>Fewer</b> questions", {Maker.PATIENTS: 8.0, Maker.CLINICIANS: 5.0}),
    ("2. Read marks", {Maker.PATIENTS: 6.0}),
]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_group_has_its_point_and_a_line_shows_how_far_they_lie_apart(theme: Palette) -> None:
    figure = groups_figure(ROWS, theme).checked()
    spans, patients, clinicians = figure.data
    assert (list(patients.x), list(patients.y), patients.name) == ([8.0, 6.0], [1, 0], "Patients")
    assert (list(clinicians.x), list(clinicians.y)) == ([5.0], [1])
    assert list(spans.x) == [5.0, 8.0, None]  # one group alone has no distance
    assert patients.marker.symbol != clinicians.marker.symbol
    assert (patients.marker.color, clinicians.marker.color) == (theme.patient, theme.therapist)


def test_the_words_of_an_idea_are_never_markup() -> None:
    texts = [note.text for note in groups_figure(ROWS, LIGHT).checked().layout.annotations]
    assert texts == ["1. &lt;b&gt;Fewer&lt;/b&gt; questions", "2. Read marks"]


def test_before_and_after_stand_on_the_scale_of_each_instrument() -> None:
    told = [
        BeforeAfter("sus", Estimate(60, 50, 70, 20), Estimate(75, 70, 80, 25)),
        BeforeAfter("nps", None, Estimate(0, None, None, 10)),
        BeforeAfter("watoci", None, None),
    ]
    figure = release_figure(told, LIGHT)
    assert figure is not None
    before, after, nps = figure.checked().data
    assert [before.x[0], after.x[0], nps.x[0]] == pytest.approx([0.60, 0.75, 0.5])
    assert (before.error_x.array[0], before.error_x.arrayminus[0]) == pytest.approx((0.1, 0.1))
    assert (before.marker.symbol, after.marker.symbol) == ("circle-open", "circle")
    assert nps.error_x.array is None
    assert len(figure.checked().layout.annotations) == 2  # what nobody may see has no row


def test_without_enough_answers_there_is_no_figure() -> None:
    assert release_figure([BeforeAfter("sus", None, None)], LIGHT) is None
