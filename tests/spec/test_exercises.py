"""The library of exercises: what a file may say, each fault refused by its file, what a form and a parameter take."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import InvalidInput, SettingsError
from core.exercises.groups import shipped
from core.exercises.library import FOLDER, exercises, load, offered
from core.language import LANGUAGES
from core.stepped.library import plans

Bend = Callable[[dict[str, Any]], object]


def said(code: str) -> dict[str, Any]:
    """The file of a shipped exercise, as data."""
    return dict(yaml.safe_load((FOLDER / f"{code}.yaml").read_text()))


FAULTS: list[tuple[str, str, Bend, str]] = [
    ("unknown topic", "slow-breathing", lambda one: one.update(topic="magic"), "topic"),
    ("unknown kind", "slow-breathing", lambda one: one.update(kind="film"), "kind"),
    ("a word too much", "slow-breathing", lambda one: one.update(price=3), "price"),
    ("no source", "slow-breathing", lambda one: one.pop("source"), "source"),
    ("a timer without a timer", "slow-breathing", lambda one: one.pop("timer"), "timer"),
    ("a form without fields", "values", lambda one: one.pop("form"), "form"),
    ("fields in a reading", "about-sleep", lambda one: one.update(form=[{"code": "a", "kind": "words"}]), "form"),
    (
        "steps without steps", "grounding", lambda one: [w.pop("steps") for w in one["words"].values()],
        "without any step",
    ),
    ("unknown programme", "grounding", lambda one: one.update(care={"cooking": [1]}), "cooking"),
    ("unknown step of care", "grounding", lambda one: one["care"].update({"stepped-psycho-oncology": [9]}), "step 9"),
    ("default outside its range", "slow-breathing", lambda one: one["parameters"][0].update(default=99), "minutes"),
    ("default between steps", "urge-surfing", lambda one: one["parameters"][0].update(default=12), "minutes"),
    ("an empty range", "slow-breathing", lambda one: one["parameters"][0].update(low=15), "minutes"),
    (
        "a parameter twice", "slow-breathing", lambda one: one["parameters"].append(deepcopy(one["parameters"][0])),
        "twice",
    ),
    ("a timer by nothing", "slow-breathing", lambda one: one["timer"].update(minutes="hours"), "hours"),
    ("a timer without time", "slow-breathing", lambda one: one["timer"].update(minutes=0), "no time"),
    ("a field twice", "values", lambda one: one["form"].append(deepcopy(one["form"][0])), "twice"),
    ("a choice of one", "values", lambda one: one["form"][0].update(options=["family"]), "area"),
    ("no Catalan", "grounding", lambda one: one["words"].pop("ca"), "no words in ca"),
    ("another language", "grounding", lambda one: one["words"].update(fr=one["words"]["en"]), "fr"),
    ("one step less in Spanish", "grounding", lambda one: one["words"]["es"]["steps"].pop(), "number of steps"),
    ("a field without words", "values", lambda one: one["words"]["es"]["fields"].pop("area"), "es: the fields"),
    (
        "a name that is no parameter", "grounding", lambda one: one["words"]["en"].update(about="For {minutes}."),
        "'minutes'",
    ),
    ("a stray brace", "grounding", lambda one: one["words"]["en"].update(about="For {0} minutes."), "brace"),
    ("the file has another name", "grounding", lambda one: one.update(code="rooted"), "rooted"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "bend", "named"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_file_with_a_fault_is_refused_by_name(tmp_path: Path, code: str, bend: Bend, named: str) -> None:
    one = said(code)
    bend(one)
    (tmp_path / f"{code}.yaml").write_text(yaml.safe_dump(one, allow_unicode=True))
    with pytest.raises(SettingsError) as refused:
        load(tmp_path)
    assert f"{code}.yaml" in str(refused.value)
    assert named in str(refused.value)


@pytest.mark.parametrize("text", ["code: [", "code: a\ncode: b\n"], ids=["not YAML", "a key twice"])
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "grounding.yaml").write_text(text)
    with pytest.raises(SettingsError, match=r"grounding\.yaml"):
        load(tmp_path)


def test_every_step_of_both_programmes_has_something_to_do_something_to_read_and_somebody_to_meet() -> None:
    for programme, plan in plans().items():
        for step in plan.steps:
            kinds = {one.kind for one in offered(programme, step.step)}
            assert {"reading", "timer", "steps"} <= kinds, (programme, step.step)
            assert any(step.step in meeting.steps for meeting in shipped()[programme].meetings)
    assert all(one.example for one in shipped().values())


@pytest.mark.parametrize("code", sorted(exercises()))
def test_every_shipped_text_fills_its_parameters_in_every_language(code: str) -> None:
    one = exercises()[code]
    chosen = one.chosen({})
    for language in LANGUAGES:
        for text in one.said(language).everything():
            assert "{" not in text.format(**chosen)
    assert one.said("de") == one.said("en")


GIVEN: list[tuple[dict[str, object], dict[str, int] | str]] = [
    ({}, {"minutes": 15}),
    ({"minutes": 30}, {"minutes": 30}),
    ({"minutes": None}, {"minutes": 15}),
    ({"minutes": 31}, "minutes can be 5 to 30"),
    ({"minutes": 12}, "minutes can be 5 to 30"),
    ({"minutes": "15"}, "minutes can be"),
    ({"minutes": True}, "minutes can be"),
    ({"depth": 3}, "depth"),
]


@pytest.mark.parametrize(("given", "expected"), GIVEN, ids=[str(one[0]) for one in GIVEN])
def test_parameters(given: dict[str, object], expected: dict[str, int] | str) -> None:
    one = exercises()["urge-surfing"]
    if isinstance(expected, dict):
        assert one.chosen(given) == expected
        return
    with pytest.raises(InvalidInput, match=expected):
        one.chosen(given)


ANSWERS: list[tuple[dict[str, object], dict[str, str | int] | str]] = [
    ({}, {}),
    ({"area": "work", "matters": " Calm. ", "important": 0}, {"area": "work", "matters": "Calm.", "important": 0}),
    ({"matters": "   ", "step": None}, {}),
    ({"important": 11}, "important can be 0 to 10"),
    ({"important": 4.5}, "important can be"),
    ({"area": "money"}, "area has no option money"),
    ({"wealth": "no"}, "no field wealth"),
    ({"matters": "x" * 1501}, "At most"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), ANSWERS, ids=[str(one[0])[:60] for one in ANSWERS])
def test_answers_of_a_form(given: dict[str, object], expected: dict[str, str | int] | str) -> None:
    one = exercises()["values"]
    if isinstance(expected, dict):
        assert one.answered(given) == expected
        return
    with pytest.raises(InvalidInput, match=expected):
        one.answered(given)
