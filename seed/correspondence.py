"""Messages between patient and therapist, and what the family noticed. What is written about depends on the hidden
course; replies come in working time with a median of a few hours, and at any moment some are still to come."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from models import FamilyNote, Message, MessageThread
from seed import words
from seed.latent import strain
from seed.people import has_relative
from seed.person import Person
from seed.plan import Real, date_of
from seed.rows import Rows

MESSAGE_RATE, START_RATE, NOTE_RATE = 0.065, 0.03, 0.045
HOW = {"worse": "harder", "same": "usual", "better": "better"}
WORK_STARTS, WORK_ENDS = 8, 18
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as simulated; ``read_at`` may lie after now."""

    id: uuid.UUID
    at: datetime
    from_patient: bool
    text: str
    read_at: datetime
    answers: datetime | None = None


def correspondence(person: Person, rows: Rows, more: list[Letter] | None = None) -> None:
    """The thread of one person with all messages sent by now (``more``: those of a made case)."""
    letters = sorted(letters_of(person) if more is None else more, key=lambda letter: letter.at)
    sent = [letter for letter in letters if letter.at <= person.plan.now]
    thread = person.made_id("thread")
    waiting: datetime | None = None
    for letter in sent:
        waiting = (waiting or letter.at) if letter.from_patient else None
    rows.add(
        MessageThread, id=thread, patient_id=person.id, needs_reply_since=waiting,
        last_at=sent[-1].at if sent else None,
    )  # fmt: skip
    for letter in sent:
        read = letter.read_at <= person.plan.now
        author, reader = person.account_id, person.user_id
        if not letter.from_patient:
            author, reader = reader, author
        rows.add_words(
            Message, person.id, "body", letter.text, id=letter.id, thread_id=thread, patient_id=person.id,
            author_id=author, from_patient=letter.from_patient, sent_at=letter.at,
            read_at=letter.read_at if read else None, read_by=reader if read else None,
        )  # fmt: skip
        if letter.answers is not None:
            rows.replies[letter.id] = letter.answers


def letters_of(person: Person) -> list[Letter]:
    """All messages of a person whose first cause lies before now."""
    last = min(person.known, person.ends)
    draws = person.draws("messages").random((last, 14))
    row, traits = person.row, person.course.traits
    strained = strain(traits.rupture_session[row], traits.repair_session[row], np.arange(last) / 7 + 1)
    out: list[Letter] = []
    for day in range(last):
        u = draws[day]
        writes = MESSAGE_RATE * (1 + 0.8 * person.episode[day] - 0.35 * strained[day])
        if u[0] < writes:
            out += _patient_writes(person, day, u, float(strained[day]))
        elif u[1] < START_RATE and person.weekday(day) < 5:
            out += _therapist_writes(person, day, u)
    return out


def _patient_writes(person: Person, day: int, u: Real, strained: float) -> list[Letter]:
    at = person.at(day, 8 + 15 * float(u[2]) ** 0.6)
    topic = _topic(person, day, u, strained)
    said, answers = words.pick(words.PATIENT[topic], float(u[5]))
    late = at > person.at(day, 21.5)
    text = words.pick(words.LATE if late else words.OPENINGS, float(u[4])) + said
    text += words.pick(words.ENDINGS[topic], float(u[6]))
    replied = reply_time(person, at, float(u[7]))
    read = at + (replied - at) * (0.4 + 0.55 * float(u[8]))
    letters = [Letter(person.made_id("message", day), at, True, _with_day(text, person, day), read)]
    reply = _with_day(words.pick(answers, float(u[9])), person, day)
    seen = replied + timedelta(hours=0.2 + 9 * float(u[10]))
    letters.append(Letter(person.made_id("reply", day), replied, False, reply, seen, at))
    return letters


def _therapist_writes(person: Person, day: int, u: Real) -> list[Letter]:
    at = person.at(day, WORK_STARTS + 1 + 8 * float(u[2]))
    text = _with_day(words.pick(words.STARTS, float(u[5])), person, day)
    seen = at + timedelta(hours=0.2 + 10 * float(u[8]))
    letters = [Letter(person.made_id("letter", day), at, False, text, seen)]
    if u[7] < 0.7:
        back = seen + timedelta(hours=0.1 + 6 * float(u[9]))
        text = _with_day(words.pick(words.BACK, float(u[10])), person, day)
        replied = reply_time(person, back, float(u[11]))
        letters.append(Letter(person.made_id("back", day), back, True, text, back + (replied - back) * 0.6))
        thanks = _with_day("Thank you. See you on {day}.", person, day)
        letters.append(
            Letter(person.made_id("thanks", day), replied, False, thanks, replied + timedelta(hours=5), back)
        )
    return letters


def reply_time(person: Person, at: datetime, luck: float) -> datetime:
    """When the therapist answers: most within a few working hours, one in twelve after a day or two."""
    hours = 0.4 + 6.5 * (luck / 0.92) ** 1.7 if luck < 0.92 else 9 + 200 * (luck - 0.92)
    day = (at - person.at(0, 0)).days
    hour = (at - person.at(day, 0)).total_seconds() / 3600
    while True:
        if person.weekday(day) < 5 and hour < WORK_ENDS:
            hour = max(hour, WORK_STARTS)
            if hour + hours <= WORK_ENDS:
                return person.at(day, hour + hours)
            hours -= WORK_ENDS - hour
        day, hour = day + 1, float(WORK_STARTS)


def _topic(person: Person, day: int, u: Real, strained: float) -> str:
    if u[3] < 0.35 * strained:
        return "strain"
    low = 1 / (1 + np.exp(-0.9 * float(person.state[day])))
    if u[12] < 0.25:
        return "logistics"
    if u[12] < 0.55:
        return "meals" if person.day_care else "illness"
    return "low" if u[13] < low else "good"


def family_notes(person: Person, rows: Rows, since: int = 8) -> None:
    """What the relative noticed now and then, from day ``since`` on; mostly in line with the patient's own course."""
    if not has_relative(person):
        return
    last = min(person.known, person.ends)
    draws = person.draws("family").random((last, 9))
    for day in range(since, last):
        u = draws[day]
        at = person.at(day, 17 + 6 * float(u[1]))
        if u[0] >= NOTE_RATE or at > person.plan.now:
            continue
        change = person.recent(day, 5) - person.recent(max(day - 10, 0), 14)
        seen = {name: _noticed(change, float(u[2 + n])) for n, name in enumerate(("meals", "sleep", "mood"))}
        text = _with_day(words.pick(words.FAMILY[seen["mood"]], float(u[5])), person, day)
        read = at + timedelta(hours=4 + 60 * float(u[6]))
        note(person, rows, day, at, seen, text, read)


def note(
    person: Person, rows: Rows, day: int, at: datetime, seen: dict[str, str], text: str, read: datetime | None
) -> None:
    """One family note about the three days up to a day."""
    was_read = read is not None and read <= person.plan.now
    rows.add_words(
        FamilyNote, person.id, "body", text, id=person.made_id("family", day), patient_id=person.id,
        relative_id=person.made_id("relative"), written_at=at, about_day=date_of(person.enrolled + day), noticed=seen,
        days=3, how=HOW[seen["mood"]],
        read_at=read if was_read else None, read_by=person.user_id if was_read else None,
    )  # fmt: skip


def _noticed(change: float, luck: float) -> str:
    level = 1.6 * change + 2 * (luck - 0.5)
    return "worse" if level > 0.45 else "better" if level < -0.45 else "same"


def _with_day(text: str, person: Person, day: int) -> str:
    return text.replace("{day}", WEEKDAYS[(person.weekday(day) + 3) % 5])
