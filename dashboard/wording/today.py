"""Words of the landing page: what waits, its clock, and the caseload in short. Only a time that has passed is
"overdue"; nothing here ranks people."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.clock import day_number
from core.instruments import instrument
from core.language import _, ngettext, say_date, say_number, say_time
from core.queries.caseload import CaseRow, ContactKind, Scope
from core.queries.header import Freshness
from core.queries.today import Kind, Only, TodayView, WorkItem
from core.queries.waiting_alerts import Due, Span
from dashboard.wording.alerts import title
from models import AlertState, Response

SOON = timedelta(hours=12)


def greeting(name: str, view: TodayView) -> str:
    """Good morning, by the clock of the service."""
    hour = view.now.astimezone(ZoneInfo(view.time_zone)).hour
    words = _("Good morning, {name}") if hour < 12 else _("Good afternoon, {name}")
    if hour >= 19 or hour < 4:
        words = _("Good evening, {name}")
    return words.format(name=name.split()[0] if name.split() else name)


def date_line(view: TodayView) -> str:
    """Today's date as a person says it."""
    return say_time(view.now, view.time_zone, "EEEE d MMMM")


def needs_sentence(view: TodayView) -> str:
    """What needs an answer today, in one sentence."""
    due = {span: _due(view, span) for span in Span}
    parts = [_overdue(due[Span.OVERDUE], view)] if due[Span.OVERDUE].n else []
    parts.append(_today(due[Span.TODAY], view, overdue=bool(parts)))
    if due[Span.LATER].n:
        parts.append(_later(due[Span.LATER], view))
    return "; ".join(parts) + "."


def _due(view: TodayView, span: Span) -> Due:
    """How much is due then, listed or not, and the first of it (the time of the view where nothing is)."""
    clocks = [item.due_at for item in view.work if _span(item, view) is span]
    beyond = view.unlisted.get(span)
    first = min([*clocks, *([beyond.first] if beyond else [])], default=view.now)
    return Due(len(clocks) + (beyond.n if beyond else 0), first)


def _span(item: WorkItem, view: TodayView) -> Span:
    if item.overdue:
        return Span.OVERDUE
    return Span.TODAY if _days(item.due_at, view) <= 0 else Span.LATER


def _overdue(due: Due, view: TodayView) -> str:
    words = ngettext(
        "{n} answer is overdue since {since}", "{n} answers are overdue, the first since {since}", due.n
    )  # fmt: skip
    return words.format(n=say_number(due.n, 0), since=_moment(due.first, view))


def _today(due: Due, view: TodayView, *, overdue: bool) -> str:
    if not due.n:
        return _("nothing else is due today") if overdue else _("Nothing is due today")
    clock = say_time(due.first, view.time_zone, "HH:mm")
    words = ngettext("{n} answer is due today, by {clock}", "{n} answers are due today, the first by {clock}", due.n)
    return words.format(n=say_number(due.n, 0), clock=clock)


def _later(due: Due, view: TodayView) -> str:
    words = ngettext("{n} is due later, by {when}", "{n} are due later, the first by {when}", due.n)
    return words.format(n=say_number(due.n, 0), when=_moment(due.first, view))


def beyond(view: TodayView) -> str:
    """That more waits than is listed; nothing where it does not."""
    n = sum(due.n for due in view.unlisted.values())
    if not n:
        return ""
    words = ngettext(
        "{n} more is due after these; it comes up as these are dealt with.",
        "{n} more are due after these; they come up as these are dealt with.", n,
    )  # fmt: skip
    return words.format(n=say_number(n, 0))


def nothing_waits(view: TodayView) -> str:
    """The warm empty state of the work list."""
    silent = sum(row.silent for row in view.rows)
    if silent:
        words = ngettext(
            "Nothing waits for an answer. {n} person has been silent for a while; a word from you may be welcome.",
            "Nothing waits for an answer. {n} people have been silent for a while; a word from you may be welcome.",
            silent,
        )
        return words.format(n=silent)
    return _("Nothing waits for an answer. A quiet moment for the next session.")


def no_people(view: TodayView) -> str:
    """The warm empty state of the caseload."""
    if view.total:
        return _("Nobody matches. Try a part of the name, or clear the filters.")
    if view.scope is Scope.MINE:
        return _("You have nobody in your care at the moment. Your team's people are under “My team”.")
    return _("Nobody is in your team's care yet. People appear here as soon as they are admitted.")


def scope_label(scope: Scope) -> str:
    """The two views of the list."""
    return {Scope.MINE: _("Mine"), Scope.TEAM: _("My team")}[scope]


def only_label(only: Only) -> str:
    """The two ways of narrowing."""
    return {Only.NEEDS: _("Needs something"), Only.SILENT: _("Silent")}[only]


def count_line(view: TodayView) -> str:
    """How many people are shown, of how many."""
    shown, found = len(view.rows), view.found
    if shown < found:
        return _("{shown} of {found} people, those with the first clock on top; search finds the others").format(
            shown=shown, found=found
        )
    return ngettext("{n} person", "{n} people", found).format(n=found)


def group_of(item: WorkItem, view: TodayView) -> str:
    """Under which heading an item stands."""
    if item.overdue:
        return _("Overdue")
    days = _days(item.due_at, view)
    if days <= 1:
        return _("Today") if days <= 0 else _("Tomorrow")
    return _("This week") if days <= 6 else _("Later")


