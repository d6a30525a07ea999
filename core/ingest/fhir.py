"""FHIR R4 resources → items: a single resource, a Bundle or NDJSON. Each resource is held against the standard's own
schema (``fhir.resources``, release R4B, which has not changed these resources since R4); one that does not hold is
named and the rest is read."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from core.errors import InvalidInput
from core.ingest.document import Document, opened
from core.ingest.fhir_observation import observation_items
from core.ingest.items import Answers, Corrected, Item, Person, Refused, Value, Words
from core.ingest.letters import readable
from core.instruments.fhir import score_response
from core.instruments.matching import leaves
from core.language import _

Resource = Mapping[str, Any]
_TAKEN = {"Bundle", "Patient", "Observation", "Questionnaire", "QuestionnaireResponse", "Communication"}
_DONE = {"completed", "amended", "final", "corrected"}
_CORRECTED = {"amended", "corrected"}


def read_fhir(path: Path) -> Iterator[Item]:
    """The items of a file, in its order; people and questionnaires of a Bundle come first, since others refer to them.

    Raises ``ImportRefused`` for a file that is no JSON, packed, not UTF-8, too large for one document, or holds no
    resource.
    """
    with opened(path) as document:
        yield from _Reader().document(document)


def read_resource(resource: Mapping[str, Any]) -> Iterator[Item]:
    """The items of one resource or Bundle that is parsed already (the REST way in)."""
    yield from _Reader().resources([("", resource)])


class _Reader:
    """What is known while reading: whom references mean, and what link ids of a questionnaire stand for."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.questionnaires: dict[str, dict[str, Any]] = {}

    def document(self, document: Document) -> Iterator[Item]:
        """A line of NDJSON is read alone; a whole document may be a Bundle."""
        if document.lines is None:
            yield from self.resources([("", document.whole)])
            return
        for number, text in document.lines:
            place = _("line {n}").format(n=number)
            try:
                yield from self.resources([(place, json.loads(text))])
            except (ValueError, RecursionError):
                yield Refused(place, _("This line is not complete JSON."))

    def resources(self, given: Any) -> Iterator[Item]:
        """Each resource, Bundles unpacked."""
        for place, resource in given:
            if isinstance(resource, dict) and resource.get("resourceType") == "Bundle":
                yield from self._bundle(place, resource)
            else:
                yield from self._resource(place, resource)

    def _bundle(self, place: str, bundle: Resource) -> Iterator[Item]:
        entries = bundle.get("entry") or []
        if not isinstance(entries, list):
            named = ", ".join(part for part in (place, "Bundle") if part)
            yield Refused(named, _("It is not valid FHIR: {where}.").format(where="entry"))
            return
        inner = []
        for number, entry in enumerate(entries, start=1):
            found = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(found, dict) and entry.get("fullUrl") and found.get("id"):
                self.names[str(entry["fullUrl"])] = f"{found.get('resourceType')}/{found['id']}"
            nameless = "" if _kind(found) else _("entry {n}").format(n=number)
            inner.append((", ".join(part for part in (place, nameless) if part), found))
        first = {"Patient": 0, "Questionnaire": 1}
        inner.sort(key=lambda pair: first.get(_kind(pair[1]), 2))
        yield from self.resources(inner)

    def _resource(self, place: str, resource: Any) -> Iterator[Item]:
        kind = _kind(resource)
        named = readable(", ".join(part for part in (place, f"{kind}/{_id(resource)}" if kind else "") if part))
        if kind not in _TAKEN:
            yield Refused(named, _("Resources of this kind are not taken.") if kind else _("This is no FHIR resource."))
            return
        try:
            get_fhir_model_class(kind).model_validate(resource)
        except ValidationError as error:
            yield Refused(named, _("It is not valid FHIR: {where}.").format(where=_where(error)))
            return
        except (TypeError, AttributeError, RecursionError):
            yield Refused(named, _("It is not valid FHIR."))
            return
        try:
            yield from self._items(kind, named, resource)
        except InvalidInput as error:
            yield Refused(named, str(error))
        except OverflowError:
            yield Refused(named, _("It holds a number that is none."))

    def _items(self, kind: str, place: str, resource: Resource) -> Iterator[Item]:
        if kind == "Patient":
            yield _person(resource)
            return
        if kind == "Questionnaire":
            self._remember(resource)
            return
        if resource.get("status") not in _DONE:
            raise InvalidInput(_("Its status says that it is not complete, or was entered in error."))
        if kind == "Observation":
            at = moment_of(resource, "effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued")
            person, corrects = _patient(self._person_of(resource, "subject")), resource.get("status") in _CORRECTED
            for item in observation_items(resource, person=person, at=at, place=place):
                yield Corrected(*item) if corrects and isinstance(item, Value) else item
        elif kind == "QuestionnaireResponse":
            yield self._answers(place, resource)
        else:
            yield self._words(place, resource)

    def _answers(self, place: str, resource: Resource) -> Answers:
        at = moment_of(resource, "authored")
        person = _patient(self._person_of(resource, "subject", "source"))
        scored = score_response(self._with_codes(resource))
        return Answers(
            person=person, at=at, instrument=scored.scored.instrument, answers=scored.answers,
            stated=scored.stated_total, ref=f"QuestionnaireResponse/{_id(resource)}", place=place,
            corrects=resource.get("status") in _CORRECTED,
        )  # fmt: skip

    def _words(self, place: str, resource: Resource) -> Words:
        sender = resource.get("sender") or {}
        person = self._person_of(resource, "sender") if sender.get("reference") or sender.get("identifier") else ""
        if not person.startswith("Patient/"):
            raise InvalidInput(_("Only what the person themself wrote is taken."))
        text = "\n".join(
            str(part["contentString"]) for part in resource.get("payload") or [] if "contentString" in part
        )
        at = moment_of(resource, "sent", "received")
        return Words(person=person, at=at, text=text, ref=f"Communication/{_id(resource)}", place=place)

    def _person_of(self, resource: Resource, *fields: str) -> str:
        for name in fields:
            given = resource.get(name) or {}
            if given.get("reference"):
                reference = str(given["reference"]).partition("/_history/")[0]
                return self.names.get(reference, reference)
            identifier = given.get("identifier") or {}
            if identifier.get("value"):
                return f"{identifier.get('system', '')}|{identifier['value']}"
        raise InvalidInput(_("It does not say whom it is about."))

    def _remember(self, questionnaire: Resource) -> None:
        codes = {
            str(item.get("linkId")): {"code": item.get("code") or [], "options": item.get("answerOption") or []}
            for item in leaves(questionnaire.get("item") or [])
        }
        known = {"codes": codes, "panel": questionnaire.get("code") or []}
        for name in (questionnaire.get("url"), f"Questionnaire/{questionnaire.get('id')}"):
            if name:
                self.questionnaires[str(name)] = known

    def _with_codes(self, response: Resource) -> dict[str, Any]:
        """The response with what its questionnaire, where it came along, says of each link id."""
        name = str(response.get("questionnaire") or "").partition("|")[0]
        known = self.questionnaires.get(name)
        if known is None:
            return dict(response)
        panel = next((str(code["code"]) for code in known["panel"] if code.get("code")), None)
        items = [_coded(item, known["codes"]) for item in leaves(response.get("item") or [])]
        return {**response, "item": items, "questionnaire": panel or response.get("questionnaire")}


