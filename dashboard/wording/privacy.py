"""Words of a patient's page about who may see what: plain, without a legal tone, honest about what stays."""

from datetime import datetime

from core.language import _, ngettext, say_date, say_time
from core.queries.access_log import AccessLine, AccessLogView
from core.queries.consents import RelativeView
from core.queries.leaving import LeaveView
from core.queries.privacy import CarerView, EmergencyView, PrivacyView
from dashboard.wording.accounts import role
from models import CareKind

_DAY = "d MMM y"


def lead() -> str:
    """What the page is for."""
    return _("What you write here is yours. This page says who can see it, who did, and what you can change.")


def treating(view: PrivacyView) -> str:
    """Who treats the patient, by name."""
    return "\n".join(_carer(one) for one in view.carers if one.kind is not None) or _("Nobody is named at the moment.")


def _carer(carer: CarerView) -> str:
    kinds = {CareKind.LEAD: _("leads your treatment"), CareKind.CO_THERAPIST: _("treats you as well")}
    kind = kinds.get(carer.kind, _("takes part in your treatment")) if carer.kind else ""
    return f"{carer.name}, {carer.profession}: {kind}"


def covering(view: PrivacyView) -> str | None:
    """Who of the team stands in."""
    names = [one.name for one in view.carers if one.kind is None]
    if not names:
        return None
    said = _("The {team} stands in when somebody is away and can open your record then: {names}.")
    return said.format(team=view.team, names=", ".join(names))


def others() -> str:
    """What everybody else sees."""
    return _(
        "Administrators look after accounts and cannot read what you write. The director sees numbers of groups of at "
        "least eight people, never you. Anybody else of the service needs an emergency and a reason, for four hours, "
        "and somebody else looks at that reason afterwards."
    )


def emergency(one: EmergencyView, view: PrivacyView) -> str:
    """One emergency access."""
    when = say_time(one.started_at, view.time_zone, "d MMM y HH:mm")
    said = _("{name} opened your record in an emergency, {when}.").format(name=one.by, when=when)
    return said + " " + (_("The reason was reviewed.") if one.reviewed else _("The review is still to come."))


def agreed(view: PrivacyView) -> str | None:
    """What was consented to towards the service."""
    names = {
        "treatment": _("treatment with Vincle"), "messages": _("messages"),
        "safety_questions": _("daily questions about staying safe"), "research": _("research"),
    }  # fmt: skip
    if not view.agreed or view.agreed_at is None:
        return None
    said = ", ".join(names.get(code, code.replace("_", " ")) for code in view.agreed)
    day = say_time(view.agreed_at, view.time_zone, _DAY)
    return _("You agreed to: {list} (since {day}).").format(list=said, day=day)


STREAM = {
    "family_notes": lambda: _("Can write notes that your team reads"),
    "mood": lambda: _("Sees how your mood was this week"),
    "meals": lambda: _("Sees how your meals were this week"),
    "sleep": lambda: _("Sees how your sleep was this week"),
}


def stream(code: str) -> str:
    """What a relative may do with one stream."""
    return STREAM[code]()


def relative(one: RelativeView) -> str:
    """A relative, as the family says it."""
    return f"{one.name}, {one.relationship}"


def decided(one: RelativeView, time_zone: str) -> str:
    """The newest decision: who, when, and in the room or here."""
    if one.decided is None:
        return _("Nothing was decided yet.")
    when = say_time(one.decided.at, time_zone, "d MMM y HH:mm")
    if one.decided.own:
        return _("Last decided by {name} here, {when}.").format(name=one.decided.by, when=when)
    if one.decided.on is None:
        return _("Last recorded by {name}, {when}.").format(name=one.decided.by, when=when)
    said = _("Last recorded by {name}, {when}, as it was said on {day}.")
    return said.format(name=one.decided.by, when=when, day=say_date(one.decided.on, _DAY))


def only_words() -> str:
    """What a relative never sees."""
    return _(
        "Nobody of your family sees your words, your answers or your messages: at most a sentence on how a week was. "
        "What you switch off is gone for them at once."
    )


def no_relatives() -> str:
    """Where nobody takes part."""
    return _("Nobody of your family takes part. If you want somebody to, tell your team.")


def switched(one: RelativeView, code: str, *, given: bool) -> str:
    """The toast after a decision."""
    said = _("{name}: given.") if given else _("{name}: withdrawn. It holds at once.")
    return said.format(name=f"{one.name} · {stream(code)}")


def export_words() -> str:
    """What a copy is."""
    return _(
        "Everything that is held about you, also who looked at it. The link is good once and for half an hour, and "
        "only for you. Keep the file in a place that is yours."
    )


def export_form(code: str) -> str:
    """The two forms of a copy."""
    return {"csv": _("Tables to read (CSV in a ZIP)"), "fhir": _("For another clinic (FHIR)")}[code]


