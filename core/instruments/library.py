"""The installation's instruments: definition files read once, each checked before it is used."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from core.errors import InstrumentRefused, InvalidInput
from core.instruments.definition import Definition
from core.language import _

FOLDER = Path(__file__).parent / "definitions"


@cache
def instruments() -> dict[str, Definition]:
    """Every instrument by its code; raises ``InstrumentRefused`` naming file and fault."""
    return load(FOLDER)


def load(folder: Path) -> dict[str, Definition]:
    """The definitions in ``folder`` by code; raises ``InstrumentRefused`` for the first that does not hold."""
    found: dict[str, Definition] = {}
    for file in sorted(folder.glob("*.yaml")):
        definition = read_definition(file)
        if definition.code in found or definition.code != file.stem:
            raise InstrumentRefused(
                _("{file}: the code {code} must be the file's name and stand in one file only.").format(
                    file=file.name, code=definition.code
                )
            )
        found[definition.code] = definition
    return found


def read_definition(file: Path) -> Definition:
    """One definition file, checked; raises ``InstrumentRefused`` with file, place and reason."""
    try:
        return Definition.model_validate(yaml.load(file.read_text(encoding="utf-8"), EachKeyOnce))  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        why = str(error).splitlines()[0]
        raise InstrumentRefused(_("{file} is not readable YAML: {why}.").format(file=file.name, why=why)) from error
    except ValidationError as error:
        faults = error.errors()
        first = next((fault for fault in faults if fault["type"] != "tuple_type"), faults[0])  # a line, not options
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        words = f"{place}: {said}" if place else said
        raise InstrumentRefused(_("{file} was refused: {reason}.").format(file=file.name, reason=words)) from error


def instrument(code: str) -> Definition:
    """The instrument with this code; raises ``InvalidInput`` where there is none."""
    found = instruments().get(code)
    if found is None:
        raise InvalidInput(_("There is no instrument {code}.").format(code=code))
    return found


class EachKeyOnce(yaml.SafeLoader):
    """Safe YAML that refuses a key written twice instead of keeping the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        double = next((key for key in keys if keys.count(key) > 1), None)
        if double is not None:
            raise yaml.YAMLError(f"the key {double!r} stands twice")
        return super().construct_mapping(node, deep)
