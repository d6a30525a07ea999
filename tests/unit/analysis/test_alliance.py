"""The three questions on a made-up service: what is found, what is suppressed, and what is said when nothing can be."""

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.alliance import AllianceAnalysis, AllianceData, Ratings, analyse
from core.analysis.estimate import Why
from dashboard.wording import alliance_analysis as words
from tests.factories.alliance_data import service_of


@pytest.fixture(scope="module")
def analysis() -> AllianceAnalysis:
    return analyse(service_of({"Day care": 40, "Oncology": 40}))


def test_what_was_put_in_is_found(analysis: AllianceAnalysis) -> None:
    patients, therapists = analysis.development
    assert patients.model.arms == ("Day care", "Oncology")
    for arm in patients.model.arms:
        theirs, own = patients.model.change_in(arm), therapists.model.change_in(arm)
        assert theirs is not None
        assert own is not None
        assert 0 < theirs[1] < 0.03 < theirs[2]
        assert own[1] < 0 < own[2]
    agreement = analysis.agreement
    assert agreement.limits.bias_interval is not None
    assert agreement.limits.bias == pytest.approx(0.5, abs=0.15)
    assert sum(level.n for level in agreement.levels) == agreement.n == 80
    strong = [(f.outcome, f.predictor) for f in analysis.associations if f.q is not None and f.q < 0.001]
    assert strong == [("patient_alliance", "sus")]


def test_every_programme_and_occasion_is_drawn_with_its_number(analysis: AllianceAnalysis) -> None:
    drawn = {(point.programme, point.months, point.n) for point in analysis.development[0].points}
    assert drawn == {(name, months, 40) for name in ("Day care", "Oncology") for months in (0, 3, 6, 12)}
    for point in analysis.development[0].points:
        assert point.model is not None
        assert point.lower < point.mean < point.upper


def test_the_parameters_say_how_it_was_made(analysis: AllianceAnalysis) -> None:
    parameters = analysis.parameters
    assert (parameters["people"], parameters["pairs"], parameters["smallest_group"]) == (80, 80, 8)
    assert parameters["occasions_days_since_enrolment"]["3 months"] == [46.0, 136.0]  # type: ignore[index]


def test_progress_is_told_part_by_part() -> None:
    heard: list[tuple[str, float]] = []
    analyse(service_of({"Day care": 10}), lambda part, share: heard.append((part, share)))
    assert [part for part, _share in heard] == ["development", "development", "agreement", "associations", "done"]
    assert [share for _part, share in heard] == sorted(share for _part, share in heard)


def test_threat_25_a_programme_of_seven_is_left_out_of_everything_drawn_by_programme() -> None:
    found = analyse(service_of({"Day care": 20, "Oncology": 7}))
    for development in found.development:
        assert {point.programme for point in development.points} == {"Day care"}
        assert development.model.groups == 20
        assert development.left_out
    assert not analyse(service_of({"Day care": 20, "Oncology": 8})).development[0].left_out


def test_threat_26_nothing_about_a_small_programme_can_be_told_from_the_totals() -> None:
    alone, beside = analyse(service_of({"Day care": 20})), analyse(service_of({"Day care": 20, "Oncology": 7}))
    assert (beside.people, beside.agreement.n) == (alone.people, alone.agreement.n) == (20, 20)
    assert {f.rho.n for f in beside.associations} == {20}
    assert beside.parameters["ratings"] == alone.parameters["ratings"]


def test_threat_25_an_occasion_with_seven_ratings_is_not_drawn() -> None:
    data = service_of({"Day care": 20})
    late = (data.ratings.days > 300) & (data.ratings.person >= 7)
    kept = Ratings(
        *(column[~late] for column in (data.ratings.person, data.ratings.side, data.ratings.days, data.ratings.value))
    )
    points = analyse(replace(data, ratings=kept)).development[0].points
    assert {point.months for point in points} == {0, 3, 6}


