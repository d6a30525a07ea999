"""Sentences of coming in: who finds what here in this version, crisis contacts, emergency access."""

from core.language import _, ngettext, say_time
from core.queries.access import GlassView, WelcomeView
from models import Role


def welcome_title(name: str) -> str:
    """How a person is greeted."""
    return _("Welcome, {name}").format(name=name.split()[0] if name.split() else name)


def welcome_text(view: WelcomeView) -> str:
    """What this version has, and has not yet, for a person of this role."""
    texts = {
        Role.RELATIVE: _(
            "{service} works with Vincle. Your space, where you can write what you notice within what your family "
            "member agreed to, is being built and opens here. Until then, please speak with the team directly."
        ),
        Role.DIRECTOR: _(
            "The view of the service as a whole — is it reaching people, answering in time, looking after the "
            "relationship — is being built and opens here. What you find today is how the signals work, with each "
            "model's card. Single records stay with those who treat."
        ),
        Role.ADMINISTRATOR: _(
            "You look after the people and the safety of this installation, not after records: clinical text is not "
            "open to you, and that is on purpose. Today you can review emergency access here; accounts, import, audit "
            "and backup are commands on the server (`python -m dashboard --help`)."
        ),
    }
    text = texts.get(view.role, _("Your work list is under Today."))
    return text.format(service=view.service)


def crisis_title() -> str:
    """Heading of the crisis contacts."""
    return _("If it cannot wait")


def not_watched() -> str:
    """The honest line about emergencies."""
    return _("What is entered here is not watched round the clock. If you are in danger, or afraid for someone, call:")


def contact_line(contact: tuple[str, str, str]) -> str:
    """Name, telephone number and hours of one contact."""
    name, phone, hours = contact
    return f"{name} · {phone} · {hours}" if hours else f"{name} · {phone}"


def glass_explained() -> str:
    """What emergency access is, above its form."""
    return _(
        "For an emergency only, when nobody who treats this person can be reached. The record opens for four hours; "
        "the person's therapist and the team leads are told, the person can see it, and somebody else reviews it."
    )


def glass_line(glass: GlassView, time_zone: str) -> str:
    """Who opened whose record, and when."""
    return _("{who} opened the record of {patient} on {start}, until {end}").format(
        who=glass.by,
        patient=glass.patient,
        start=say_time(glass.started_at, time_zone, "d MMM y HH:mm"),
        end=say_time(glass.ends_at, time_zone, "HH:mm"),
    )


def glass_open_line(glass: GlassView, time_zone: str) -> str:
    """An emergency access of one's own that still runs."""
    end = say_time(glass.ends_at, time_zone, "HH:mm")
    return _("The record of {patient} is open to you until {end}.").format(patient=glass.patient, end=end)


def reviewed_line(glass: GlassView, time_zone: str) -> str:
    """Who reviewed an emergency access, and when."""
    when = say_time(glass.reviewed_at, time_zone, "d MMM y HH:mm") if glass.reviewed_at else ""
    return _("Reviewed by {who} on {when}").format(who=glass.reviewed_by or "?", when=when)


def to_review_title(count: int) -> str:
    """How many emergency accesses wait for a review."""
    if not count:
        return _("No emergency access waits for a review.")
    return ngettext("{n} emergency access to review", "{n} emergency accesses to review", count).format(n=count)
