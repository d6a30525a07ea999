"""Sentences of the session brief: one for each fact, with its evidence behind it; and the whole as text for the
record."""

from dataclasses import dataclass

from core.clock import day_date
from core.language import _, ngettext, say_date, say_number, say_time
from core.measures import catalogue
from core.queries.brief import BriefView
from core.queries.facts import RELIABLE_ALLIANCE, ContactKind, Fact, FactKind
from core.queries.streams import Unit
from dashboard.wording.timeline import noticed_name, series_words
from models import Domain


@dataclass(frozen=True, slots=True)
class Sentence:
    """What changed, the evidence for it, and the icon of its kind (plain text, to be escaped by who draws it)."""

    icon: str
    text: str
    evidence: str


ICONS = {
    FactKind.SAFETY_ANSWER: "health_and_safety", FactKind.SILENCE: "hourglass_empty", FactKind.ALLIANCE: "handshake",
    FactKind.MISSED_SESSION: "event_busy", FactKind.MESSAGES: "chat_bubble", FactKind.FAMILY: "family_restroom",
    FactKind.SCORE: "assignment", FactKind.STEP: "stairs", FactKind.AS_USUAL: "horizontal_rule",
    FactKind.NO_USUAL: "hourglass_top", FactKind.NO_DATA: "inbox",
}  # fmt: skip
STREAM_ICONS = {
    Domain.POSITIVE_AFFECT: "sentiment_satisfied", Domain.NEGATIVE_AFFECT: "sentiment_dissatisfied",
    Domain.URGES: "waves", Domain.MEALS: "restaurant", Domain.ACTIVITY: "directions_walk", Domain.SLEEP: "bedtime",
}  # fmt: skip


def title(view: BriefView) -> tuple[str, str]:
    """The heading, and what the last contact was."""
    contact = view.contact
    ago = _ago(contact.days_ago)
    when = say_time(contact.at, view.time_zone, "EEE d MMM")
    if contact.kind is ContactKind.SESSION:
        return _("Since you last met"), f"{ago} · " + _("session {n}, {when}").format(n=contact.number, when=when)
    if contact.kind is ContactKind.MESSAGE:
        return _("Since the last message"), f"{ago} · " + _("to {name}, {when}").format(name=view.given_name, when=when)
    if view.closed:
        return _("What the data show"), _("to {day}").format(day=say_date(day_date(view.last), "d MMM y"))
    return _("Since the start"), f"{ago} · {when}"


def _ago(days: int) -> str:
    if days == 0:
        return _("today")
    return _("yesterday") if days == 1 else ngettext("{n} day ago", "{n} days ago", days).format(n=days)


def sentences(view: BriefView) -> list[Sentence]:
    """One sentence for each fact, in its order."""
    makers = {
        FactKind.SAFETY_ANSWER: _safety, FactKind.SILENCE: _silence, FactKind.UNLIKE_USUAL: _unlike,
        FactKind.ALLIANCE: _alliance, FactKind.MISSED_SESSION: _missed, FactKind.MESSAGES: _messages,
        FactKind.FAMILY: _family, FactKind.SCORE: _score, FactKind.STEP: _step, FactKind.AS_USUAL: _as_usual,
        FactKind.NO_USUAL: _no_usual, FactKind.NO_DATA: _no_data,
    }  # fmt: skip
    return [makers[fact.kind](fact, view) for fact in view.facts]


def nothing() -> str:
    """Said when there is no fact at all."""
    return _("Nothing new was entered, written or rated since then.")


def as_text(view: BriefView, said: list[Sentence]) -> str:
    """The brief as plain text for the record."""
    head, contact = title(view)
    day = say_time(view.now, view.time_zone, "d MMM y, HH:mm")
    lines = [_("{name}, brief of {day}").format(name=view.name, day=day), f"{head} ({contact}):"]
    lines += ["- " + s.text + (f" ({s.evidence})" if s.evidence else "") for s in said]
    if not view.facts:
        lines.append("- " + nothing())
    return "\n".join([*lines, source_line()])


def source_line() -> str:
    """Where the text comes from."""
    return _("Made by Vincle from entries, ratings and messages; no estimate in it. Check before filing.")


def _days(fact: Fact) -> str:
    if fact.first is None or fact.last is None:
        return ""
    first, last = say_date(day_date(fact.first)), say_date(day_date(fact.last))
    return first if first == last else f"{first} – {last}"


def _safety(fact: Fact, view: BriefView) -> Sentence:
    label = catalogue()[fact.codes[0]].label
    day = say_date(day_date(fact.last)) if fact.last is not None else ""
    yes = fact.top == 1.0
    text = _("“{label}”: yes, on {day}.") if yes else _("“{label}”: {value} of {top} on {day}.")
    more = ngettext("above nothing on {n} day", "above nothing on {n} days", fact.n).format(n=fact.n)
    return Sentence(
        ICONS[fact.kind],
        text.format(label=_(label), value=say_number(fact.value or 0, 0), top=say_number(fact.top or 0, 0), day=day),
        _("own entry; {more}; it does not say how safe {name} is: ask").format(more=more, name=view.given_name),
    )


def _silence(fact: Fact, _view: BriefView) -> Sentence:
    text = ngettext("No entries for {n} day.", "No entries for {n} days.", fact.n).format(n=fact.n)
    asked = ngettext("{n} prompt unanswered", "{n} prompts unanswered", fact.of).format(n=fact.of)
    since = say_date(day_date(fact.first)) if fact.first is not None else ""
    evidence = _("since {day}").format(day=since)
    return Sentence(ICONS[fact.kind], text, f"{evidence}; {asked}" if fact.of else evidence)