def leave_words() -> str:
    """What leaving means, before it is asked for."""
    return _(
        "You can leave at any time and need no reason. Tell your team first, if you can: they read your request, talk "
        "with you, and say what happens with what is stored. Until then nothing is stopped and nothing is lost."
    )


def leave_less() -> str:
    """What may be enough."""
    return _("Fewer questions may be enough")


def law_keeps(view: PrivacyView) -> str:
    """What must be kept, where the service's law is known."""
    general = _("A clinic must keep the record of a treatment for some years, also after you left.")
    if view.country == "ES":
        said = _("In Spain that is at least five years from the end of each care process (Ley 41/2002, article 17.1).")
        if view.region == "CT":
            said = _("In Catalonia that is fifteen years for the main documents (Llei 21/2000, article 12).")
        general = f"{general} {said}"
    rest = _("The list of who looked is kept as well. What need not be kept, an administrator erases for good.")
    return f"{general} {rest}"


def leave_asked(leaving: LeaveView, time_zone: str) -> str:
    """That the request waits."""
    when = say_time(leaving.asked_at, time_zone, "EEEE d MMM HH:mm")
    return _("You asked to leave on {when}. Your team was told and will answer you.").format(when=when)


def leave_answered(leaving: LeaveView, time_zone: str) -> str:
    """Who answered, and when."""
    when = say_time(leaving.answered_at or leaving.asked_at, time_zone, "EEEE d MMM HH:mm")
    return _("{name} answered, {when}:").format(name=leaving.answered_by, when=when)


KIND = {
    "record": lambda: _("looked at your record"), "messages_read": lambda: _("read messages"),
    "messages_written": lambda: _("wrote a message"), "family_read": lambda: _("read a family note"),
    "family_written": lambda: _("wrote a family note or an answer to one"),
    "family_page": lambda: _("opened the family's page"), "check_in_read": lambda: _("read a check-in"),
    "check_in": lambda: _("filled in a check-in"), "questionnaires": lambda: _("opened or answered questionnaires"),
    "alliance": lambda: _("rated or talked about working together"), "goals": lambda: _("changed goals and tasks"),
    "exercises_read": lambda: _("looked at exercises"), "exercises": lambda: _("gave, changed or did an exercise"),
    "signals": lambda: _("looked at what was computed"),
    "alerts": lambda: _("dealt with something that asked for an answer"),
    "safety_plan_read": lambda: _("looked at the safety plan"), "safety_plan": lambda: _("changed the safety plan"),
    "prompts": lambda: _("looked at or changed how you are asked"),
    "steps": lambda: _("looked at or decided on the step of care"),
    "consent_read": lambda: _("looked at what your family may see"),
    "consent": lambda: _("changed what your family may see"), "meeting": lambda: _("spoke about you in the meeting"),
    "export": lambda: _("made a copy of everything"), "emergency": lambda: _("opened or reviewed in an emergency"),
    "leaving": lambda: _("wrote about leaving"), "import": lambda: _("brought data in"),
    "privacy": lambda: _("opened this page"), "refused": lambda: _("tried to open it and was refused"),
    "other": lambda: _("worked with your record"),
}  # fmt: skip


def who(line: AccessLine) -> str:
    """Who it was, as the patient knows them."""
    if line.own:
        return _("You")
    if line.role is None:
        return _("Vincle (by itself)")
    if line.who is None:
        return _("Somebody without access")
    return f"{line.who}, {line.relationship or role(line.role)}"


def what(line: AccessLine) -> str:
    """What was done, and how often."""
    said = KIND[line.kind]()
    return (
        said
        if line.times == 1
        else ngettext("{what}, {n} time", "{what}, {n} times", line.times).format(what=said, n=line.times)
    )


def time_of(line: AccessLine, time_zone: str) -> str:
    """The moment, or from when to when."""
    first, last = (say_time(at, time_zone, "HH:mm") for at in (line.first, line.last))
    return last if first == last else f"{first}–{last}"


def day(line: AccessLine, view: AccessLogView) -> str:
    """The heading of a day."""
    days = (view.today - line.day).days
    if days in (0, 1):
        return _("Today") if days == 0 else _("Yesterday")
    return say_date(line.day, "EEEE d MMM" if days < 300 else "d MMM y")


def log_limits() -> str:
    """What is not in the list."""
    return _("Lists in which your name stands among others, such as a therapist's day, are not counted here.")


def nobody_looked() -> str:
    """The empty list."""
    return _("Nobody has opened it yet.")


def link_until(until: datetime, time_zone: str) -> str:
    """How long a link is good."""
    return _("Good once, until {time}.").format(time=say_time(until, time_zone, "HH:mm"))
