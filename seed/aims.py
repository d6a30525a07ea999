"""Goals and tasks as both sides said them: most are agreed to, some are not, and a strain takes the patient's agreement
away from the first of them until it is repaired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models import AgreementKind, AimEvent, AimVerb, SharedAim, Side
from seed import pair_words, words
from seed.pair import moment_of
from seed.person import Person
from seed.relationship import SessionOfCare
from seed.rows import Rows


@dataclass(frozen=True, slots=True)
class Said:
    """What one side did about a goal at a moment."""

    at: datetime
    side: Side
    verb: AimVerb
    words: str = ""


def aims(person: Person, sessions: Sequence[SessionOfCare], rows: Rows) -> None:
    """Two goals and two tasks; one may end after three months."""
    luck = person.draws("aims").random((4, 5))
    goals, tasks = words.AIMS["day_care" if person.day_care else "oncology"]
    chosen: set[str] = set()
    for number in range(4):
        kind, labels = (AgreementKind.GOAL, goals) if number < 2 else (AgreementKind.TASK, tasks)
        label = labels[int(luck[number, 0] * len(labels))]
        label = pair_words.MARINA_TASK if _is_marina(person) and number == 2 else label
        made = person.at(3 + 7 * number + int(6 * luck[number, 1]), 11.0)
        if label in chosen or made > person.plan.now:
            continue
        chosen.add(label)
        said = [Said(made, Side.THERAPIST, AimVerb.ADDED), *_said(person, sessions, number, made, luck[number])]
        ended = made + timedelta(days=84 + float(60 * luck[number, 4])) if luck[number, 3] < 0.3 else None
        _write(person, number, kind, label, said, ended, rows)


def _is_marina(person: Person) -> bool:
    return person.is_made and person.index == 0


def _said(
    person: Person, sessions: Sequence[SessionOfCare], number: int, made: datetime, luck: Sequence[float]
) -> list[Said]:
    """What the patient said since, in the order of time, whether or not it has come to that yet."""
    first = made + timedelta(days=float(5 * luck[2]))
    if luck[3] >= 0.94 and not _is_marina(person):
        return [Said(first, Side.PATIENT, AimVerb.NOT_AGREED, words.pick(pair_words.RATHER, float(luck[4])))]
    if luck[3] >= 0.88 and not _is_marina(person):
        return []
    said = [Said(first, Side.PATIENT, AimVerb.AGREED)]
    strained, mended = moment_of(person, sessions, "rupture_session"), moment_of(person, sessions, "repair_session")
    if number == 2 and _is_marina(person) and strained is not None:
        said.append(Said(strained + timedelta(hours=9), Side.PATIENT, AimVerb.NOT_AGREED, pair_words.MARINA_RATHER))
    if number == 0 and strained is not None and strained > first:
        rather = words.pick(pair_words.RATHER, float(luck[4]))
        said.append(Said(strained + timedelta(hours=9), Side.PATIENT, AimVerb.NOT_AGREED, rather))
        if mended is not None:
            said.append(Said(mended + timedelta(hours=8), Side.PATIENT, AimVerb.AGREED))
    return said


def _write(
    person: Person, number: int, kind: AgreementKind, label: str, said: list[Said], ended: datetime | None, rows: Rows
) -> None:
    now, aim = person.plan.now, person.made_id("aim", number)
    done = [one for one in said if one.at <= now and (ended is None or one.at < ended)]
    theirs = [one for one in done if one.side is Side.PATIENT]
    newest = theirs[-1] if theirs else None
    over = ended is not None and ended <= now
    rows.add_words(
        SharedAim, person.id, "words", label, id=aim, patient_id=person.id, kind=kind, label="", made_at=said[0].at,
        made_by=person.user_id, therapist_agreed_at=said[0].at, therapist_declined_at=None,
        patient_agreed_at=newest.at if newest and newest.verb is AimVerb.AGREED else None,
        patient_declined_at=newest.at if newest and newest.verb is AimVerb.NOT_AGREED else None,
        step=None, exercise=None, ended_at=ended if over else None, outcome="reached" if over else None,
        version=len(done) + over,
    )  # fmt: skip
    if over and ended is not None:
        done.append(Said(ended, Side.THERAPIST, AimVerb.FINISHED))
    for place, one in enumerate(done):
        event = person.made_id("aim-event", number, place)
        values = {
            "id": event, "aim_id": aim, "patient_id": person.id, "at": one.at, "side": one.side, "verb": one.verb,
            "by": person.account_id if one.side is Side.PATIENT else person.user_id,
        }  # fmt: skip
        if one.words:
            rows.add_words(AimEvent, person.id, "words", one.words, **values)
        else:
            rows.add(AimEvent, **values, words=None)