def _coded(item: Resource, codes: Mapping[str, Any]) -> dict[str, Any]:
    known = codes.get(str(item.get("linkId")), {"code": [], "options": []})
    weights = {
        str(option["valueCoding"].get("code")): option["valueCoding"].get("extension") or option.get("extension")
        for option in known["options"]
        if option.get("valueCoding")
    }
    answers = []
    for answer in item.get("answer") or []:
        coding = answer.get("valueCoding")
        weight = weights.get(str(coding.get("code"))) if coding else None
        answers.append({**answer, "valueCoding": {"extension": weight, **coding}} if weight else answer)
    return {**item, "code": item.get("code") or known["code"], "answer": answers}


def moment_of(resource: Resource, *fields: str) -> datetime:
    """The first of ``fields`` that is there, as an aware moment; a date alone stands for its noon (UTC).

    Raises ``InvalidInput`` where none is there or it is less than a day's date.
    """
    given = next((resource[name] for name in fields if resource.get(name)), None)
    if isinstance(given, dict):
        given = given.get("end") or given.get("start")
    try:
        text = str(given)
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(12), UTC)
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(_("It has no date and time.")) from None
    if at.tzinfo is None:
        raise InvalidInput(_("Its time has no zone."))
    return at


def _patient(reference: str) -> str:
    """A reference that may be a patient's: one within its resource (``#p``) means another person in each, and a group,
    a device or a therapist is none. Raises ``InvalidInput`` for those."""
    kind = reference.rsplit("/", 2)[-2] if "/" in reference else "Patient"
    if reference.startswith("#") or (kind != "Patient" and kind[:1].isupper()):
        raise InvalidInput(_("It is not about a patient who can be known by their number."))
    return reference


def _person(resource: Resource) -> Person:
    name: Resource = next(iter(resource.get("name") or []), {})
    born = str(resource.get("birthDate") or "")
    return Person(
        ref=f"Patient/{_id(resource)}", given_name=" ".join(name.get("given") or []),
        family_name=name.get("family") or "",
        birth_date=date.fromisoformat(born) if len(born) == 10 else None, sex=resource.get("gender"),
    )  # fmt: skip


def _kind(resource: Any) -> str:
    return str(resource.get("resourceType") or "") if isinstance(resource, dict) else ""


def _id(resource: Any) -> str:
    """The resource's number at the source, or a digest of it where it has none."""
    identifier = resource.get("identifier") or {}
    first = identifier[0] if isinstance(identifier, list) and identifier else identifier
    value = resource.get("id") or (first.get("value") if isinstance(first, dict) else None)
    return str(value) if value else Document.digest(json.dumps(resource, sort_keys=True))[:16]


def _where(error: ValidationError) -> str:
    """The places that do not hold, never what stood there."""
    places = [".".join(str(part) for part in fault["loc"]) or _("the resource") for fault in error.errors()]
    return ", ".join(dict.fromkeys(place[:80] for place in places[:5]))
