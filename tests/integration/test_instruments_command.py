"""``python -m dashboard instruments``: what it prints for people and for machines, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.instruments import instruments
from dashboard.__main__ import main
from tests.unit.instruments.test_wording import questionnaire, written

CODES = {
    "phq-9", "gad-7", "core-10", "who-5", "wai-sr-patient", "wai-sr-therapist", "wai-s-patient", "wai-s-therapist",
    "watoci", "srs", "ors", "c-ssrs-screener", "sus", "vas-app", "vas-platform", "nps", "hads", "ede-qs", "reqol-10",
    "distress-thermometer",
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    try:
        main(["instruments", *words])
    except SystemExit as end:
        assert not end.code
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    with pytest.raises(SystemExit) as end:
        main(["instruments", *words, "--json"])
    assert end.value.code == 1
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_list_holds_every_instrument_and_says_what_is_not_verified(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["code"]: row for row in json.loads(run(capsys, "list", "--json"))}
    assert set(rows) >= CODES
    assert rows["phq-9"]["range"] == [0, 27]
    assert rows["c-ssrs-screener"]["range"] is None
    assert any("1, 3, 6, 9" in what for what in rows["reqol-10"]["unverified"])
    assert rows["gad-7"]["official_wording"] == []


@pytest.mark.parametrize("code", sorted(instruments()))
def test_every_instrument_can_be_shown(capsys: pytest.CaptureFixture[str], code: str) -> None:
    text = run(capsys, "show", code)
    assert "own short labels, no official wording" in text
    assert all(f"Not verified: {what}" in text for what in instruments()[code].unverified)
    assert json.loads(run(capsys, "show", code, "--json"))["code"] == code


def test_a_score_as_json_has_the_promised_fields(capsys: pytest.CaptureFixture[str]) -> None:
    answers = json.dumps({"1": 2, "2": None, "3": 1, "9": 1} | dict.fromkeys("45678", 0))
    found = json.loads(run(capsys, "score", "phq-9", "--answers", answers, "--json"))
    assert found["instrument"] == "phq-9"
    assert (found["total"], found["band"], found["missing"], found["complete"]) == (4.5, "minimal", ["2"], False)
    assert found["flags"] == [{"code": "phq9_item9", "item": "9", "value": 1}]
    assert found["subscales"] == {}


def test_a_forbidden_total_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "score", "hads", "--answers", '{"1": 3, "2": 1}', "--json"))
    assert (found["total"], found["subscales"], found["band"]) == (None, {"anxiety": None, "depression": None}, None)


def test_item_means_and_cut_offs_are_told_beside_a_sum(capsys: pytest.CaptureFixture[str]) -> None:
    answers = json.dumps({str(n): 1 if n % 2 else 2 for n in range(1, 15)})
    found = json.loads(run(capsys, "score", "hads", "--answers", answers, "--json"))
    assert found["item_means"] == {"anxiety": 1, "depression": 2, "total": 1.5}
    assert [(cut["on"], cut["value"]) for cut in found["cut_offs"]] == [
        ("depression", 8),
        ("depression", 11),
        ("total", 13),
    ]


def test_answers_may_come_as_a_fhir_response_in_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    items = [{"linkId": str(n), "answer": [{"valueInteger": 2}]} for n in range(1, 6)]
    items.append({"linkId": "total", "answer": [{"valueInteger": 99}]})
    file = tmp_path / "r.json"
    file.write_text(json.dumps({"resourceType": "QuestionnaireResponse", "item": items}))
    found = json.loads(run(capsys, "score", "who-5", "--answers", str(file), "--json"))
    assert (found["total"], found["stated_total"], found["flags"][0]["code"]) == (40, 99, "stated_total_differs")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("score", "phq-9", "--answers", '{"3": 4}'), "item 3 (Sleep)"),
        (("score", "phq-9", "--answers", '{"3": "2"}'), "item 3 (Sleep)"),
        (("score", "phq-9", "--answers", '{"30": 1}'), "has no item 30"),
        (("score", "phq-9", "--answers", "[1, 2]"), "must be JSON"),
        (("score", "phq-9", "--answers", "{"), "must be JSON"),
        (("score", "phq-9", "--answers", "nowhere.json"), "must be JSON"),
        (("score", "mood-99", "--answers", "{}"), "no instrument mood-99"),
        (("score", "phq-9", "--answers", "{}", "--version", "0"), "phq-9.yaml: there is no version 0"),
        (("show", "mood-99"), "no instrument mood-99"),
        (("load-wording", "nowhere.json"), "nowhere.json was refused"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], reason: str
) -> None:
    assert reason in refused(capsys, *words)["error"]


def test_loaded_wording_is_told_by_list_and_show(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "7 items" in run(capsys, "load-wording", str(written(tmp_path, questionnaire())))
    assert "official wording loaded: de" in run(capsys, "show", "gad-7")
    rows = {row["code"]: row for row in json.loads(run(capsys, "list", "--json"))}
    assert rows["gad-7"]["official_wording"] == ["de"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ('{"1": 1, "1": 3}', "1 stands twice in the answers"),
        ('{"1": "2"}', "item 1 (Little interest): '2' is not one of its answers"),
        ('{"1": true}', "item 1 (Little interest): True is not"),
        ('{"1": 1' + "0" * 400 + "}", "item 1 (Little interest): 1000"),
        ('{"1": ' + "[" * 60_000, "must be JSON"),
    ],
)
def test_an_answer_that_is_none_is_one_sentence(capsys: pytest.CaptureFixture[str], answers: str, said: str) -> None:
    assert said in refused(capsys, "score", "phq-9", "--answers", answers)["error"]
