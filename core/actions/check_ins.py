"""A patient answers: each answer is kept by itself at the moment it is given, with the roll-up of its day, what follows
from it, the rules on what was said about safety, and the prompt it answers, in one transaction. The same answer again
changes nothing; another one corrects it; what is not answered stays unknown."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from core.access.actor import Actor
from core.access.permissions import Permission, check
from core.access.reach import NOT_FOUND, patient_in_reach
from core.actions.observations import PromptSent, replace, source_of, store_prompts
from core.actions.receipts import already_done, give_receipt
from core.audit import log
from core.check_ins import sleep
from core.check_ins.blocks import SAFETY_QUESTIONS, Kind, questions
from core.check_ins.plan import asks_about_eating
from core.clock import moment, seconds
from core.errors import InvalidInput, NotFound
from core.language import _, say_number
from core.measures import catalogue
from core.rules.evaluate import on_observations, on_words
from core.rules.words import CHECK_IN, Written
from core.vault import vault
from models import CheckIn, Observation, Patient, Prompt, PromptKind

RESUME = timedelta(hours=3)  # (d) so long a check-in can be gone on with; a later answer begins another one
LONGEST = 4000  # (d) characters of what is added in words
SOURCE = "check-in"


def answer(
    session: Session, *, by: Actor, now: datetime, key: str, check_in_id: uuid.UUID, kind: str, code: str,
    value: float | None, prompt_sent_at: datetime | None = None,
) -> uuid.UUID:  # fmt: skip
    """Keep one answer (``code`` is a measure of the kind; ``None`` takes the answer back). The first one begins the
    check-in, which takes the number that the page chose, and answers the prompt that went out at ``prompt_sent_at``.

    An answer above zero about safety has its alert when this returns. Raises ``InvalidInput`` for a question that this
    kind does not ask and a value outside its scale. Returns the number of the check-in that holds the answer.
    """
    check(by, Permission.READ_OWN_SPACE)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    if (receipt := already_done(session, key=key, by=by.user_id, action="answer_check_in")) is not None:
        return uuid.UUID(receipt.target)
    _refuse_unasked(session, patient, kind, code)
    row = _begin(session, patient, check_in_id, kind, now, prompt_sent_at)
    _keep(session, patient, row, code, value, now)
    row.answered = [one for one in row.answered if one != code] + ([code] if value is not None else [])
    row.changed_at, row.finished_at = now, None
    log.record(
        session, at=now, action="answer_check_in", actor_id=by.user_id, patient_id=patient.id, target=row.id,
        detail={"kind": row.kind, "late": row.late},
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="answer_check_in", now=now, target=row.id)
    return row.id


def finish(
    session: Session, *, by: Actor, now: datetime, key: str, check_in_id: uuid.UUID, kind: str, words: str = "",
    prompt_sent_at: datetime | None = None,
) -> uuid.UUID | None:  # fmt: skip
    """Close a check-in, with what the person adds in words; ``None`` where nothing at all was answered or written.

    Raises ``InvalidInput`` for words that are too long.
    """
    check(by, Permission.READ_OWN_SPACE)
    log.take_turn(session)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    if (receipt := already_done(session, key=key, by=by.user_id, action="finish_check_in")) is not None:
        return uuid.UUID(receipt.target)
    said = words.strip().replace("\x00", "")
    if len(said) > LONGEST:
        raise InvalidInput(_("At most {most} characters fit here.").format(most=say_number(LONGEST, 0)))
    row = _own(session, patient, check_in_id)
    if row is None and not said:
        return None
    row = _begin(session, patient, check_in_id, kind, now, prompt_sent_at)
    if said:
        row.words = vault(session).close(session, patient.id, "check_in", row.id, said)
        session.flush()
        on_words(session, patient=patient, written=Written(CHECK_IN, row.id, now, said), now=now)
    row.changed_at, row.finished_at = now, now
    log.record(
        session, at=now, action="finish_check_in", actor_id=by.user_id, patient_id=patient.id, target=row.id,
        detail={"kind": row.kind, "words": bool(said)},
    )  # fmt: skip
    give_receipt(session, key=key, by=by.user_id, action="finish_check_in", now=now, target=row.id)
    return row.id


def open_prompt(session: Session, *, by: Actor, now: datetime, key: str, kind: str, sent_at: datetime) -> None:
    """Note that the patient has seen a prompt (its state becomes opened)."""
    check(by, Permission.READ_OWN_SPACE)
    patient = patient_in_reach(session, by=by, patient_id=by.patient_id or uuid.UUID(int=0), now=now)
    if already_done(session, key=key, by=by.user_id, action="open_prompt"):
        return
    p = Prompt
    seen = (
        update(p)
        .where(col(p.patient_key) == patient.key, col(p.sent_at) == seconds(sent_at), col(p.kind) == kind)
        .where(col(p.opened_at).is_(None))
        .values(opened_at=seconds(now))
    )
    session.execute(seen)
    log.record(session, at=now, action="open_prompt", actor_id=by.user_id, patient_id=patient.id)
    give_receipt(session, key=key, by=by.user_id, action="open_prompt", now=now)


def mark_check_in_read(session: Session, *, by: Actor, now: datetime, key: str, check_in_id: uuid.UUID) -> None:
    """Say that somebody of the team has read a check-in; the patient sees who and when. The first reader stays."""
    check(by, Permission.READ_RECORD)
    log.take_turn(session)
    row = session.get(CheckIn, check_in_id)
    if row is None:
        raise NotFound(_(NOT_FOUND))
    patient = patient_in_reach(session, by=by, patient_id=row.patient_id, now=now)
    if already_done(session, key=key, by=by.user_id, action="read_check_in"):
        return
    if row.read_at is None:
        row.read_at, row.read_by = now, by.user_id
    log.record(session, at=now, action="read_check_in", actor_id=by.user_id, patient_id=patient.id, target=row.id)
    give_receipt(session, key=key, by=by.user_id, action="read_check_in", now=now, target=row.id)


def given_in(session: Session, patient: Patient, row: CheckIn, source_id: int) -> dict[str, float]:
    """The answers of a check-in by measure; questions that were not answered are absent."""
    wanted = [catalogue()[code].id for code in row.answered]
    o = Observation
    held = select(o).where(
        col(o.patient_key) == patient.key, col(o.at) == seconds(row.at), col(o.source_id) == source_id,
        col(o.measure_id).in_(wanted),
    )  # fmt: skip
    by_number = {found.measure_id: found.value for found in session.exec(held)}
    return {code: by_number[catalogue()[code].id] for code in row.answered if catalogue()[code].id in by_number}


def _refuse_unasked(session: Session, patient: Patient, kind: str, code: str) -> None:
    if kind not in list(Kind) or code not in questions(Kind(kind), eating=asks_about_eating(session, patient)):
        raise InvalidInput(_("This check-in does not ask that."))


def _own(session: Session, patient: Patient, check_in_id: uuid.UUID) -> CheckIn | None:
    row = session.get(CheckIn, check_in_id)
    if row is not None and row.patient_id != patient.id:
        raise NotFound(_(NOT_FOUND))
    return row


def _begin(
    session: Session, patient: Patient, number: uuid.UUID, kind: str, now: datetime, prompt_sent_at: datetime | None
) -> CheckIn:
    """The check-in that takes what is said now: the one with this number; where that lies further back than
    ``RESUME`` (a page left open for days), one of today that follows from it."""
    row, late = _own(session, patient, number), False
    if row is not None and now - row.at > RESUME:
        late, prompt_sent_at = row.prompt_sent_at is not None, None  # its prompt was answered by the first
        number = uuid.uuid5(number, str(seconds(now) // int(RESUME.total_seconds())))
        row = _own(session, patient, number)
    if row is not None:
        return row
    late |= _answer_prompt(session, patient, kind, now, prompt_sent_at)
    row = CheckIn(
        id=number, patient_id=patient.id, kind=kind, at=moment(_free_second(session, patient, now)), changed_at=now,
        prompt_sent_at=prompt_sent_at, late=late,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _free_second(session: Session, patient: Patient, now: datetime) -> int:
    """The present second, or the next that no other check-in of the person carries: values are told apart by it."""
    second = seconds(now)
    c = CheckIn
    while session.exec(select(c.id).where(col(c.patient_id) == patient.id, col(c.at) == moment(second))).first():
        second += 1
    return second


def _answer_prompt(
    session: Session, patient: Patient, kind: str, now: datetime, prompt_sent_at: datetime | None
) -> bool:  # fmt: skip
    """Fill the prompt's answer, and count it on its day; whether its time was over."""
    if prompt_sent_at is None or kind not in list(PromptKind):
        return False
    prompt = session.get(Prompt, (patient.key, seconds(prompt_sent_at), kind))
    if prompt is None:
        return False
    if prompt.answered_at is None:
        done = PromptSent(prompt.sent_at, prompt.expires_at, PromptKind(kind), prompt.opened_at or now, now)
        store_prompts(session, patient=patient, source_id=prompt.source_id, prompts=[done])
        session.expire(prompt)
    return prompt.expires_at < seconds(now)


def _keep(
    session: Session, patient: Patient, row: CheckIn, code: str, value: float | None, now: datetime
) -> None:  # fmt: skip
    source = source_of(session, code=SOURCE, kind="app", name="The patient's own entries", now=row.at)
    given = given_in(session, patient, row, source)
    if given.get(code) == value:
        return
    at, changed = seconds(row.at), {code: value} | _following(code, value, given)
    numbers = {catalogue()[name].id: number for name, number in changed.items()}
    replace(session, patient=patient, source_id=source, at=at, values=numbers)
    if code in SAFETY_QUESTIONS and value is not None:
        on_observations(session, patient=patient, values=[(at, catalogue()[code].id, value)], now=now)


def _following(code: str, value: float | None, given: Mapping[str, float]) -> dict[str, float | None]:
    """What the sleep diary's answers say together, after one of them changed."""
    if code not in sleep.ASKED:
        return {}
    answers = {name: number for name, number in {**given, code: value}.items() if number is not None}
    derived = sleep.derive(answers)
    return {name: derived.get(name) for name in sleep.DERIVED}
