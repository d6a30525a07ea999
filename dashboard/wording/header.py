"""Words of the head of a case: place in treatment, sessions, who is on it, consent, how fresh each stream is."""

from datetime import datetime

from core.clock import day_number
from core.language import _, ngettext, say_date, say_time
from core.queries.cases import CaseChoice
from core.queries.header import Carer, ConsentView, Freshness, HeaderView, Stream
from models import CareKind

ICONS = {
    Stream.ENTRIES: ":material/edit_note:", Stream.MEALS: ":material/restaurant:", Stream.SLEEP: ":material/bedtime:",
    Stream.ACTIVITY: ":material/directions_walk:", Stream.MESSAGES: ":material/chat_bubble:",
    Stream.QUESTIONNAIRES: ":material/assignment:",
}  # fmt: skip


def place(view: HeaderView) -> str:
    """Age, programme, step and week in one line."""
    parts = [str(view.age)] if view.age is not None else []
    parts.append(view.programme)
    if view.step is not None:
        parts.append(_("step {n} of {m}").format(n=view.step, m=view.steps) if view.steps else str(view.step))
    return " · ".join([*parts, *_time(view)])


def _time(view: HeaderView) -> list[str]:
    """When they left, which week of treatment it is, or from when to when the entries of an imported person go."""
    if view.left_on is not None:
        return [_("left on {day}").format(day=say_date(view.left_on, "d MMM y"))]
    if view.week is not None:
        return [_("week {n}").format(n=view.week)]
    if view.first_data is None or view.last_data is None:
        return [_("no entries")]
    entries = _("entries {first} – {last}, ended") if view.closed else _("entries {first} – {last}")
    return [entries.format(first=say_date(view.first_data, "d MMM y"), last=say_date(view.last_data, "d MMM y"))]


def sessions(view: HeaderView, now: datetime) -> str:
    """The last and the next session."""
    last, coming = view.last_session, view.next_session
    parts = []
    if last is not None:
        parts.append(
            _("Session {n}: {when}").format(n=last.number, when=say_time(last.starts_at, view.time_zone, "EEE d MMM"))
        )
    else:
        parts.append(_("No sessions in these data") if view.closed else _("No session held yet"))
    if coming is not None:
        parts.append(_("next {when}").format(when=_when(coming.starts_at, now, view.time_zone)))
    elif not view.closed and view.left_on is None:
        parts.append(_("no next session planned"))
    return " · ".join(parts)


def _when(moment: datetime, now: datetime, zone: str) -> str:
    days = day_number(moment, zone) - day_number(now, zone)
    clock = say_time(moment, zone, "HH:mm")
    if days in (0, 1):
        return (_("today {clock}") if days == 0 else _("tomorrow {clock}")).format(clock=clock)
    return say_time(moment, zone, "EEE d MMM HH:mm")


def carers(view: HeaderView) -> str:
    """Who else is on the case, shortly."""
    if not view.carers:
        return _("Only you")
    names = ", ".join(carer.name for carer in view.carers[:2])
    more = len(view.carers) - 2
    return _("With {names}").format(names=names) + (f" +{more}" if more > 0 else "")


def carer_line(carer: Carer) -> str:
    """One person on the case, in full."""
    kind = {
        CareKind.LEAD: _("leads the treatment"), CareKind.CO_THERAPIST: _("treats too"),
        CareKind.COVER: _("covers in absence"),
    }[carer.kind]  # fmt: skip
    return f"{carer.name}, {carer.profession} · {kind}"


def consent(view: HeaderView) -> str:
    """Consent in a few words: what stands, what was withdrawn."""
    standing = [c for c in view.consents if c.withdrawn_at is None]
    if not view.consents:
        return _("no consent recorded")
    if not standing:
        return _("consent withdrawn")
    family = len([c for c in standing if c.relative])
    parts = [_("service")] * (family < len(standing))
    if family:
        parts.append(ngettext("{n} relative", "{n} relatives", family).format(n=family))
    return _("consent: {who}").format(who=", ".join(parts))


def consent_line(view: ConsentView, zone: str) -> str:
    """One consent, in full."""
    who = f"{view.relative} ({view.relationship})" if view.relative else _("The service")
    scope = ", ".join(scope_name(code) for code in view.scope) or _("nothing named")
    since = _("since {day}").format(day=say_time(view.granted_at, zone, "d MMM y"))
    if view.withdrawn_at is not None:
        since = _("withdrawn on {day}").format(day=say_time(view.withdrawn_at, zone, "d MMM y"))
    return f"{who}: {scope} · {since}"


def scope_name(code: str) -> str:
    """What a consent covers."""
    return {
        "family_notes": _("family notes"), "mood": _("mood"), "meals": _("meals"), "sleep": _("sleep"),
        "treatment": _("treatment"), "models": _("computed signals"), "signals": _("computed signals"),
        "research": _("research"), "messages": _("messages"), "ema": _("daily entries"), "wearables": _("wearables"),
        "entries": _("daily entries"), "service": _("treatment"),
    }.get(code, code.replace("_", " "))  # fmt: skip


def stream_name(stream: Stream) -> str:
    """A stream, at the head of its age."""
    return {
        Stream.ENTRIES: _("mood"), Stream.MEALS: _("meals"), Stream.SLEEP: _("sleep"), Stream.ACTIVITY: _("activity"),
        Stream.MESSAGES: _("wrote"), Stream.QUESTIONNAIRES: _("questionnaire"),
    }[stream]  # fmt: skip


def freshness(fresh: Freshness, view: HeaderView, now: datetime) -> str:
    """How fresh one stream is: "mood 6 h ago", "sleep silent 3 days", "meals never"."""
    name = stream_name(fresh.stream)
    if fresh.day is None:
        return _("{stream}: never").format(stream=name)
    if view.closed:
        return f"{name} {say_date(fresh.day, 'd MMM y')}"
    if fresh.quiet:
        days = fresh.silent_days or 0
        return ngettext("{stream} silent {n} day", "{stream} silent {n} days", days).format(stream=name, n=days)
    return f"{name} {_age(fresh, now)}"


def _age(fresh: Freshness, now: datetime) -> str:
    days = fresh.silent_days or 0
    if fresh.at is not None and days < 2:
        hours = int((now - fresh.at).total_seconds() // 3600)
        if hours < 1:
            return _("just now")
        if hours < 24:
            return _("{n} h ago").format(n=hours)
    if days == 0:
        return _("today")
    return _("yesterday") if days == 1 else ngettext("{n} day ago", "{n} days ago", days).format(n=days)


def simulated() -> str:
    """The badge of a person who does not exist."""
    return _("Simulated person")


def imported(source: str) -> str:
    """The badge of a person who came from a published data set."""
    return _("Imported: {source}").format(source=source)


def people_label(view: HeaderView) -> str:
    """The button behind which the people and the consents stand."""
    return f"{carers(view)} · {consent(view)}"


def case_line(choice: CaseChoice) -> str:
    """One person in the list of cases."""
    return f"{choice.name} · {choice.programme}" + ("" if choice.own else " · " + _("team"))


def choose() -> str:
    """Above the list, before a case is opened."""
    return _("Whose case do you want to look at? Yours come first, then those of your team.")


def no_cases() -> str:
    """Said to a clinician without patients."""
    return _("Nobody is in your care or your team's yet. As soon as somebody is, they can be opened here.")
