"""FHIR resources as a partner system would send them."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.factories.cast import NOW

Resource = dict[str, Any]
PHQ9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")


def person(number: str = "p1", **more: Any) -> Resource:
    name = [{"family": "Roca", "given": ["Ona"]}]
    return {"resourceType": "Patient", "id": number, "name": name, "birthDate": "1990-02-03", "gender": "female"} | more


def observation(
    number: str = "o1", code: str = "41950-7", value: float = 5400, unit: str = "{steps}", at: datetime | None = None,
    **more: Any,
) -> Resource:  # fmt: skip
    return {
        "resourceType": "Observation", "id": number, "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": (at or NOW - timedelta(days=1)).isoformat(),
        "valueQuantity": {"value": value} | ({"code": unit} if unit else {}),
    } | more  # fmt: skip


def own(measure: str, value: float, number: str = "v1", **more: Any) -> Resource:
    code = {"coding": [{"system": "urn:vincle:measure", "code": measure}]}
    return observation(number, value=value, unit="", **more) | {"code": code}


def phq9(*answers: int, number: str = "q1", stated: float | None = None, at: datetime | None = None) -> Resource:
    items: list[Resource] = [
        {"linkId": f"/{code}", "answer": [{"valueInteger": answer}]}
        for code, answer in zip(PHQ9, answers, strict=False)
    ]
    if stated is not None:
        items.append({"linkId": "/44261-6", "answer": [{"valueDecimal": stated}]})
    return {
        "resourceType": "QuestionnaireResponse", "id": number, "status": "completed",
        "questionnaire": "http://loinc.org/q/44249-1", "subject": {"reference": "Patient/p1"},
        "authored": (at or NOW - timedelta(hours=2)).isoformat(), "item": items,
    }  # fmt: skip


def communication(text: str, number: str = "c1", sender: str = "Patient/p1") -> Resource:
    return {
        "resourceType": "Communication", "id": number, "status": "completed", "sender": {"reference": sender},
        "sent": (NOW - timedelta(hours=3)).isoformat(), "payload": [{"contentString": text}],
    }  # fmt: skip


def bundle(*resources: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def written(folder: Path, *resources: Any, name: str = "sent.json") -> Path:
    """One resource as a document; several as NDJSON."""
    file = folder / name
    file.write_text("\n".join(json.dumps(resource) for resource in resources))
    return file
