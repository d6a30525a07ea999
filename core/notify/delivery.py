"""The worker of the outbox. A row is claimed for a while, sent outside of every transaction, and settled: who dies in
between leaves it to be found again when the claim ends. So each is told at least once, and some perhaps twice."""

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from core.calls import Calls
from core.chores import Shift
from core.notify.letters import Bundle, Way, bundles
from core.notify.overdue import remind_of_overdue
from core.notify.post import PATIENCE, Post
from core.settings import Settings
from models import NotificationChannel, Outbox

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)  # (d) between two tries, doubled each time
MOST_TRIES = 10  # (d) about three hours; then an administrator has to look
BATCH, URGENT_FIRST = 20, 500
CLAIM = timedelta(seconds=BATCH * PATIENCE + 60)  # longer than a batch takes of which every letter hangs
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """Rows by what became of them. ``unreached``: the person has no channel and sees it in the application."""

    delivered: int = 0
    unreached: int = 0
    waiting: int = 0
    failed: int = 0

    def as_json(self) -> dict[str, int]:
        """As kept with the chore."""
        return {name: getattr(self, name) for name in self.__slots__}


def back_off(tries: int) -> timedelta:
    """How long to wait after the n-th try: half a minute, doubled each time, at most an hour."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 12)), LONGEST_WAIT)


def deliver(
    calls: Calls, settings: Settings, *, goes_on: Callable[[], bool] = lambda: True, patience: float = PATIENCE
) -> Outcome:
    """Send everything that is due now, imminent matters first; what came of it. A channel that hung is not tried again
    in this round. ``patience`` are the seconds that one letter may take."""
    outcome = Outcome()
    hosts = [part.strip() for part in settings.notify_hosts.split(",") if part.strip()]
    with Post(allowed=hosts, patience=patience) as post:
        hung: set[uuid.UUID] = set()
        while goes_on():
            batch = _claim(calls, settings)
            if not batch:
                return outcome
            for bundle in batch:
                if not goes_on():
                    return outcome
                answers = {way.channel_id: _send(post, way, hung) for way in bundle.ways}
                _settle(calls, bundle, answers, outcome)
    return outcome


def _send(post: Post, way: Way, hung: set[uuid.UUID]) -> str | None:
    if way.quiet_until is not None:
        return "quiet"
    if way.channel_id in hung:
        return "timeout"
    trouble = post.carry(way.letter)
    if trouble == "timeout":
        hung.add(way.channel_id)
    return trouble


def _claim(calls: Calls, settings: Settings) -> list[Bundle]:
    now, o = calls.clock(), Outbox
    with calls.transaction() as session:
        due = (
            select(o)
            .where(
                col(o.delivered_at).is_(None), col(o.failed_at).is_(None),
                or_(col(o.next_try_at).is_(None), col(o.next_try_at) <= now),
            )
            .order_by(col(o.made_at))
            .limit(URGENT_FIRST)
            .with_for_update(skip_locked=True)
        )  # fmt: skip
        rows = list(session.exec(due))
        for row in rows:
            row.tries += 1
        batch, taken = list[Bundle](), set[uuid.UUID]()
        for bundle in bundles(session, rows, now=now, settings=settings):
            if len(batch) < BATCH:
                batch.append(bundle)
                taken |= set(bundle.rows)
        for row in rows:
            if row.id in taken:
                row.next_try_at = now + CLAIM
            else:
                row.tries -= 1
        return batch


def _settle(calls: Calls, bundle: Bundle, answers: Mapping[uuid.UUID, str | None], outcome: Outcome) -> None:
    now = calls.clock()
    quiet = [way.quiet_until for way in bundle.ways if way.quiet_until is not None]
    took = [str(channel) for channel, trouble in answers.items() if trouble is None]
    failed = [trouble for trouble in answers.values() if trouble not in (None, "quiet")]
    if bundle.trouble and bundle.trouble != "no_channel":
        failed.append(bundle.trouble)
    with calls.transaction() as session:
        _remember(session, answers)
        rows = session.exec(select(Outbox).where(col(Outbox.id).in_(bundle.rows)).with_for_update())
        for row in rows:
            row.reached = [*row.reached, *(one for one in took if one not in row.reached)]
            row.trouble = failed[0] if failed else bundle.trouble
            _conclude(row, now, failing=bool(failed), gone=bundle.trouble == "recipient_gone", quiet=quiet)
            outcome.delivered += row.delivered_at is not None and row.trouble != "no_channel"
            outcome.unreached += row.trouble == "no_channel"
            outcome.failed += row.failed_at is not None
            outcome.waiting += row.delivered_at is None and row.failed_at is None


def _conclude(row: Outbox, now: datetime, *, failing: bool, gone: bool, quiet: list[datetime]) -> None:
    """Done, given up, or the next try. What reached the person one way is not given up for another."""
    if failing and (gone or row.tries >= MOST_TRIES):
        row.next_try_at = None
        if row.reached:
            row.delivered_at = now
        else:
            row.failed_at = now
            logger.error("notifications: %s was given up: %s", row.kind, row.trouble)
    elif failing:
        row.next_try_at = now + back_off(row.tries)
    elif quiet:
        row.next_try_at = min(quiet)
        row.tries -= 1
    else:
        row.delivered_at, row.next_try_at = now, None


def _remember(session: Session, answers: Mapping[uuid.UUID, str | None]) -> None:
    """What each channel did last stands with it, where its owner sees it."""
    for channel_id, trouble in answers.items():
        channel = session.get(NotificationChannel, channel_id)
        if channel is not None and trouble != "quiet" and channel.trouble != trouble:
            channel.trouble = trouble


def go_round(shift: Shift) -> dict[str, Any]:
    """The worker as a chore of the running application."""
    overdue = remind_of_overdue(shift.calls)
    return deliver(shift.calls, Settings(), goes_on=shift.goes_on).as_json() | {"overdue": overdue}
