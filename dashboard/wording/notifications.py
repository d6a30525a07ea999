"""Words of how people are told, of what could not be told, and of who is away."""

from core.language import _, ngettext, say_date, say_time
from core.notify.trial import why
from core.queries.absences import AbsencesView, AbsenceView
from core.queries.imminent import Imminent
from core.queries.notifications import ChannelView, GivenUp, OutboxView


def banner(view: Imminent) -> str:
    """The one sentence that interrupts: who, by when, whose it is."""
    when = say_time(view.due_at, view.time_zone, "HH:mm")
    words = _("Contact {name} now: an answer was due by {when} and nobody has said that they saw it. It is {owner}'s.")
    if not view.overdue:
        words = _("Contact {name} now, by {when}: what was said asks for it. It is {owner}'s.")
    return words.format(name=view.name, when=when, owner=view.owner)


def banner_more(view: Imminent) -> str:
    """How many others wait like it."""
    return ngettext("and {n} more", "and {n} more", view.more).format(n=view.more) if view.more else ""


def explained_to_patient() -> str:
    """What a notification is, and is not, for a patient."""
    return _(
        "Where you want to be reminded, if at all. A reminder says that something waits and nothing else: nobody who "
        "sees your telephone can tell what it is about."
    )


def explained() -> str:
    """What is told, and what is not."""
    return _(
        "Vincle tells you that something waits, by when, and where to open it; never about whom. Only what is imminent "
        "comes at any hour; the rest comes together, and not in your quiet hours."
    )


def kind(code: str) -> str:
    """A way to be reached, as people call it."""
    return {
        "e-mail": _("E-mail"), "mailto": _("E-mail"), "mailtos": _("E-mail"), "msteams": "Microsoft Teams",
        "workflows": "Microsoft Teams", "slack": "Slack", "ntfy": "ntfy", "ntfys": "ntfy", "json": "Webhook",
        "jsons": "Webhook",
    }.get(code, code)  # fmt: skip


def channel_line(channel: ChannelView, time_zone: str) -> str:
    """What a channel is and how it does."""
    parts = [kind(channel.kind)]
    if channel.quiet_from and channel.quiet_until:
        parts.append(_("quiet {begin}–{end}").format(begin=channel.quiet_from, end=channel.quiet_until))
    if channel.tested_at:
        parts.append(_("tried {when}").format(when=say_time(channel.tested_at, time_zone)))
    return " · ".join(parts)


def channel_trouble(channel: ChannelView) -> str:
    """What went wrong with the last message; nothing where it was taken."""
    return why(channel.trouble) if channel.trouble else ""


def address_hint(*, mail: bool) -> str:
    """What can be entered."""
    addresses = _(
        "An Apprise address: ntfys://ntfy.sh/your-topic, slack://…, msteams://…, mailtos://… and about a hundred "
        "others. It is kept encrypted and shown to nobody."
    )
    return (_("Your e-mail address, or an address of another service.") + " " if mail else "") + addresses


def patient_address_hint(*, mail: bool) -> str:
    """The same for a patient, without the names of services."""
    kept = _("It is kept encrypted and shown to nobody. Your team can help you with it.")
    if mail:
        return (
            _("Your e-mail address, or that of the ntfy app on your phone (ntfys://ntfy.sh/your-topic).") + " " + kept
        )
    return _("The address of the ntfy app on your phone (ntfys://ntfy.sh/your-topic).") + " " + kept


def outbox_sentence(view: OutboxView) -> str:
    """What stands in the outbox, in one sentence."""
    told = ngettext("{n} notification was sent", "{n} notifications were sent", view.delivered)
    said = [_("In the last seven days {told}").format(told=told.format(n=view.delivered))]
    if view.unreached:
        words = ngettext(
            "{n} was seen in the application only", "{n} were seen in the application only", view.unreached
        )
        said.append(words.format(n=view.unreached))
    if view.waiting and view.oldest is not None:
        words = ngettext("{n} waits, since {when}", "{n} wait, the oldest since {when}", view.waiting)
        said.append(words.format(n=view.waiting, when=say_time(view.oldest, view.time_zone)))
    return "; ".join(said) + "."


def given_up_title(view: OutboxView) -> str:
    """How many were given up."""
    n = view.given_up_count
    return ngettext("{n} could not be told", "{n} could not be told", n).format(n=n) if n else _("All were told")


def given_up_line(row: GivenUp, time_zone: str) -> str:
    """One notification that was given up: whom, what kind, since when, why."""
    when = say_time(row.made_at, time_zone)
    return f"{when} · {row.recipient} · {matter(row.kind)} · {why(row.trouble or '')}"


def matter(code: str) -> str:
    """What a notification was about, without anybody's data."""
    return {
        "open_alert": _("a new alert"), "hand_over_alert": _("an alert handed over"), "message": _("a message"),
        "family_note": _("a family note"), "leave_request": _("a wish to leave"),
        "escalate_alert": _("an alert taken to the team lead"), "add_evidence_to_alert": _("new facts on an alert"),
        "close_alert": _("an alert closed by a colleague"), "glass_broken": _("an emergency access"),
        "alert_overdue": _("an overdue answer"), "cover_arranged": _("standing in for somebody"),
    }.get(code, code.replace("_", " "))  # fmt: skip


def without_channel(view: OutboxView) -> str:
    """Who is told in the application only."""
    if not view.without_channel:
        return _("Everyone who answers alerts can be reached outside the application.")
    names = ", ".join(view.without_channel)
    return _("Told in the application only, for want of a channel: {names}.").format(names=names)


def absence_line(absence: AbsenceView) -> str:
    """Who is away from when to when, and who stands in."""
    words = _("{name}: away from {first}, back on {back}. {cover} stands in.")
    if absence.runs:
        words = _("{name}: away, back on {back}. {cover} stands in.")
    return words.format(
        name=absence.staff, first=say_date(absence.from_on), back=say_date(absence.until_on),
        cover=absence.cover or _("The head of the team"),
    )  # fmt: skip


def absences_explained(view: AbsencesView) -> str:
    """What an absence does."""
    nobody = _("Nobody of your team is away.") + " " if not view.absences else ""
    return nobody + _(
        "While somebody is away, new alerts belong to who stands in, who also sees the open ones and has the caseload "
        "beside their own."
    )
