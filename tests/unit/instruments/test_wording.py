"""Official wording is taken where it fits the definition, kept by language, and refused with the item where it does
not; a refused file leaves nothing behind."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import InstrumentRefused
from core.instruments import instrument
from core.instruments.wording import load_wording, wording_of, wordings
from dashboard.wording import questionnaires

LA = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
GAD = instrument("gad-7")


def options(n: int = 4) -> list[dict[str, Any]]:
    return [{"valueCoding": {"code": code, "display": f"Antwort {i}"}} for i, code in enumerate(LA[:n])]


def questionnaire(**more: Any) -> dict[str, Any]:
    items = [
        {"linkId": f"/{item.loinc}", "type": "choice", "text": f"Frage {item.id}", "answerOption": options()}
        for item in GAD.items
    ]
    items.append({"linkId": "/70274-6", "type": "decimal", "text": "Summe"})
    about = {"resourceType": "Questionnaire", "language": "de", "title": "GAD-7 deutsch"}
    return about | {"code": [{"system": "http://loinc.org", "code": "69737-5"}], "item": items} | more


def written(tmp_path: Path, content: Any, name: str = "wording.json") -> Path:
    file = tmp_path / name
    file.write_text(json.dumps(content) if name.endswith("json") else yaml.safe_dump(content), encoding="utf-8")
    return file


def test_a_questionnaire_is_matched_by_its_codes_and_kept_for_its_language(tmp_path: Path) -> None:
    load_wording(written(tmp_path, questionnaire()), tmp_path / "home")
    kept = wording_of(tmp_path / "home", "gad-7", "de-AT")
    assert kept is not None
    assert (kept.items["3"], kept.options["3"]["2"], kept.source) == ("Frage 3", "Antwort 2", "GAD-7 deutsch")
    assert wording_of(tmp_path / "home", "gad-7", "ca") is None


def test_a_questionnaire_is_matched_by_link_ids_and_options_by_their_ordinal_values(tmp_path: Path) -> None:
    ordinal = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    offered = [
        {
            "extension": [{"url": ordinal, "valueDecimal": score}],
            "valueCoding": {"code": f"a{n}", "display": f"Word {n}"},
        }
        for n, score in enumerate((4, 3, 2, 1, 0))
    ]
    items = [{"linkId": f"core-10-{n}", "text": f"Item {n}", "answerOption": offered} for n in range(1, 11)]
    made = {"resourceType": "Questionnaire", "name": "CORE10", "item": items}
    kept = load_wording(written(tmp_path, made), tmp_path)
    # "Word 0" has the score 4: on a plain item the answer 4, on a turned one the answer 0
    assert (kept.options["1"]["4"], kept.options["2"]["0"]) == ("Word 0", "Word 0")


def test_options_may_stand_in_a_value_set_of_the_questionnaires_own(tmp_path: Path) -> None:
    concepts = [option["valueCoding"] for option in options()]
    held = {"resourceType": "ValueSet", "id": "often", "compose": {"include": [{"concept": concepts}]}}
    items = [
        {key: value for key, value in item.items() if key != "answerOption"} | {"answerValueSet": "#often"}
        for item in questionnaire()["item"]
    ]
    kept = load_wording(written(tmp_path, questionnaire(contained=[held], item=items)), tmp_path)
    assert kept.options["1"] == {"0": "Antwort 0", "1": "Antwort 1", "2": "Antwort 2", "3": "Antwort 3"}


PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "fhir-phq9" / "Questionnaire-mii-qst-pro-phq-9.json"


def test_a_published_form_that_refers_to_the_loinc_list_of_its_answers_is_taken(tmp_path: Path) -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published form is not on this machine")
    kept = load_wording(PUBLISHED, tmp_path)
    assert (kept.instrument, kept.locale, len(kept.items)) == ("phq-9", "de", 9)
    assert kept.items["1"] == "Wenig Interesse oder Freude an Ihren Tätigkeiten"
    phq = instrument("phq-9")
    assert questionnaires.answer_label(phq, phq.item("1"), 3.0, kept) == "Nearly every day"
    assert "answers in short labels of our own" in questionnaires.whose_words(phq, kept)


def referring(address: str) -> dict[str, Any]:
    items = [{"linkId": f"/{item.loinc}", "text": "Frage", "answerValueSet": address} for item in GAD.items]
    return questionnaire(item=items)


def test_the_answers_of_another_list_are_not_taken_unseen(tmp_path: Path) -> None:
    assert load_wording(written(tmp_path, referring("http://loinc.org/vs/LL358-3|2.82")), tmp_path).answers_are_ours
    with pytest.raises(InstrumentRefused, match="item 1: it has 0 options, 4 are needed"):
        load_wording(written(tmp_path, referring("http://loinc.org/vs/LL359-1")), tmp_path)


def test_a_file_is_read_as_its_kind_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "tabs.json"
    made = questionnaire(title="GAD-7 \U0001f642")
    file.write_text("\ufeff" + json.dumps(made, indent="\t"), encoding="utf-8")
    assert load_wording(file, tmp_path).source == "GAD-7 \U0001f642"


def test_a_strangers_file_beside_the_kept_ones_is_left_out(tmp_path: Path) -> None:
    load_wording(written(tmp_path, questionnaire()), tmp_path)
    written(tmp_path / "wording", questionnaire(), "copied by hand.json")
    (tmp_path / "wording" / "half.json").write_text("{")
    assert {code: list(kept) for code, kept in wordings(tmp_path).items()} == {"gad-7": ["de"]}


def test_our_own_file_is_taken(tmp_path: Path) -> None:
    words = {
        "instrument": "gad-7", "language": "ca", "source": "traducció autoritzada",
        "items": {n: f"Pregunta {n}" for n in range(1, 8)},
        "options": {"how_many_days": {0: "Mai", 1: "Alguns dies", 2: "Més de la meitat", 3: "Gairebé cada dia"}},
    }  # fmt: skip
    kept = load_wording(written(tmp_path, words, "w.yaml"), tmp_path)
    assert (kept.locale, kept.options["7"]["3"]) == ("ca", "Gairebé cada dia")
    assert list(wordings(tmp_path)["gad-7"]) == ["ca"]


WITHOUT_ITEM_THREE = [item for item in questionnaire()["item"] if "69733-4" not in item["linkId"]]
TWICE = [*questionnaire()["item"], questionnaire()["item"][0]]
THREE_OPTIONS = [item | {"answerOption": options(3)} for item in questionnaire()["item"]]
STRANGE_OPTION = [item | {"answerOption": [*options(3), {"valueCoding": {"code": "z", "display": "Vielleicht"}}]}
                  for item in questionnaire()["item"]]  # fmt: skip
STRANGER = [*questionnaire()["item"], {"linkId": "mood", "type": "choice", "text": "?"}]
YAML = {"instrument": "gad-7", "items": dict.fromkeys(range(1, 8), "w"), "options": {}}
FULL = YAML | {"options": {"how_many_days": dict.fromkeys(range(4), "a")}}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (questionnaire(item=WITHOUT_ITEM_THREE), "item 3 of GAD-7 has no words"),
        (questionnaire(item=TWICE), "stands twice"),
        (questionnaire(item=THREE_OPTIONS), "item 1: it has 3 options, 4 are needed"),
        (questionnaire(item=STRANGE_OPTION), "item 1: the option Vielleicht is outside its option map"),
        (questionnaire(item=STRANGER), "item mood is none of GAD-7's"),
        ({"resourceType": "Questionnaire", "item": []}, "cannot be told"),
        ({"resourceType": "Patient"}, "neither a FHIR Questionnaire nor a wording file"),
        (["a list"], "neither a FHIR Questionnaire nor a wording file"),
        ({"instrument": "mood-99"}, "there is no instrument mood-99"),
        (YAML, "the answers of how_many_days must be 0, 1, 2, 3"),
        (YAML | {"items": {9: "w"}}, "item 9 is none of GAD-7's"),
        (YAML | {"version": "0"}, "version 0"),
        (FULL | {"items": FULL["items"] | {3: None}}, "item 3 of GAD-7 has no words"),
        (FULL | {"items": "seven"}, "items must say for each which words it has"),
        (FULL | {"options": {"how_many_days": ["a", "b", "c", "d"]}}, "how_many_days must say for each"),
        (FULL | {"options": {"how_many_days": {"never": "a"}}}, "the answers of how_many_days must be 0, 1, 2, 3"),
        (FULL | {"language": "../../ca"}, "'../../ca' is no language"),
        (FULL | {"language": False}, "'False' is no language"),
        (questionnaire(item=[{"linkId": "1", "code": "69725-0"}]), "not valid FHIR: item[0].code"),
        (questionnaire(item=["1"]), "not valid FHIR: item"),
        (questionnaire(url=5), "not valid FHIR: url"),
    ],
)
def test_wording_that_does_not_fit_is_refused_with_file_and_item(tmp_path: Path, content: Any, reason: str) -> None:
    with pytest.raises(InstrumentRefused) as refusal:
        load_wording(written(tmp_path, content), tmp_path / "home")
    assert "wording.json" in str(refusal.value)
    assert reason in str(refusal.value)
    assert wordings(tmp_path / "home") == {}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstrumentRefused, match=r"nowhere\.json"):
        load_wording(tmp_path / "nowhere.json", tmp_path)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "wording").write_text("a file where the folder should be")
    with pytest.raises(InstrumentRefused, match="it cannot be kept"):
        load_wording(written(tmp_path, questionnaire()), tmp_path)
