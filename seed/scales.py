"""Questionnaires: when they are asked, how the hidden state shows in their items, and their scores by the product's
own scoring (``core.instruments``)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.instruments.scoring import score
from models import QuestionnaireResponse
from seed.person import Person
from seed.plan import Real
from seed.rows import Rows

USABILITY_DAYS = (30, 91, 182, 365)
DESPAIR_ITEMS = {"core-10": 6, "phq-9": 9}


@dataclass(frozen=True, slots=True)
class Form:
    """How a symptom questionnaire behaves: every ``every`` days; item = ``level`` + ``slope`` × state, ``high`` at
    most; ``turned`` items are printed the other way round."""

    code: str
    every: int
    items: int
    high: int
    level: float
    slope: float
    turned: tuple[int, ...] = ()


COMMON = (
    Form("core-10", 14, 10, 4, 1.95, 0.62, (2, 3)),
    Form("who-5", 14, 5, 5, 2.1, -0.75),
    Form("phq-9", 28, 9, 3, 1.35, 0.50),
    Form("gad-7", 28, 7, 3, 1.35, 0.50),
)
DAY_CARE_FORMS = (Form("ede-qs", 14, 12, 3, 1.55, 0.50),)
ONCOLOGY_FORMS = (Form("hads", 28, 14, 3, 1.25, 0.42), Form("distress-thermometer", 14, 1, 10, 5.2, 1.7))


def questionnaires(person: Person, rows: Rows) -> None:
    """All answered questionnaires of a person up to now."""
    forms = COMMON + (DAY_CARE_FORMS if person.day_care else ONCOLOGY_FORMS)
    for form in forms:
        _symptoms(person, form, rows)
    _usability(person, rows)


def asked_days(person: Person, form: Form) -> range:
    """Days since enrolment on which a form falls due up to now."""
    return range(0, min(person.known, person.ends), form.every)


def _symptoms(person: Person, form: Form, rows: Rows) -> None:
    draws = person.draws(form.code)
    bias = 0.35 * draws.standard_normal(form.items)
    own = 0.25 * draws.standard_normal()
    for number, day in enumerate(asked_days(person, form)):
        z, luck = draws.standard_normal(form.items + 2), draws.random(4)
        late = 0 if day == 0 else int(luck[1] * 3)
        at = person.at(day + late, 18.2 + 4 * luck[2])
        chance = 1.0 if day == 0 else 0.62 + 0.35 / (1 + np.exp(-person.trait("adherence")))
        if luck[0] > chance or at > person.plan.now or day + late >= person.known:
            continue
        state = person.recent(day + late, 7) + 0.25 * z[-1]
        answers = form_answers(form, state, bias + own, z[: form.items])
        _safety_item(person, form, state, float(z[-2]), answers)
        _add(person, rows, form.code, number, at, answers)


def form_answers(form: Form, state: float, bias: Real, z: Real) -> dict[str, float]:
    """Answers by item at a state; the number printed beside the chosen option."""
    spread = 0.75 if form.items > 1 else 1.3
    keyed = np.clip(np.round(form.level + form.slope * state + bias + spread * z), 0, form.high)
    return {
        str(item): float(form.high - value if item in form.turned else value)
        for item, value in enumerate(keyed.tolist(), start=1)
    }


def _safety_item(person: Person, form: Form, state: float, z: float, answers: dict[str, float]) -> None:
    item = DESPAIR_ITEMS.get(form.code)
    if item is None:
        return
    level = -2.3 + 0.85 * person.trait("despair") + 0.6 * state + 0.5 * z
    answers[str(item)] = 0.0 if level < 0 else float(min(1 + int(1.4 * level), form.high))


def _usability(person: Person, rows: Rows) -> None:
    """SUS, satisfaction, recommendation and WATOCI at 1, 3, 6 and 12 months; the therapist's own satisfaction."""
    draws = person.draws("usability")
    for number, day in enumerate(USABILITY_DAYS):
        z, u = draws.standard_normal(40), draws.random(2)
        at = person.at(day, 18.5 + 3 * u[0])
        if day >= min(person.known, person.ends) or at > person.plan.now or u[1] > 0.9:
            continue
        tool = 0.8 * person.trait("liking") + 0.6 * float(z[0])
        for code, answers in usability_answers(tool, z).items():
            _add(person, rows, code, number, at, answers)
        view = 0.3 * person.trait("therapist_view") + 0.95 * float(z[39])
        satisfied = {"1": float(np.clip(round(68 + 12 * view), 0, 100))}
        _add(person, rows, "vas-platform", number, person.at(day, 17.0), satisfied, informant="therapist")


def usability_answers(tool: float, z: Real) -> dict[str, dict[str, float]]:
    """What a person answers who likes the tool by ``tool`` standard deviations (``z``: 40 normal draws)."""
    usable = np.clip(np.round(2.92 + 0.38 * tool + 0.62 * z[2:12]), 0, 4)
    sus = {str(n): float(1 + v if n % 2 else 5 - v) for n, v in enumerate(usable.tolist(), start=1)}
    fit = 0.68 * tool + 0.73 * float(z[12])
    heard = np.clip(np.round(5.35 + 0.72 * fit + 0.7 * z[13:30]), 1, 7)
    watoci = {str(n): float(8 - v if n in (4, 10) else v) for n, v in enumerate(heard.tolist(), start=1)}
    vas = float(np.clip(round(71 + 13 * tool + 6 * float(z[31])), 0, 100))
    nps = float(np.clip(round(7.6 + 1.3 * tool + 0.8 * float(z[32])), 0, 10))
    return {"sus": sus, "watoci": watoci, "vas-app": {"1": vas}, "nps": {"1": nps}}


def _add(
    person: Person, rows: Rows, code: str, number: int, at: object, answers: Mapping[str, float], *,
    informant: str = "patient",
) -> None:  # fmt: skip
    scored = score(code, answers)
    rows.add(
        QuestionnaireResponse,
        id=person.made_id(code, number),
        patient_id=person.id,
        instrument=code,
        version="1",
        informant=informant,
        answered_at=at,
        answers=dict(answers),
        total=scored.total,
        subscales={name: value for name, value in scored.subscales.items() if value is not None},
        source="vincle",
    )
