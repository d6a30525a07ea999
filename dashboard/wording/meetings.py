"""Words of the weekly meeting: why somebody is on the agenda, how long it takes, who does what; and its minutes."""

from datetime import datetime

from core.export.document import Block, Bullets, Document, Heading, Line
from core.language import _, ngettext, say_date, say_number, say_time
from core.queries.decisions import ActionView, DecisionView
from core.queries.meetings import ItemView, MeetingView, PastMeeting, Running
from core.queries.minutes import MinutesItem, MinutesView
from core.rules.agenda import Reason
from dashboard.wording.alerts import title
from models import Need

ICONS = {
    Need.RESPONSE_DUE: "schedule", Need.ALLIANCE_STRAIN: "handshake", Need.OFF_COURSE: "alt_route",
    Need.SILENT: "hourglass_empty", Need.NEW: "waving_hand", Need.STEP_DECISION: "stairs",
    Need.OPEN_ACTION: "pending_actions", Need.ADDED: "add_circle",
}  # fmt: skip


def need_name(need: Need) -> str:
    """A kind of need, as a heading of the agenda."""
    return {
        Need.RESPONSE_DUE: _("Response due"), Need.ALLIANCE_STRAIN: _("Alliance: worth asking"),
        Need.OFF_COURSE: _("Course unlike expected"), Need.SILENT: _("Silent"), Need.NEW: _("New"),
        Need.STEP_DECISION: _("Step of care"), Need.OPEN_ACTION: _("Open from last time"), Need.ADDED: _("Added"),
    }[need]  # fmt: skip


def reason(one: Reason, time_zone: str, now: datetime) -> str:
    """One reason in a few words, with its clock where it has one."""
    made = {
        Need.RESPONSE_DUE: _due, Need.ALLIANCE_STRAIN: _ruled, Need.OFF_COURSE: _ruled, Need.SILENT: _silent,
        Need.NEW: _new, Need.STEP_DECISION: _step, Need.OPEN_ACTION: _open, Need.ADDED: _added,
    }[one.need]  # fmt: skip
    return made(one, time_zone, now)


def _due(one: Reason, time_zone: str, now: datetime) -> str:
    if one.due_at is None:
        return title(one.rule)
    when = say_time(one.due_at, time_zone, "EEE d MMM HH:mm")
    words = _("{what}, overdue since {when}") if one.due_at < now else _("{what}, by {when}")
    return words.format(what=title(one.rule), when=when)


def _ruled(one: Reason, _zone: str, _now: datetime) -> str:
    return title(one.rule)


def _silent(_one: Reason, _zone: str, _now: datetime) -> str:
    return _("No entries for a while")


def _new(one: Reason, _zone: str, _now: datetime) -> str:
    days = one.number or 0
    return _("New today") if not days else ngettext("New since {n} day", "New since {n} days", days).format(n=days)


def _step(one: Reason, _zone: str, _now: datetime) -> str:
    weeks = one.number or 0
    words = ngettext("{n} week on this step: stay or change?", "{n} weeks on this step: stay or change?", weeks)
    return words.format(n=weeks)


def _open(one: Reason, _zone: str, _now: datetime) -> str:
    count = one.number or 0
    return ngettext("{n} action is open", "{n} actions are open", count).format(n=count)


def _added(_one: Reason, _zone: str, _now: datetime) -> str:
    return _("Added by the team")


def proposal(view: MeetingView, fit: int, minutes: int) -> str:
    """What a meeting of that length would talk about, in one sentence."""
    count = len(view.proposed)
    if not count:
        return _("Nobody needs the meeting at the moment. You can still begin one and add people.")
    words = ngettext(
        "{n} person has a reason to be talked about; {fit} fits {minutes} minutes.",
        "{n} people have a reason to be talked about; {fit} of them fit {minutes} minutes.", count,
    )  # fmt: skip
    return words.format(n=count, fit=fit, minutes=minutes)


