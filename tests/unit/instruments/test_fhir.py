"""Answers that arrive as FHIR are scored from the chosen options; a stated total is checked, never believed."""

from typing import Any

import pytest

from core.errors import InvalidInput
from core.instruments import instrument
from core.instruments.fhir import STATED_TOTAL, score_response

LA = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
LOINC, ORDINAL = "http://loinc.org", "http://hl7.org/fhir/StructureDefinition/ordinalValue"
PHQ = instrument("phq-9")


def response(*items: dict[str, Any], questionnaire: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": list(items)}
    return made | ({"questionnaire": questionnaire} if questionnaire else {})


def coded(link: str, code: str, ordinal: float | None = None) -> dict[str, Any]:
    coding: dict[str, Any] = {"system": LOINC, "code": code}
    if ordinal is not None:
        coding["extension"] = [{"url": ORDINAL, "valueDecimal": ordinal}]
    return {"linkId": link, "answer": [{"valueCoding": coding}]}


def phq(*values: int) -> list[dict[str, Any]]:
    return [coded(f"/{item.loinc}", LA[value]) for item, value in zip(PHQ.items, values, strict=True)]


def integer(link: str, value: int) -> dict[str, Any]:
    return {"linkId": link, "answer": [{"valueInteger": value}]}


def test_answers_are_scored_by_their_codes_and_the_instrument_is_told_by_its_items() -> None:
    found = score_response(response({"linkId": "group", "item": phq(1, 2, 3, 0, 0, 1, 0, 0, 0)}))
    assert (found.scored.instrument, found.scored.total, found.stated_total) == ("phq-9", 7, None)


def test_answers_are_scored_by_their_ordinal_value_which_is_the_options_score() -> None:
    items = [coded(str(n), f"core-{n}", 4) for n in range(1, 11)]
    found = score_response(response(*items, questionnaire="https://example.org/Questionnaire/core-10"))
    assert found.scored.total == 40
    assert (found.answers["1"], found.answers["2"]) == (4, 0)  # item 2 is turned: its highest score is "not at all"


def test_where_a_forms_numbers_are_not_yet_scores_the_ordinal_value_is_the_number() -> None:
    items = [coded(str(n), "x", 5 if n % 2 else 1) for n in range(1, 11)]
    assert score_response(response(*items), "sus").scored.total == 100


def test_integers_decimals_and_yes_or_no_are_taken_as_they_are() -> None:
    lines = [{"linkId": str(n), "answer": [{"valueDecimal": 9.5}]} for n in range(1, 5)]
    assert score_response(response(*lines), "srs").scored.total == 38
    said = [{"linkId": str(n), "answer": [{"valueBoolean": n == 4}]} for n in range(1, 7)]
    assert score_response(response(*said), "c-ssrs-screener").scored.band == "now"


def test_a_stated_total_that_agrees_is_not_flagged() -> None:
    found = score_response(response(*phq(1, 1, 1, 0, 0, 0, 0, 0, 0), integer("/44261-6", 3)))
    assert (found.stated_total, found.scored.total, found.scored.flags) == (3, 3, ())


def test_a_stated_total_that_disagrees_is_flagged_and_both_are_kept() -> None:
    found = score_response(response(*phq(1, 1, 1, 0, 0, 0, 0, 0, 0), integer("/44261-6", 19)))
    assert (found.stated_total, found.scored.total) == (19, 3)
    assert [(flag.code, flag.value) for flag in found.scored.flags] == [(STATED_TOTAL, 19)]


def test_a_total_stated_without_its_answers_is_flagged_and_never_becomes_ours() -> None:
    found = score_response(response(integer("/44261-6", 19)), "phq-9")
    assert (found.stated_total, found.scored.total) == (19, None)
    assert found.scored.flags[0].code == STATED_TOTAL


def test_an_item_without_an_answer_is_missing_and_item_nine_is_not_imputed() -> None:
    items = phq(1, 1, 1, 1, 1, 1, 1, 1, 0)
    items[8].pop("answer")
    found = score_response(response(*items))
    assert (found.scored.total, found.scored.missing) == (None, ("9",))


def test_how_hard_it_made_life_is_asked_beside_the_nine_and_not_scored() -> None:
    assert score_response(response(*phq(*[1] * 9), coded("/69722-7", "LA6572-7"))).scored.total == 9


@pytest.mark.parametrize(
    ("resource", "code", "reason"),
    [
        ({"resourceType": "Questionnaire"}, None, "no FHIR QuestionnaireResponse"),
        (response(integer("1", 3)), None, "cannot be told"),
        (response(*phq(*[0] * 9)), "gad-7", "for PHQ-9, not for GAD-7"),
        (response(coded("/44250-9", "LA9999-9")), None, "item 1 (Little interest)"),
        (response(coded("/44250-9", "x", 7)), None, "item 1 (Little interest): 7"),
        (response(*phq(*[0] * 9), integer("mood", 1)), None, "has no item mood"),
        (response(*phq(*[0] * 9), questionnaire="https://example.org/phq-9|0.9"), None, "no version 0.9"),
        (response({"linkId": "/44250-9", "answer": [{"valueInteger": 1}, {"valueInteger": 2}]}), None, "two answers"),
        (response(*phq(*[0] * 9), integer("/44250-9", 3)), None, "two answers"),
        ({"resourceType": "QuestionnaireResponse", "item": "all of them"}, "phq-9", "not valid FHIR: item"),
        (response({"linkId": "1", "answer": {"valueInteger": 1}}), "phq-9", "item[0].answer"),
        (response({"linkId": "1", "answer": [{"valueCoding": "LA6568-5"}]}), "phq-9", "item[0].answer[0].valueCoding"),
        (response(integer("1", 10**400)), "phq-9", "item[0].answer[0].valueInteger"),
        (response(*phq(*[0] * 9)) | {"questionnaire": 9}, None, "not valid FHIR: questionnaire"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(resource: dict[str, Any], code: str | None, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        score_response(resource, code)
    assert reason in str(refusal.value)