def _unlike(fact: Fact, _view: BriefView) -> Sentence:
    domain = Domain(fact.codes[0])
    more = fact.direction > 0
    texts = {
        Domain.POSITIVE_AFFECT: _("More pleasant mood than usual") if more else _("Less pleasant mood than usual"),
        Domain.NEGATIVE_AFFECT: _("More unpleasant mood than usual") if more else _("Less unpleasant mood than usual"),
        Domain.URGES: _("Stronger urges than usual") if more else _("Weaker urges than usual"),
        Domain.MEALS: _("More meals eaten than usual") if more else _("Fewer meals eaten than usual"),
        Domain.ACTIVITY: _("More active than usual") if more else _("Less active than usual"),
        Domain.SLEEP: _("More sleep than usual") if more else _("Less sleep than usual"),
    }
    text = _("{what} on {n} of {of} days.").format(what=texts[domain], n=fact.n, of=fact.of)
    evidence = _("median {value}, usual {usual}; {days}").format(
        value=_amount(fact, fact.value or 0.0), days=_days(fact),
        usual=_amount(fact, fact.usual.median) if fact.usual else "?",
    )  # fmt: skip
    return Sentence(STREAM_ICONS[domain], text, evidence)


def _amount(fact: Fact, value: float) -> str:
    unit = {Unit.HOURS.value: _("{n} h"), Unit.MINUTES.value: _("{n} min"), Unit.PERCENT_OF_SCALE.value: "{n} %"}
    whole = fact.unit in (Unit.MINUTES.value, Unit.STEPS.value, Unit.PERCENT_OF_SCALE.value)
    return unit.get(fact.unit, "{n}").format(n=say_number(value, 0 if whole else 1))


def _alliance(fact: Fact, view: BriefView) -> Sentence:
    part = {"goal": _("goals"), "task": _("tasks"), "bond": _("the bond")}[fact.codes[0]]
    values = {"part": part, "now": say_number(fact.value or 0), "before": say_number(fact.before or 0)}
    values["name"] = view.given_name
    if fact.direction < 0:
        text = _("{name}'s rating of {part} fell from {before} to {now}: worth asking about.")
    elif fact.direction > 0:
        text = _("{name}'s rating of {part} rose from {before} to {now}.")
    else:
        text = _("{name}'s alliance rating is steady; most moved {part}, {before} to {now}.")
    evidence = [say_time(fact.at, view.time_zone, "d MMM")] if fact.at else []
    if fact.direction:
        evidence.append(_("beyond measurement error, {n}").format(n=say_number(RELIABLE_ALLIANCE)))
    if fact.other is not None:
        evidence.append(_("therapist's newest {n}").format(n=say_number(fact.other)))
    return Sentence(ICONS[fact.kind], text.format(**values), "; ".join(evidence))


def _missed(fact: Fact, view: BriefView) -> Sentence:
    when = say_time(fact.at, view.time_zone, "EEE d MMM") if fact.at else ""
    return Sentence(ICONS[fact.kind], _("Session {n} was missed.").format(n=fact.n), when)


def _messages(fact: Fact, view: BriefView) -> Sentence:
    if fact.n:
        text = ngettext("{name} wrote once", "{name} wrote {n} times", fact.n)
    else:
        text = _("No new message from {name}")
    text = text.format(name=view.given_name, n=fact.n)
    waiting = ngettext("{n} waits for an answer", "{n} wait for an answer", fact.of).format(n=fact.of)
    when = say_time(fact.at, view.time_zone, "EEE d MMM HH:mm") if fact.at else ""
    evidence = _("last {when}").format(when=when)
    return Sentence(
        ICONS[fact.kind], f"{text}; {waiting}." if fact.of else _("{text}; all answered.").format(text=text), evidence
    )


def _family(fact: Fact, view: BriefView) -> Sentence:
    who, *worse = fact.codes
    text = ngettext("A note from the family", "{n} notes from the family", fact.n).format(n=fact.n)
    if worse:
        text += ": " + _("worse {what}").format(what=", ".join(noticed_name(domain) for domain in worse))
    when = say_time(fact.at, view.time_zone, "d MMM") if fact.at else ""
    return Sentence(ICONS[fact.kind], text + ".", f"{who}, {when}")


def _score(fact: Fact, view: BriefView) -> Sentence:
    text = _("{name}: {now}, before {before}.").format(
        name=fact.codes[0].upper(), now=say_number(fact.value or 0), before=say_number(fact.before or 0)
    )
    return Sentence(ICONS[fact.kind], text, say_time(fact.at, view.time_zone, "d MMM") if fact.at else "")


def _step(fact: Fact, _view: BriefView) -> Sentence:
    return Sentence(ICONS[fact.kind], _("Now on step {n} of care.").format(n=fact.n), "")


def _as_usual(fact: Fact, _view: BriefView) -> Sentence:
    names = ", ".join(series_words(Domain(code)) for code in fact.codes)
    return Sentence(ICONS[fact.kind], _("Within the own usual: {what}.").format(what=names), _days(fact))


def _no_usual(fact: Fact, _view: BriefView) -> Sentence:
    text = ngettext("{n} day with data so far", "{n} days with data so far", fact.n).format(n=fact.n)
    return Sentence(ICONS[fact.kind], _("{text}: too few to say what is usual.").format(text=text), _("it takes ten"))


def _no_data(fact: Fact, _view: BriefView) -> Sentence:
    return Sentence(ICONS[fact.kind], _("No entries yet. They show here from the first one on."), "")
