"""Every page × every role: a page opens without a fault for whom it is, and tells anyone else nothing. Pages are found
by their files; one that the navigation does not know fails."""

from collections.abc import Iterator

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from core.access.actor import Actor
from core.calls import Calls
from dashboard.navigation import ROOT, entries, open_to
from models import AuditEntry
from tests.app.conftest import SignIn
from tests.factories.cast import Cast
from tests.factories.story import Story, make_story

ROLES = ("therapist", "team lead", "director", "administrator", "patient", "relative")
PAGES = sorted(file.name for file in ROOT.glob("*.py") if file.stem not in ("__init__", "sign_in"))
OF_RECORDS = ("Laia", "Puig", "Weiss", "left the table", "Could we talk")
FAULT = "Something went wrong"


def cells() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for role in ROLES:
            yield page, role


@pytest.fixture
def story(calls: Calls, cast: Cast) -> Story:
    """Both patients with a story; Alice's is returned."""
    with calls.transaction() as session:
        make_story(session, cast, own=False, now=calls.clock())
        return make_story(session, cast, own=True, now=calls.clock())


def seen(app: AppTest) -> str:
    """Everything the page sent to the browser as text: words, labels, tables, figures."""
    return "\n".join(str(getattr(node, "proto", "")) for block in (app.main, app.sidebar) for node in block)


def opened(sign_in: SignIn, page: str, actor: Actor, patient_id: object = None) -> AppTest:
    """The page run for somebody, as its address opens it."""
    app = sign_in(f"pages/{page}", actor)
    if patient_id is not None:
        app.query_params["patient"] = str(patient_id)
    return app.run()


def allowed(page: str, actor: Actor) -> bool:
    return open_to(next(entry for entry in entries() if entry.file == page), actor.role)


def test_every_page_stands_in_the_navigation() -> None:
    assert set(PAGES) <= {entry.file for entry in entries()}


@pytest.mark.parametrize(("page", "role"), list(cells()))
def test_a_page_opens_for_whom_it_is_and_tells_others_nothing(
    sign_in: SignIn, cast: Cast, story: Story, page: str, role: str
) -> None:
    actor = cast.everyone[role]
    app = opened(sign_in, page, actor, story.patient.id)
    assert not app.exception, app.exception
    assert FAULT not in seen(app)
    if not allowed(page, actor):
        told = seen(app)
        # A page of no role in particular is the first page: for a clinician the list of their own people, for a
        # relative what they wrote themselves, beside the name of the person they know.
        landed = {"today.py": {"Laia", "Puig"}, "family.py": {"Laia", "left the table"}} if page == "welcome.py" else {}
        known = {word for first, words in landed.items() if allowed(first, actor) for word in words}
        secret = tuple(set(OF_RECORDS) - known)
        assert not [word for word in secret if word in told and word not in actor.name]


@pytest.mark.parametrize("page", PAGES)
def test_threat_20_another_patients_id_in_the_address_tells_nothing(
    sign_in: SignIn, cast: Cast, story: Story, page: str
) -> None:
    app = opened(sign_in, page, cast.alice, cast.other_patient.id)
    assert not app.exception
    assert "Weiss" not in seen(app)
    assert "Otto" not in seen(app)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", ["", "not-an-id", "../../etc", "0" * 5000, "' OR 1=1 --", "é\x00"])
def test_an_address_that_makes_no_sense_is_no_fault(
    sign_in: SignIn, cast: Cast, story: Story, page: str, value: str
) -> None:
    app = opened(sign_in, page, cast.alice, value)
    assert not app.exception
    assert FAULT not in seen(app)


def test_what_is_seen_holds_the_words_of_the_page(sign_in: SignIn, cast: Cast, story: Story) -> None:
    assert "emergency access" in seen(opened(sign_in, "access.py", cast.lead))
    strayed = seen(opened(sign_in, "access.py", cast.patient_actor))
    assert "emergency access" not in strayed
    assert "Your role does not include this" in strayed


@pytest.mark.parametrize("role", ["director", "administrator", "patient", "relative"])
def test_an_address_of_another_role_is_one_sentence_and_a_refusal_that_names_the_patient(
    sign_in: SignIn, cast: Cast, calls: Calls, story: Story, role: str
) -> None:
    app = opened(sign_in, "case_review.py", cast.everyone[role], story.patient.id)
    sentence = "Your role does not include this. If you need it, ask your administrator."
    assert [warning.value for warning in app.warning] == [sentence]
    shown = [type(node).__name__ for node in app.main if type(node).__name__ in ("Markdown", "Text", "Title")]
    assert len(shown) <= (role in ("patient", "relative"))  # nothing but the sentence, and whom to call
    with calls.transaction() as session:
        last = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc())).first()
    assert (last.action, last.actor_id, last.patient_id) == ("refused", cast.everyone[role].user_id, story.patient.id)


@pytest.mark.parametrize(
    ("role", "page", "title"), [("therapist", "today.py", "Today"), ("patient", "my_day.py", "My day")]
)
def test_the_first_page_is_found_under_its_own_address_too(
    sign_in: SignIn, cast: Cast, story: Story, role: str, page: str, title: str
) -> None:
    app = opened(sign_in, page, cast.everyone[role])
    assert not app.warning
    assert title in seen(app)


@pytest.mark.parametrize("page", PAGES)
def test_threat_23_no_page_tells_an_administrator_what_was_written(
    sign_in: SignIn, cast: Cast, story: Story, page: str
) -> None:
    told = seen(opened(sign_in, page, cast.administrator, story.patient.id))
    assert told
    assert not [words for words in ("left the table", "Could we talk") if words in told]
