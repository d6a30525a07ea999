"""What the analysis of the whole service says in words: one plain sentence beside every figure, what was checked, and
why something cannot be said. Nothing here compares therapists."""

from core.analysis.alliance import OCCASIONS, Agreement, AllianceAnalysis, Development
from core.analysis.association import Association
from core.analysis.estimate import Estimate, Why
from core.analysis.small_cells import ROUNDED_TO, SMALLEST, rounded
from core.language import _, say_number

STANDS_OUT = 0.05  # adjusted p below which a finding is spoken of
NO_CHANGE = 0.005  # points of item mean a month: less is called steady
SKEWED = 1.0


def side_name(side: str) -> str:
    """Whose view."""
    return {"patient": _("patients"), "therapist": _("therapists")}[side]


def variable(name: str) -> str:
    """What an association is about."""
    names = {
        "patient_alliance": _("patients' alliance"), "therapist_alliance": _("therapists' alliance"),
        "sus": _("usability (SUS)"), "vas_app": _("satisfaction with the app"),
        "vas_platform": _("therapist's satisfaction with the platform"), "age": _("age"),
        "patient_messages": _("patient's messages a week"), "therapist_messages": _("team's messages a week"),
        "message_share": _("share of contacts that are messages"),
        "therapist_reply_hours": _("hours until the team replies"),
        "patient_reply_hours": _("hours until the patient replies"), "watoci": _("alliance by WATOCI"),
        "weeks": _("weeks in treatment"),
    }  # fmt: skip
    return names.get(name, name)


def short_name(name: str) -> str:
    """The same in the margin of a figure."""
    names = {
        "patient_alliance": _("patients"), "therapist_alliance": _("therapists"), "sus": _("usability"),
        "vas_app": _("liking the app"), "vas_platform": _("liking the platform"),
        "patient_messages": _("patient writes"), "therapist_messages": _("team writes"),
        "message_share": _("more by message"), "therapist_reply_hours": _("team's reply time"),
        "patient_reply_hours": _("patient's reply time"), "watoci": _("WATOCI"),
    }  # fmt: skip
    return names.get(name, variable(name))


def reason(why: Why | None) -> str:
    """Why there is no figure."""
    words = {
        Why.TOO_FEW: _("too few people"), Why.CONSTANT: _("everybody gave the same rating"),
        Why.ONE_SIDE_MISSING: _("one of the two was never recorded"),
        Why.ONE_OCCASION: _("nobody was rated on two occasions yet"),
        Why.NOT_CONVERGED: _("no spread of its own can be told"),
        Why.SUPPRESSED: _("fewer than {n} people, not shown").format(n=SMALLEST),
    }  # fmt: skip
    return words[why] if why is not None else ""


def with_interval(value: float, lower: float, upper: float, decimals: int = 2) -> str:
    """0.28 (0.17 to 0.39)."""
    ends = [say_number(end, decimals) for end in (value, lower, upper)]
    return _("{value} ({lower} to {upper})").format(value=ends[0], lower=ends[1], upper=ends[2])


def estimate(found: Estimate, decimals: int = 2) -> str:
    """A figure with its interval, or why there is none."""
    if found.value is None:
        return _("not estimated: {reason}").format(reason=reason(found.reason))
    if found.interval is None:
        return say_number(found.value, decimals)
    return with_interval(found.value, *found.interval, decimals)


def number(value: float | None, decimals: int = 2) -> str:
    """A plain number, or a dash."""
    return "–" if value is None else say_number(value, decimals)


def p_value(p: float | None) -> str:
    """As it is printed in a paper."""
    if p is None:
        return "–"
    return _("< .001") if p < 0.001 else say_number(p, 3)


def intro(analysis: AllianceAnalysis) -> str:
    """What stands on how many."""
    words = _(
        "Both sides' ratings of the working alliance, about {n} people of the whole service. Nobody is named, nothing "
        "that stands on fewer than {least} people is shown, counts are to the nearest {five}, and no therapist is "
        "compared with another."
    )
    return words.format(n=rounded(analysis.people), least=SMALLEST, five=ROUNDED_TO)