def place(running: Running) -> str:
    """Where the meeting is."""
    at = running.place
    if at is None:
        return ngettext("{n} person on the agenda", "{n} people on the agenda", len(running.items)).format(
            n=len(running.items)
        )
    return _("{n} of {of}").format(n=at + 1, of=len(running.items))


def spent(item: ItemView, now: datetime) -> str:
    """Minutes taken of the time box."""
    seconds = taken(item, now)
    return _("{n} of {of} min").format(n=say_number(seconds / 60, 0), of=item.minutes)


def taken(item: ItemView, now: datetime) -> int:
    """Seconds the meeting has spent on somebody up to now."""
    return item.seconds + (max(int((now - item.opened_at).total_seconds()), 0) if item.opened_at else 0)


def decision_line(decision: DecisionView, time_zone: str) -> tuple[str, str]:
    """The day of a decision, and what was decided."""
    return say_time(decision.decided_at, time_zone, "d MMM"), decision.text


def action_line(action: ActionView, *, name: str | None = None) -> str:
    """Who does what by when; with whom it is about where ``name`` is given."""
    about = f"{name}: " if name else ""
    when = say_date(action.due_on, "EEE d MMM")
    words = _("{about}{text} ({owner}, by {when})")
    if action.done_at is not None:
        words = _("{about}{text} ({owner}, done)")
    elif action.overdue:
        words = _("{about}{text} ({owner}, was due {when})")
    return words.format(about=about, text=action.text, owner=action.owner, when=when)


def past_line(past: PastMeeting, time_zone: str) -> str:
    """One meeting that is over."""
    day = say_time(past.started_at, time_zone, "EEEE d MMMM y")
    counts = _("{people} people, {decisions} decisions, {actions} actions").format(
        people=past.people, decisions=past.decisions, actions=past.actions
    )
    return f"{day} · {counts}"


def minutes_document(view: MinutesView) -> Document:
    """The minutes, ready to be written as Markdown, DOCX or PDF."""
    day = say_time(view.started_at, view.time_zone, "EEEE d MMMM y")
    until = say_time(view.ended_at, view.time_zone, "HH:mm") if view.ended_at else _("still going on")
    clock = f"{say_time(view.started_at, view.time_zone, 'HH:mm')}–{until}"
    blocks: list[Block] = [
        Line(_("Present: {names}").format(names=", ".join(view.present) or _("nobody was noted"))),
    ]
    for item in view.items:
        blocks += _item_blocks(item)
    if view.carried:
        blocks += [
            Heading(_("Carried over")),
            Bullets(tuple(action_line(action, name=label) for label, action in view.carried)),
        ]
    blocks.append(Line(_named(view), quiet=True))
    subtitle = f"{view.service} · {day}, {clock}"
    return Document(_("Meeting of {team}").format(team=view.team), subtitle, tuple(blocks), _foot())


def _item_blocks(item: MinutesItem) -> list[Block]:
    reasons = "; ".join(dict.fromkeys(need_name(one.need) for one in item.reasons))
    came_up = item.seconds or item.decisions or item.actions
    talked = _("{n} min").format(n=say_number(item.seconds / 60, 1)) if came_up else _("not talked about")
    blocks: list[Block] = [Heading(item.label, 2), Line(" · ".join([item.programme, reasons, talked]), quiet=True)]
    if item.decisions:
        blocks.append(Bullets(tuple(_("Decided: {text}").format(text=one.text) for one in item.decisions)))
    if item.actions:
        blocks.append(Bullets(tuple(_("Action: {text}").format(text=action_line(one)) for one in item.actions)))
    if not item.decisions and not item.actions and item.seconds:
        blocks.append(Line(_("Nothing was decided.")))
    return blocks


def _named(view: MinutesView) -> str:
    if view.initials_only:
        return _("People are named by their initials, as your service has it.")
    return _("People are named in full, as your service has it: handle this paper as part of their records.")


def _foot() -> str:
    return _("Minutes written with Vincle. Confidential.")
