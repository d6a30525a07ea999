"""A faulty definition is refused when it is read, with the file, the place and the reason."""

import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import InstrumentRefused
from core.instruments.library import FOLDER, load

PHQ = yaml.safe_load((FOLDER / "phq-9.yaml").read_text(encoding="utf-8"))

ASKED_AFTER_A_LATER_ONE = [{**PHQ["items"][0], "asked_if": {"item": 2}}, *PHQ["items"][1:]]
ASKED_AFTER_AN_IMPOSSIBLE_ONE = [
    PHQ["items"][0], {**PHQ["items"][1], "asked_if": {"item": 1, "at_least": 5}}, *PHQ["items"][2:],
]  # fmt: skip


def folder_with(tmp_path: Path, definition: dict[str, Any], name: str = "phq-9.yaml") -> Path:
    (tmp_path / name).write_text(yaml.safe_dump(definition, allow_unicode=True), encoding="utf-8")
    return tmp_path


def changed(**fields: Any) -> dict[str, Any]:
    return {**PHQ, **fields}


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        (changed(items=[*PHQ["items"], {"id": 9, "label": "Again"}]), "item 9 is defined twice"),
        (changed(items=[*PHQ["items"], {"id": 10, "label": "Difficulty"}]), "item 10 counts nowhere"),
        (changed(total={"items": [1, 2, 12]}), "item 12 is not defined"),
        (changed(total={"items": list(range(1, 10)), "missing": 9}), "it would stand with every item missing"),
        (changed(total={"items": [*range(1, 10), 3]}), "item 3 is counted twice"),
        (changed(options={"a": [{"answer": 0, "score": 0}, {"answer": 0, "score": 1}]}), "answer 0 is given twice"),
        (changed(options={"a": {"low": 5, "high": 5}}), "low is not below high"),
        (changed(options={"a": {"low": 0, "high": 5, "step": 0}}), "a step of 0 does not lead along it"),
        (changed(options={"a": {"low": 0, "high": 5, "step": 9}}), "a step of 9 does not lead along it"),
        (changed(options={"a": {"low": 0, "high": math.inf}}), "high: Input should be a finite number"),
        (changed(options={"a": [{"answer": 0, "score": math.nan}]}), "score: Input should be a finite number"),
        (
            changed(options={"a": [{"answer": n, "score": n, "loinc": "LA1-2"} for n in (0, 1)]}),
            "stands at two answers",
        ),
        (changed(total={**PHQ["total"], "factor": 0}), "total.factor"),
        (changed(subscales={"total": {"items": [1]}}), "a sub-scale cannot be called total"),
        (
            changed(bands=[*PHQ["bands"], {"start": 28, "code": "beyond"}]),
            "no total reaches the band beyond from 28 on",
        ),
        (changed(cut_offs=[{"value": 28, "side": "at_least", "meaning": "m"}]), "reaches the cut-off at_least 28"),
        (
            changed(total=None, cut_offs=[{"value": 1, "side": "below", "meaning": "m"}], items=PHQ["items"][:1]),
            "'total', which is not defined",
        ),
        (changed(loinc_lists={"a": "LL358-3"}), "'a', which is not defined"),
        (changed(items=[{"id": 1, "label": "x", "options": "b"}], total={"items": [1]}), "'b', which is not defined"),
        (changed(bands=[{"start": 5, "code": "a"}, {"start": 0, "code": "b"}]), "not in rising order"),
        (
            changed(cut_offs=[{"value": 1, "side": "at_least", "meaning": "m", "subscale": "anxiety"}]),
            "'anxiety', which is not defined",
        ),
        (changed(total={"items": [1], "formula": "total / total"}), "total.formula"),
        (changed(surprise=1), "surprise"),
        (changed(items=ASKED_AFTER_A_LATER_ONE), "item 1 can never be asked"),
        (changed(items=ASKED_AFTER_AN_IMPOSSIBLE_ONE), "item 2 can never be asked: no answer to item 1 scores 5"),
        (changed(items=[{**item, "flag": "x", "flag_from": 4} for item in PHQ["items"]]), "could never be flagged"),
        (changed(total={**PHQ["total"], "neutral": 7}), "outside its option map"),
        (
            changed(
                options={**PHQ["options"], "unused": [{"answer": 1, "score": 1}]},
                items=[{**item, "options": "how_many_days"} for item in PHQ["items"]],
            ),
            "'unused' is used by no item",
        ),
        (changed(subscales={"a": {"parts": ["b"]}, "b": {"parts": ["a"]}}), "its formula is circular"),
        (changed(total={"parts": ["total"]}), "its formula is circular"),
        (changed(total={"parts": ["mood"]}), "the part 'mood' is not defined"),
        (changed(total={**PHQ["total"], "parts": ["a"]}), "made of items or of parts"),
        (changed(retired={1: "replaced"}), "version 1 is in force and retired"),
        (
            changed(items=[{**item, "loinc": "44250-9"} for item in PHQ["items"]]),
            "the code 44250-9 stands at two items",
        ),
        ({k: v for k, v in PHQ.items() if k != "sources"}, "sources"),
    ],
)
def test_a_faulty_definition_is_refused_with_file_and_reason(
    tmp_path: Path, definition: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InstrumentRefused) as refusal:
        load(folder_with(tmp_path, definition))
    assert "phq-9.yaml" in str(refusal.value)
    assert reason in str(refusal.value)


def test_a_definition_under_another_files_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstrumentRefused, match=r"other\.yaml"):
        load(folder_with(tmp_path, PHQ, "other.yaml"))


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "phq-9.yaml").write_text("code: phq-9\ncode: gad-7\n", encoding="utf-8")
    with pytest.raises(InstrumentRefused, match="not readable"):
        load(tmp_path)


def test_a_reversed_item_lists_its_scores_and_is_not_reversed_by_position() -> None:
    from core.instruments import instrument

    definition = instrument("core-10")
    able_to_cope = definition.items[2]
    options = definition.options_of(able_to_cope)
    assert isinstance(options, tuple)
    assert [(option.answer, option.score) for option in options] == [(0, 4), (1, 3), (2, 2), (3, 1), (4, 0)]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"\xff\xfe", "utf-8"), (b"[" * 5000, "recursion"), (b"code: phq-9\ncode: phq-9", "the key 'code' stands twice")],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "phq-9.yaml").write_bytes(content)
    with pytest.raises(InstrumentRefused, match=rf"phq-9\.yaml is not readable YAML: .*{why}"):
        load(tmp_path)
