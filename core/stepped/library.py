"""The plans of stepped care: one file for each programme, read once and checked before anybody is judged by it; a
programme can bring its own in its settings (``settings["stepped_care"]``)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from core.errors import SettingsError
from core.language import _
from core.stepped.definition import Plan

FOLDER = Path(__file__).parent / "programmes"


@cache
def plans() -> dict[str, Plan]:
    """Every shipped plan by its programme's code; raises ``SettingsError`` naming the file and the fault."""
    return load(FOLDER)


def load(folder: Path) -> dict[str, Plan]:
    """The plans in ``folder``; raises ``SettingsError`` for the first that does not hold."""
    found: dict[str, Plan] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            said = yaml.safe_load(file.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise SettingsError(_("{file} is not readable YAML.").format(file=file.name)) from error
        plan = _plan(said, file.name)
        if plan.programme != file.stem:
            words = _("{file}: the programme {code} must be the file's name.")
            raise SettingsError(words.format(file=file.name, code=plan.programme))
        found[plan.programme] = plan
    return found


def plan_of(programme: str, settings: Mapping[str, Any]) -> Plan | None:
    """The plan of a programme: its own, else the shipped one, else ``None`` (then only a person's reasons count).

    Raises ``SettingsError`` naming the programme and what does not hold.
    """
    own = settings.get("stepped_care")
    if own is None:
        return plans().get(programme)
    return _plan({"programme": programme, **own} if isinstance(own, dict) else own, programme)


def _plan(said: object, where: str) -> Plan:
    try:
        return Plan.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        words = _("The steps of care in {where} cannot be used: {place}: {reason}.")
        raise SettingsError(words.format(where=where, place=place or "-", reason=reason)) from error
