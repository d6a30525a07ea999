"""The exercises of the installation: one file each, read once and checked before anybody is offered one."""

from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from core.errors import InvalidInput, SettingsError
from core.exercises.definition import Exercise
from core.language import _

FOLDER = Path(__file__).parent / "library"
M = TypeVar("M", bound=BaseModel)


@cache
def exercises() -> dict[str, Exercise]:
    """Every exercise by its code; raises ``SettingsError`` naming the file and the fault."""
    return load(FOLDER)


def load(folder: Path) -> dict[str, Exercise]:
    """The exercises in ``folder``; raises ``SettingsError`` for the first file that does not hold."""
    found: dict[str, Exercise] = {}
    for file in sorted(folder.glob("*.yaml")):
        one = read(file, Exercise)
        if one.code != file.stem:
            words = _("{file}: the code {code} must be the file's name.")
            raise SettingsError(words.format(file=file.name, code=one.code))
        found[one.code] = one
    return found


def exercise(code: str) -> Exercise:
    """The exercise of this code; raises ``InvalidInput`` where there is none."""
    found = exercises().get(code)
    if found is None:
        raise InvalidInput(_("There is no exercise {code}.").format(code=code[:60]))
    return found


def offered(programme: str, step: int | None = None) -> tuple[Exercise, ...]:
    """What a programme offers, by code; with ``step`` only what belongs to that step of care."""
    return tuple(
        one for one in exercises().values() if one.on(programme) and (step is None or step in one.care[programme])
    )


def read(file: Path, model: type[M]) -> M:
    """One data file, checked; raises ``SettingsError`` with file, place and reason."""
    try:
        said = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506  a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(_("{file} is not readable YAML.").format(file=file.name)) from error
    return checked(said, model, where=file.name)


def checked(said: object, model: type[M], *, where: str) -> M:
    """What was read, as ``model``; raises ``SettingsError`` with place and reason."""
    try:
        return model.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        words = _("{file} was refused: {reason}.")
        raise SettingsError(words.format(file=where, reason=f"{place}: {reason}" if place else reason)) from error


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key written twice instead of keeping the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        if len(keys) > len(set(map(str, keys))):
            raise yaml.YAMLError("a key stands twice")
        return super().construct_mapping(node, deep)