def working_on(part: str) -> str:
    """What the progress bar says."""
    return {
        "development": _("How each side develops …"), "agreement": _("Whether the sides agree …"),
        "associations": _("What goes with it …"), "done": _("Done"),
    }[part]  # fmt: skip


def development_sentence(found: Development) -> str:
    """How one side's alliance moves over the months, programme by programme."""
    model = found.model
    who = side_name(found.side).capitalize()
    if model.reason is not None:
        return _("{who}: no development can be told: {reason}.").format(who=who, reason=reason(model.reason))
    parts = []
    for arm in model.arms:
        change = model.change_in(arm)
        if change is None:
            parts.append(f"{arm}: {reason(Why.ONE_OCCASION)}")
            continue
        value, lower, upper = change
        parts.append(_("{direction} in {programme} ({change} points a month)").format(
            programme=arm, direction=_direction(value, lower, upper), change=with_interval(value, lower, upper, 3)
        ))  # fmt: skip
    said = _("{who} ({n} people, {ratings} ratings): {parts}.").format(
        who=who, n=rounded(model.groups), ratings=rounded(model.n), parts="; ".join(parts)
    )
    return said + _difference(found)


def _direction(value: float, lower: float, upper: float) -> str:
    if lower > 0 or upper < 0:
        return _("rises") if value > 0 else _("falls")
    return _("steady") if abs(value) < NO_CHANGE else _("no clear change")


def _difference(found: Development) -> str:
    terms = {name: e for name, e in found.model.effects.items() if name.startswith("time:arm[")}
    if not terms:
        return ""
    apart = any(e.p is not None and e.p < STANDS_OUT for e in terms.values())
    if apart:
        return " " + _("The courses differ between programmes.")
    return " " + _("That the courses differ between programmes cannot be told.")


def development_checks(found: Development) -> list[str]:
    """What was checked about the model."""
    model = found.model
    if model.reason is not None:
        return []
    slope = _("each pair has its own level and its own slope")
    if not model.slope:
        slope = _("each pair has its own level; own slopes were left out ({reason})")
        slope = slope.format(reason=reason(model.slope_reason))
    said = [slope]
    if model.residual_skew is not None and model.residual_kurtosis is not None:
        skewed = abs(model.residual_skew) > SKEWED or abs(model.residual_kurtosis) > 2 * SKEWED
        words = _("residuals are roughly symmetric (skew {skew})")
        if skewed:
            words = _("residuals lean to one side (skew {skew}): read the intervals with care")
        said.append(words.format(skew=say_number(model.residual_skew, 2)))
    missing = [months for months in OCCASIONS if months not in {point.months for point in found.points}]
    if missing:
        months = ", ".join(str(month) for month in missing)
        said.append(_("nothing is drawn at {months} months: fewer than {n} people each").format(
            months=months, n=SMALLEST
        ))  # fmt: skip
    if found.left_out:
        said.append(_("programmes with fewer than {n} people are left out").format(n=SMALLEST))
    return said


def agreement_sentence(found: Agreement) -> str:
    """Whether the sides agree, with what is typical so that it reads as expected."""
    limits = found.limits
    if found.reason is not None or limits.bias is None or limits.bias_interval is None:
        return _("Whether the sides agree cannot be told: {reason}.").format(reason=reason(found.reason))
    who = _("therapists rate higher than their patients")
    if limits.bias > 0:
        who = _("patients rate higher than their therapists")
    if limits.bias_interval[0] <= 0 <= limits.bias_interval[1]:
        who = _("neither side rates higher than the other beyond chance")
    words = _(
        "In {n} sessions that both sides rated, {who}: on average by {bias} points (d = {d}). One pair may lie "
        "anywhere between {lower} and {upper}. {agree} Elsewhere patients rate higher by d = 0.63 and the two "
        "views go together with r = .36 (Tryon 2007): a gap is expected and no fault."
    )
    return words.format(
        n=rounded(found.n), who=who, bias=with_interval(limits.bias, *limits.bias_interval),
        d="–" if found.d is None else say_number(found.d, 2), lower=say_number(limits.lower or 0.0, 2),
        upper=say_number(limits.upper or 0.0, 2), agree=_agree(found),
    )  # fmt: skip


