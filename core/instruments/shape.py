"""What comes from outside as JSON may have any shape. It is held once against the shapes of FHIR that are read here, so
that everything after it can rely on them; what is not read may be as it likes."""

from collections.abc import Mapping
from typing import Any

DEEPEST = 40  # levels; a form nests groups, nothing nests further
_LISTS = {"item", "answer", "answerOption", "extension", "contained", "include", "concept"}
_OBJECTS = {"valueCoding", "valueQuantity", "compose"}
_TEXTS = {
    "resourceType", "questionnaire", "url", "name", "title", "id", "type", "system", "display", "language", "linkId",
    "answerValueSet", "valueString", "code",
}  # fmt: skip


def misshapen(resource: Mapping[str, Any]) -> str | None:
    """The place of the first part that has not the shape FHIR gives it (``item[2].answer``), or ``None``. A part
    that is absent or null is no fault here."""
    ahead: list[tuple[str, str, Mapping[str, Any]]] = [("", "", resource)]
    while ahead:
        kind, place, node = ahead.pop()
        below: list[tuple[str, str, Mapping[str, Any]]] = []
        for key, value in node.items():
            where = f"{place}.{key}" if place else str(key)
            listed = key in _LISTS or (key == "code" and kind in ("", "item"))
            if not _fits(kind, key, value, listed=listed) or where.count(".") > DEEPEST:
                return where
            if listed:
                below += [(key, f"{where}[{n}]", part) for n, part in enumerate(value or [])]
            elif key in _OBJECTS and value is not None:
                below.append((key, where, value))
        ahead += reversed(below)
    return None


def _fits(kind: str, key: str, value: object, *, listed: bool) -> bool:
    if value is None:
        return True
    if listed:
        return isinstance(value, list) and all(isinstance(part, Mapping) for part in value)
    if key in _OBJECTS:
        return isinstance(value, Mapping)
    if key in _TEXTS and kind != "contained":  # a person who is contained has names of another shape
        return isinstance(value, str)
    return not isinstance(value, int) or abs(value) < 1e300
