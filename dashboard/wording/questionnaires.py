"""Words of the questionnaires: what is asked of whom until when, what an instrument is, and whose words are shown."""

from core.instruments.definition import CutOff, Definition, Fact, Item, Range
from core.instruments.wording import Wording
from core.language import _, ngettext, say_date, say_number
from core.queries.questionnaires_due import FormsDue, OpenForm
from models import Informant


def name_of(definition: Definition) -> str:
    """The instrument and what it measures."""
    return _("{name}: {measures}").format(name=definition.name, measures=_(definition.measures))


def library_line(definition: Definition) -> str:
    """The same in the library, with how much of it is not verified."""
    n = len(definition.unverified)
    marked = ngettext("{n} point not verified", "{n} points not verified", n).format(n=n) if n else ""
    return " · ".join(part for part in (name_of(definition), marked) if part)


def due_line(form: OpenForm, name: str) -> str:
    """What is asked, how long it is, until when."""
    words = ngettext("{name}: {n} question, open until {day}", "{name}: {n} questions, open until {day}", form.items)
    if form.session_number is not None:
        words = ngettext(
            "{name} about session {session}: {n} question, open until {day}",
            "{name} about session {session}: {n} questions, open until {day}",
            form.items,
        )
    return words.format(name=name, n=form.items, session=form.session_number, day=say_date(form.lapses_on))


def held_back(view: FormsDue) -> str:
    """What waits because enough was asked this week."""
    words = ngettext(
        "{n} questionnaire waits: {done} of at most {most} questions of this week are taken.",
        "{n} questionnaires wait: {done} of at most {most} questions of this week are taken.",
        len(view.held_back),
    )
    taken = view.items_this_week + sum(form.items for form in view.patient)
    return words.format(n=len(view.held_back), done=taken, most=view.items_a_week)


def nothing_asked(view: FormsDue) -> str:
    """The calm empty state."""
    return _("Nothing is asked of {name} at the moment.").format(name=view.name)


def whose_words(definition: Definition, wording: Wording | None, *, answering: bool = False) -> str:
    """Whether these are official words (``answering``: for who fills them in; the licence only of official ones)."""
    if wording is None and definition.licence.startswith("our own"):
        return _("Questions of our own.")
    if wording is None and answering:
        return _("Short labels of our own, not the official wording.")
    if wording is None:
        return _("Short labels of our own, not the official wording. {licence}").format(licence=definition.licence)
    words = _("Official wording loaded by this service ({source}). {licence}")
    if wording.answers_are_ours:
        words = _("Official wording of the questions ({source}); the answers in short labels of our own. {licence}")
    return words.format(source=wording.source or _("source not said"), licence=definition.licence)


def question(item: Item, wording: Wording | None) -> str:
    """The question in official words, or by our label."""
    return wording.items.get(item.id) or _(item.label) if wording else _(item.label)


def condition(definition: Definition, item: Item) -> str:
    """When an item is to be answered at all."""
    if item.asked_if is None:
        return ""
    return _("only after a yes to “{before}”").format(before=_(definition.item(item.asked_if.item).label))


def answer_label(definition: Definition, item: Item, answer: float, wording: Wording | None) -> str:
    """An option: its words where there are some, and its number."""
    number, label = say_number(answer), option_words(definition, item, answer, wording)
    if wording is not None:
        return label or number
    return f"{number} · {label}" if label else number


def option_words(definition: Definition, item: Item, answer: float, wording: Wording | None) -> str:
    """The words of an option alone, empty where it has none."""
    if wording is not None and wording.options.get(item.id):
        return wording.options[item.id].get(f"{answer:g}", "")
    options = definition.options_of(item)
    labels = {} if isinstance(options, Range) else {option.answer: option.label for option in options}
    label = labels.get(answer)
    return _(label) if label else ""


def line_ends(options: Range) -> str:
    """The ends of a line."""
    low, high = say_number(options.low), say_number(options.high)
    if not options.low_label:
        return f"{low}–{high}"
    return _("{low} = {low_label}, {high} = {high_label}").format(
        low=low, low_label=_(options.low_label), high=high, high_label=_(options.high_label)
    )


def informant(code: str) -> str:
    """Who answers."""
    return {
        Informant.PATIENT: _("answered by the patient"), Informant.THERAPIST: _("answered by the therapist"),
        Informant.RELATIVE: _("answered by a relative"),
    }[Informant(code)]  # fmt: skip


def facts(definition: Definition) -> list[str]:
    """How it is answered and scored, its cut-offs, sources, and what is not verified."""
    said = [
        _("{informant}, {window}").format(informant=informant(definition.informant), window=definition.window),
        _("An answer is {what}.").format(what=definition.answers_are),
        _("Missing answers: {rule}.").format(rule=definition.missing_rule),
        *(_cut_off(cut) for cut in definition.cut_offs),
    ]
    if definition.reliable_change is not None:
        said.append(_change(definition.reliable_change))
    said.append(_("Sources: {sources}").format(sources="; ".join(definition.sources)))
    return said


def _cut_off(cut: CutOff) -> str:
    sides = {"at_least": _("from {value} on"), "at_most": _("up to {value}"), "below": _("below {value}")}
    words = sides[cut.side].format(value=say_number(cut.value))
    where = f" ({cut.subscale})" if cut.subscale else ""
    return _("{where}: {meaning}").format(where=words + where, meaning=cut.meaning)


def _change(fact: Fact) -> str:
    words = _("A change of {value} or more is beyond measurement error ({source}).")
    if not fact.verified:
        words = _("A change of {value} or more is taken as beyond measurement error; not verified ({source}).")
    return words.format(value=say_number(fact.value, 2), source=fact.source)


def unverified(definition: Definition) -> str:
    """What is recalled and was not read in a source."""
    return _("Not verified: {what}.").format(what="; ".join(definition.unverified)) if definition.unverified else ""