def _agree(found: Agreement) -> str:
    value = found.icc["ICC2"].value
    if value is None:
        return ""
    words = _("The two sides agree little") if value < 0.5 else _("The two sides agree moderately")
    if value >= 0.75:
        words = _("The two sides agree well")
    return _("{words} (ICC {value}).").format(words=words, value=estimate(found.icc["ICC2"]))


def agreement_checks(found: Agreement) -> list[str]:
    """What was checked about the limits of agreement."""
    limits, said = found.limits, []
    if limits.normal_p is not None:
        words = _("nothing speaks against normal differences (Shapiro-Wilk p {p})")
        if limits.normal_p < STANDS_OUT:
            words = _("the differences are not normal (Shapiro-Wilk p {p}): the limits are approximate")
        said.append(words.format(p=p_value(limits.normal_p)))
    slope = limits.slope
    if slope is not None and slope.value is not None:
        words = _("the difference does not change with the level (r {r})")
        if slope.p is not None and slope.p < STANDS_OUT:
            words = _("the difference changes with the level (r {r}): the limits do not hold everywhere alike")
        said.append(words.format(r=estimate(slope)))
    return said


def icc_name(form: str) -> str:
    """The form of an intraclass correlation in words."""
    return {
        "ICC1": _("one rating, sides interchangeable"), "ICC2": _("one rating, absolute agreement"),
        "ICC3": _("one rating, consistency"), "ICC1k": _("mean of both, sides interchangeable"),
        "ICC2k": _("mean of both, absolute agreement"), "ICC3k": _("mean of both, consistency"),
    }[form]  # fmt: skip


def association_sentence(found: tuple[Association, ...]) -> str:
    """What goes with the alliance, once the number of looks is allowed for."""
    tested = [f for f in found if f.rho.value is not None]
    if not tested:
        return _("What goes with the alliance cannot be told yet: too few people have both.")
    strong = [f for f in tested if f.q is not None and f.q < STANDS_OUT]
    if not strong:
        return _("Of {n} associations looked at, none stands out once the number of looks is allowed for.").format(
            n=len(tested)
        )
    said = "; ".join(
        _("{outcome} with {predictor} (ρ = {rho}, n = {n})").format(
            outcome=variable(f.outcome), predictor=variable(f.predictor), rho=estimate(f.rho), n=rounded(f.rho.n)
        )
        for f in strong
    )
    words = _("Of {n} associations looked at, these stand out: {said}. They go together; neither need cause the other.")
    return words.format(n=len(tested), said=said)


def association_checks(found: tuple[Association, ...]) -> list[str]:
    """What was checked and allowed for."""
    tied = max((f.tied for f in found if f.rho.value is not None), default=0.0)
    held = ", ".join(variable(name) for name in ("age", "weeks"))
    return [
        _("rank correlations need no normal distribution; up to {share} % of people share a value with another").format(
            share=say_number(100 * tied, 0)
        ),
        _("hollow: with {held} held equal").format(held=held),
        _("q: p adjusted for the number of looks (Benjamini and Hochberg)"),
    ]


def figure_texts() -> tuple[str, str, str]:
    """The alternative texts of the three figures."""
    return (
        _("Mean alliance of both sides by months since enrolment, one panel for each programme, with intervals."),
        _("Difference of both sides (patient minus therapist) by level, with the mean difference and the limits."),
        _("Rank correlations of each side's alliance with what may go with it, with intervals."),
    )


def checks_line(checks: list[str]) -> str:
    """Everything that was checked, in one line."""
    return _("Checked: {checks}.").format(checks="; ".join(checks)) if checks else ""