def clock(item: WorkItem, view: TodayView) -> str:
    """How long there is, or since when it is overdue."""
    if item.overdue:
        return _("overdue since {when}").format(when=_since(item.due_at, view))
    left = item.due_at - view.now
    if left < timedelta(hours=1):
        return _("due in {n} min").format(n=max(int(left.total_seconds() // 60), 1))
    if left < SOON and _days(item.due_at, view) == 0:
        return _("due in {n} h").format(n=int(left.total_seconds() // 3600))
    return _("by {when}").format(when=_moment(item.due_at, view))


def _days(at: datetime, view: TodayView) -> int:
    return day_number(at, view.time_zone) - day_number(view.now, view.time_zone)


def _moment(at: datetime, view: TodayView) -> str:
    days = _days(at, view)
    if days == 0:
        return say_time(at, view.time_zone, "HH:mm")
    if abs(days) < 7:
        return say_time(at, view.time_zone, "EEE HH:mm")
    return say_time(at, view.time_zone, "d MMM")


def _since(at: datetime, view: TodayView) -> str:
    """The same for what is over: after a night the day alone, which says enough."""
    return say_time(at, view.time_zone, "EEE") if -7 < _days(at, view) < 0 else _moment(at, view)


def icon(item: WorkItem) -> str:
    """The kind of thing that waits."""
    if item.kind is Kind.ALERT and item.response is Response.NOW:
        return ":material/call:"
    return {
        Kind.ALERT: ":material/notifications:", Kind.MESSAGE: ":material/chat_bubble:",
        Kind.RATING: ":material/rate_review:", Kind.QUESTIONNAIRE: ":material/fact_check:",
        Kind.ACTION: ":material/groups:",
    }[item.kind]  # fmt: skip


def what(item: WorkItem, view: TodayView) -> str:
    """What waits, in a few words."""
    if item.kind is Kind.MESSAGE:
        return _("Message since {when}").format(when=_moment(item.since, view))
    if item.kind is Kind.RATING:
        return _rating(item, view)
    if item.agreed is not None:
        return _("Meeting: {text}").format(text=item.agreed.text)
    if item.kind is Kind.QUESTIONNAIRE:
        return _("For you to answer: {name}").format(name=instrument(item.instrument).name)
    said = title(item.rule)
    state = {
        AlertState.ACKNOWLEDGED: _("seen"), AlertState.ACTING: _("in hand"), AlertState.SNOOZED: _("woken"),
    }.get(item.state) if item.state else None  # fmt: skip
    return f"{said} · {state}" if state else said


def _rating(item: WorkItem, view: TodayView) -> str:
    when = say_time(item.since, item.time_zone, "EEE d MMM")
    team = view.scope is Scope.TEAM
    words = _("Session {n} ({when}), rating by {owner}") if team else _("Rate session {n} ({when})")
    return words.format(owner=item.owner, n=item.session_number, when=when)


def owner(item: WorkItem, view: TodayView) -> str:
    """Whom it waits for, in the team's list and where one stands in."""
    if item.covered:
        return _("{name}, away").format(name=item.owner)
    return item.owner if view.scope is Scope.TEAM and item.kind in (Kind.ALERT, Kind.QUESTIONNAIRE, Kind.ACTION) else ""


def age(fresh: Freshness) -> str:
    """Days since a stream last spoke; nothing where it spoke today or yesterday, so that only silence is read."""
    if fresh.silent_days is None:
        return "–"
    return _("{n} d").format(n=fresh.silent_days) if fresh.silent_days > 1 else ""


def freshness_hint() -> str:
    """What the marks of the caseload mean."""
    return _(
        "Mood, meals, sleep, activity. A mark alone: an entry today or yesterday. With a number: days since the last; "
        "ochre where that is longer than expected. –: none in 30 days."
    )


def contact(row: CaseRow, view: TodayView) -> str:
    """The last contact and the next session."""
    parts = []
    if row.last_contact is not None:
        kind, at = row.last_contact
        name = _("session") if kind is ContactKind.SESSION else _("message")
        parts.append(f"{name} {_ago(at, view)}")
    else:
        parts.append(_("no contact yet"))
    if row.next_session is not None:
        parts.append(_("next {when}").format(when=_coming(row.next_session, view)))
    if row.asked:
        parts.append(ngettext("{n} form open", "{n} forms open", row.asked).format(n=row.asked))
    return " · ".join(parts)


def _ago(at: datetime, view: TodayView) -> str:
    days = -_days(at, view)
    if days <= 0:
        return _("today")
    return _("yesterday") if days == 1 else ngettext("{n} day ago", "{n} days ago", days).format(n=days)


def _coming(at: datetime, view: TodayView) -> str:
    days = _days(at, view)
    clock = say_time(at, view.time_zone, "HH:mm")
    if days <= 1:
        return (_("today {clock}") if days <= 0 else _("tomorrow {clock}")).format(clock=clock)
    return say_time(at, view.time_zone, "EEE HH:mm") if days < 7 else say_date(at.date(), "d MMM")


def spark_text(row: CaseRow, *, own: bool) -> str:
    """The alliance line in words, for those who do not see it."""
    you = _("you") if own else row.therapist or _("therapist")
    parts = []
    if row.patient_line:
        parts.append(f"{row.name} {say_number(row.patient_line[-1][1])}")
    if row.therapist_line:
        parts.append(f"{you} {say_number(row.therapist_line[-1][1])}")
    if not parts:
        return _("Alliance not rated yet")
    return _("Alliance, newest of each side, 1–5: {values}").format(values=", ".join(parts))


def things(row: CaseRow) -> str:
    """How many things wait for this person."""
    return ngettext("{n} thing waits", "{n} things wait", row.things).format(n=row.things)
