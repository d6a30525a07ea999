"""Words of the family's pages: who reads what is written, what was read and answered, how a week went."""

from core.language import _, ngettext, say_date, say_time
from core.queries.family_notes import AnswerView, FamilyNoteView
from core.queries.family_space import FamilySpaceView, WeekView


def title(view: FamilySpaceView) -> str:
    """The heading: for whom one is here."""
    return _("Beside {name}").format(name=view.patient) if view.patient else _("The family's page")


def who_reads(view: FamilySpaceView) -> str:
    """Who will read a note, said before anything is written."""
    if view.reader is None:
        reads = _("What you write is read by the {team}.").format(team=view.team)
    else:
        reads = _("What you write is read by {reader} and colleagues of the {team} who stand in.")
        reads = reads.format(reader=view.reader, team=view.team)
    own = _("It belongs to {name}'s record: {name} can ask for a copy of it.").format(name=view.patient)
    return f"{reads} {own}"


def allowed(view: FamilySpaceView) -> str:
    """That all of it stands on the patient's consent."""
    return _("{name} agreed to this, and can change it at any time.").format(name=view.patient)


def closed() -> str:
    """The page without consent: calm, and no word about the patient."""
    return _(
        "At the moment nothing is shared here. That can have many reasons and says nothing against you. "
        "What you wrote earlier is not shown to anybody now."
    )


def closed_help() -> str:
    """What remains."""
    return _("What we wrote for families stays open to you, and the numbers below are there for you as well.")


def days_label(days: int) -> str:
    """Of which days a note tells."""
    return {1: _("today"), 3: _("the last 3 days"), 7: _("the last week")}[days]


def days_question() -> str:
    """Asked first."""
    return _("Which days do you tell of?")


def how_question(view: FamilySpaceView) -> str:
    """Asked second."""
    return _("How were these days for {name}, as you see it?").format(name=view.patient)


HOW = {"better": lambda: _("easier than usual"), "usual": lambda: _("as usual"), "harder": lambda: _("harder")}
CHANGE = {"worse": lambda: _("worse"), "same": lambda: _("as before"), "better": lambda: _("better")}
DOMAIN = {"mood": lambda: _("Mood"), "meals": lambda: _("Meals"), "sleep": lambda: _("Sleep")}


def how(code: str) -> str:
    """How the days were."""
    return HOW[code]()


def change(code: str) -> str:
    """What changed in one domain."""
    return CHANGE[code]()


def domain(code: str) -> str:
    """A domain in which something may have changed."""
    return DOMAIN[code]()


def sent(view: FamilySpaceView) -> str:
    """The toast after sending."""
    return _("Sent to {name}.").format(name=view.reader) if view.reader else _("Sent to the team.")


def about(note: FamilyNoteView) -> str:
    """Of which days a note tells, and how they were."""
    day = say_date(note.about_day, "EEE d MMM")
    if note.days == 1:
        days = _("about {day}").format(day=day)
    else:
        days = ngettext("about {n} day up to {day}", "about the {n} days up to {day}", note.days)
        days = days.format(n=note.days, day=day)
    return f"{days} · {how(note.how)}" if note.how else days


def changes(note: FamilyNoteView) -> str | None:
    """What was noticed by domain."""
    said = [f"{domain(code)}: {change(value)}" for code, value in note.noticed.items() if code in DOMAIN]
    return " · ".join(said) or None


def read_mark(note: FamilyNoteView, view: FamilySpaceView) -> str:
    """Who of the team read it, and when."""
    if note.read_at is None:
        return _("Not read yet")
    when = say_time(note.read_at, view.time_zone, "EEE d MMM HH:mm")
    return _("Read by {name}, {time}").format(name=note.read_by, time=when)


def answer_byline(answer: AnswerView, view: FamilySpaceView) -> str:
    """Who answered, and when."""
    return f"{answer.author} · {say_time(answer.written_at, view.time_zone, 'EEE d MMM HH:mm')}"


def new_answers(view: FamilySpaceView) -> str:
    """How many answers are new."""
    return ngettext("{n} new answer", "{n} new answers", view.new_answers).format(n=view.new_answers)


def no_notes() -> str:
    """The warm empty state."""
    return _("No notes yet. A sentence is enough: what you saw, what you heard, how you are.")


STREAM = {"mood": lambda: _("Mood"), "meals": lambda: _("Meals"), "sleep": lambda: _("Sleep")}


def week(view: WeekView) -> str:
    """One shared stream of the last seven days, as a sentence against the person's own usual."""
    said = {
        "usual": _("{stream}: about as usual for them."), "harder": _("{stream}: a harder week than usual for them."),
        "better": _("{stream}: an easier week than usual for them."),
    }.get(view.how or "", _("{stream}: too few entries to say how the week was."))  # fmt: skip
    days = ngettext("{n} of {all} days has an entry.", "{n} of {all} days have an entry.", view.days_with)
    name = STREAM[view.stream]()
    return f"{said.format(stream=name)} {days.format(n=view.days_with, all=view.days)}"


def week_limits() -> str:
    """What such a sentence is not."""
    return _("From their own entries of the last seven days. Few entries do not mean that they are well or unwell.")


def not_watched() -> str:
    """Before sending: what this is not for; whom to call stands below."""
    return _("Not watched round the clock: if it cannot wait, call.")


def worried() -> str:
    """After words of a hard moment."""
    return _("What you wrote sounds as if it cannot wait. Please do not wait for an answer here:")


def reached() -> str:
    """That the team was told, honestly."""
    return _("The team was told that you wrote. It reads within its working hours.")
