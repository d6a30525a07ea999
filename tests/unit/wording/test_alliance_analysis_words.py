"""The sentences beside the figures say what was found, on how many, and what cannot be told."""

from dataclasses import replace

import numpy as np

from core.analysis.alliance import Ratings, agreed, analyse
from dashboard.wording import alliance_analysis as words
from tests.factories.alliance_data import service_of

FOUND = analyse(service_of({"Day care": 40, "Oncology": 40}))
NOTHING = analyse(service_of({"Day care": 7}))


def test_development_is_told_for_each_programme_with_its_number() -> None:
    patients, therapists = (words.development_sentence(found) for found in FOUND.development)
    assert patients.startswith("Patients (80 people, 320 ratings): rises in Day care (0.0")
    assert "points a month" in patients
    assert "no clear change in Day care" in therapists or "steady in Day care" in therapists
    assert "differ" in patients


def test_what_was_checked_is_told() -> None:
    checks = words.development_checks(FOUND.development[0])
    assert any("own level" in check for check in checks)
    assert any("residuals" in check for check in checks)
    assert words.checks_line(checks).startswith("Checked: ")
    some = analyse(service_of({"Day care": 20, "Small": 7})).development[0]
    assert any("fewer than 8 people are left out" in check for check in words.development_checks(some))


def test_an_occasion_that_is_not_drawn_is_named() -> None:
    data = service_of({"Day care": 20})
    early = data.ratings.days < 300
    kept = Ratings(
        data.ratings.person[early], data.ratings.side[early], data.ratings.days[early], data.ratings.value[early]
    )
    checks = words.development_checks(analyse(replace(data, ratings=kept)).development[0])
    assert any("nothing is drawn at 12 months" in check for check in checks)


def test_agreement_reads_as_expected_and_not_as_a_fault() -> None:
    said = words.agreement_sentence(FOUND.agreement)
    assert said.startswith("In 80 sessions that both sides rated, patients rate higher than their therapists")
    assert "a gap is expected and no fault" in said
    assert "ICC" in said


def test_agreement_says_when_therapists_rate_higher_and_when_nobody_does() -> None:
    draws = np.random.default_rng(2)
    level = draws.normal(3.5, 0.5, 30)
    lower = np.column_stack([level, level + 0.5 + 0.1 * draws.normal(size=30)])
    assert "therapists rate higher than their patients" in words.agreement_sentence(agreed(lower))
    same = np.column_stack([level, level + 0.1 * draws.normal(size=30)])
    assert "neither side rates higher" in words.agreement_sentence(agreed(same))


def test_associations_name_what_stands_out_and_claim_no_cause() -> None:
    said = words.association_sentence(FOUND.associations)
    assert "patients' alliance with usability (SUS) (ρ = 0." in said
    assert "neither need cause the other" in said
    weak = tuple(replace(f, q=0.6) for f in FOUND.associations)
    assert "none stands out" in words.association_sentence(weak)


def test_where_nothing_is_shown_it_says_why() -> None:
    assert "cannot be told" in words.association_sentence(NOTHING.associations)
    assert "fewer than 8 people, not shown" in words.agreement_sentence(NOTHING.agreement)
    assert "no development can be told: too few people" in words.development_sentence(NOTHING.development[0])
    assert words.development_checks(NOTHING.development[0]) == []
    assert words.estimate(NOTHING.agreement.icc["ICC1"]) == "not estimated: fewer than 8 people, not shown"


def test_the_service_is_never_a_league_table() -> None:
    assert "no therapist is compared" in words.intro(FOUND)
    assert "about 80 people" in words.intro(FOUND)
