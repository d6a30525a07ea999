"""Conversations about strains: most that were repaired were talked about, at the session where the repair began; some
that were not repaired were talked about too. Whether it mended is said a session or two later."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models import AllianceTalk, AppointmentState, Mended
from seed import pair_words, words
from seed.latent import NEVER
from seed.person import Person
from seed.relationship import SessionOfCare
from seed.rows import Rows

TALKED = 0.85  # of the repaired strains
TALKED_IN_VAIN = 0.3  # of the others
LATER = 3  # sessions into a strain that is not repaired
_SEEN = ({"part": "goal", "side": "patient", "unlike": True}, {"part": "task", "side": "patient", "unlike": True})


def moment_of(person: Person, sessions: Sequence[SessionOfCare], when: str) -> datetime | None:
    """When the session at which the strain (or its repair) began was held; ``None`` if it was not, or not yet."""
    number = int(getattr(person.course.traits, when)[person.row])
    return _held(sessions, number)


def _held(sessions: Sequence[SessionOfCare], number: int) -> datetime | None:
    if number >= NEVER or number > len(sessions):
        return None
    session = sessions[number - 1]
    return session.starts_at if session.state is AppointmentState.HELD else None


def talks(person: Person, sessions: Sequence[SessionOfCare], rows: Rows) -> None:
    """The conversation of one pair about its strain, if there was one by now."""
    luck = person.draws("talks").random(6)
    traits = person.course.traits
    rupture, repair = int(traits.rupture_session[person.row]), int(traits.repair_session[person.row])
    repaired, marina = repair < NEVER, person.is_made and person.index == 0
    if not marina and luck[0] > (TALKED if repaired else TALKED_IN_VAIN):
        return
    number = repair if repaired else rupture + LATER
    held = _held(sessions, number)
    if held is None or held + timedelta(hours=3) > person.plan.now:
        return
    talked = held + timedelta(minutes=45)
    how = Mended.PARTLY if marina else Mended(words.pick(pair_words.MENDED, float(luck[2])))
    after = _held(sessions, number + 1 + (not marina and luck[3] < 0.5))
    known = after is not None and after + timedelta(hours=2) <= person.plan.now
    rows.add_words(
        AllianceTalk, person.id, "words", pair_words.MARINA_TALK if marina else words.pick(pair_words.TALKS, luck[4]),
        id=person.made_id("talk"), patient_id=person.id, staff_id=person.staff_id, talked_at=talked,
        about=["goal", "task"] if marina or luck[5] < 0.7 else ["bond"], seen=list(_SEEN),
        recorded_at=held + timedelta(hours=2), recorded_by=person.user_id,
        mended=(how if repaired else Mended.NOT_YET) if known else None,
        mended_at=after + timedelta(hours=1) if known and after else None, mended_by=person.user_id if known else None,
        version=2 if known else 1,
    )  # fmt: skip