def test_threat_25_a_service_of_seven_shows_nothing_at_all() -> None:
    found = analyse(service_of({"Day care": 7}))
    assert [d.points for d in found.development] == [(), ()]
    assert {d.model.reason for d in found.development} == {Why.TOO_FEW}
    assert (found.agreement.reason, found.agreement.n, found.agreement.levels) == (Why.SUPPRESSED, 0, ())
    assert {e.reason for e in found.agreement.icc.values()} == {Why.SUPPRESSED}
    assert {(f.rho.value, f.rho.n, f.rho.reason) for f in found.associations} == {(None, 0, Why.SUPPRESSED)}


def without(data: AllianceData, side: int) -> AllianceData:
    ratings = data.ratings
    keep = ratings.side != side
    pairs = data.pairs.copy()
    pairs[:, side] = np.nan
    names = ("patient_alliance", "therapist_alliance")
    columns = dict(data.columns) | {names[side]: np.full(len(data.programmes), np.nan)}
    kept = Ratings(ratings.person[keep], ratings.side[keep], ratings.days[keep], ratings.value[keep])
    return replace(data, ratings=kept, pairs=pairs, columns=columns)


def test_with_one_side_missing_everywhere_the_other_is_still_told() -> None:
    found = analyse(without(service_of({"Day care": 20}), side=1))
    patients, therapists = found.development
    assert patients.model.reason is None
    assert (therapists.model.reason, therapists.points) == (Why.TOO_FEW, ())
    assert found.agreement.reason is Why.ONE_SIDE_MISSING
    reasons = {f.rho.reason for f in found.associations if f.outcome == "therapist_alliance"}
    assert reasons == {Why.ONE_SIDE_MISSING}


def test_constant_ratings_are_said_to_be_constant() -> None:
    data = service_of({"Day care": 20})
    same = replace(data.ratings, value=np.full(len(data.ratings.value), 4.0))
    found = analyse(replace(data, ratings=same, pairs=np.full((20, 2), 4.0)))
    assert {d.model.reason for d in found.development} == {Why.CONSTANT}
    assert {e.reason for e in found.agreement.icc.values()} == {Why.CONSTANT}
    assert (found.agreement.limits.bias, found.agreement.limits.sd, found.agreement.d) == (0, 0, None)
    assert all(point.model is None for point in found.development[0].points)


def test_an_empty_service_is_not_a_fault() -> None:
    empty = np.array([])
    nothing = Ratings(empty.astype(int), empty.astype(int), empty, empty)
    data = service_of({"Day care": 1})
    found = analyse(
        AllianceData(data.as_of, "New", False, (), nothing, np.empty((0, 2)), dict.fromkeys(data.columns, empty))
    )
    assert found.people == 0
    assert found.agreement.reason is Why.SUPPRESSED


def test_of_two_ratings_on_one_occasion_the_nearer_one_counts() -> None:
    data = service_of({"Day care": 10}, spread=0.0)
    far = Ratings(
        np.append(data.ratings.person, 0), np.append(data.ratings.side, 0), np.append(data.ratings.days, 120.0),
        np.append(data.ratings.value, 1.0),
    )  # fmt: skip
    assert analyse(replace(data, ratings=far)).development[0].points == analyse(data).development[0].points


@pytest.mark.parametrize("young", ["Day care", "Oncology"])
def test_a_programme_that_has_only_begun_leaves_the_others_theirs(young: str) -> None:
    data = service_of({"Day care": 40, "Oncology": 40})
    begun = (np.asarray(data.programmes)[data.ratings.person] != young) | (data.ratings.days <= 45)
    columns = (getattr(data.ratings, name)[begun] for name in ("person", "side", "days", "value"))
    patients = analyse(replace(data, ratings=Ratings(*columns))).development[0]
    assert (patients.model.reason, patients.model.once) == (None, (young,))
    assert patients.model.change_in(young) is None
    (other,) = set(patients.model.arms) - {young}
    change = patients.model.change_in(other)
    assert change is not None
    assert 0 < change[1] < 0.03 < change[2]
    (start,) = [point for point in patients.points if point.programme == young]
    assert start.model is not None
    assert start.model[0] == pytest.approx(start.mean, abs=0.02)
    assert f"{young}: nobody was rated on two occasions yet" in words.development_sentence(patients)
