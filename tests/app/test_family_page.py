"""The family's page without a browser: who reads is said first, a note is sent once and comes back read and answered,
words of a hard moment lead to whom to call, nothing is left without consent, words stay words."""

from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actions.consents import decide_consent
from core.actions.family_notes import Noticed, answer_family_note, write_family_note
from core.calls import Calls
from core.queries.family_space import family_space
from models import FamilyNote
from tests.app.conftest import SignIn
from tests.app.test_patient_space import HOSTILE
from tests.factories.cast import Cast


def opened(sign_in: SignIn, cast: Cast, page: str = "family") -> AppTest:
    return sign_in(f"pages/{page}.py", cast.relative_actor).run()


def everything(app: AppTest) -> str:
    return "\n".join(node.value for node in (*app.markdown, *app.text, *app.caption)).replace("\\", "")


def bodies(calls: Calls, cast: Cast) -> list[str]:
    return [note.body for note in calls.run(family_space, by=cast.relative_actor).notes]


def test_who_reads_is_said_before_a_note_is_written_and_sent_once(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    app = opened(sign_in, cast)
    assert "is read by Alice and colleagues of the Blue who stand in" in everything(app)
    assert "Laia can ask for a copy of it" in everything(app)
    assert "not watched round the clock" in everything(app)
    app.text_area[0].set_value("She slept until noon.").run()
    app.button(key="send-note").click().run()
    assert bodies(calls, cast) == ["She slept until noon."]
    assert [area.value for area in app.text_area] == ["", ""]
    assert "Not read yet" in everything(app)


def test_an_answer_is_new_once(sign_in: SignIn, cast: Cast, calls: Calls) -> None:
    note = calls.run(write_family_note, by=cast.relative_actor, key="n", noticed=Noticed(how="harder", body=HOSTILE))
    calls.run(answer_family_note, by=cast.bob, key="a", note_id=note, body="Thank you for telling us.")
    app = opened(sign_in, cast)
    assert "1 new answer" in everything(app)
    assert {HOSTILE, "Thank you for telling us."} <= {text.value for text in app.text}
    assert not [markdown for markdown in app.markdown if "onerror" in markdown.value]
    assert "Read by Bob" in everything(app)
    assert "1 new answer" not in everything(app.run())


def test_words_of_a_hard_moment_show_whom_to_call_first(sign_in: SignIn, cast: Cast) -> None:
    app = opened(sign_in, cast)
    app.text_area[1].set_value("I can't go on, I want to die").run()
    app.button(key="send-note").click().run()
    assert "cannot wait" in app.markdown[1].value
    assert "The team was told that you wrote" in everything(app)


def test_threat_22_without_consent_there_is_no_word_about_the_patient(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    calls.run(write_family_note, by=cast.relative_actor, key="n", noticed=Noticed(body="She slept until noon."))
    app = opened(sign_in, cast)
    consent = {"patient_id": cast.patient.id, "relative_id": cast.relative.id, "stream": "family_notes"}
    calls.run(decide_consent, by=cast.patient_actor, key="w", given=False, **consent)
    app.text_area[0].set_value("Too late.").run()  # the page was open all the while
    assert "nothing is shared here" in everything(app)
    assert not [word for word in ("Laia", "noon", "Alice") if word in everything(app)]
    assert not app.text_area
    with calls.transaction() as session:
        assert len(session.exec(select(FamilyNote)).all()) == 1


def test_texts_for_families_stay_open_and_tell_nothing_of_the_programme_without_consent(
    sign_in: SignIn, cast: Cast, calls: Calls
) -> None:
    assert "At the table" in [one.label for one in opened(sign_in, cast, "for_families").expander]
    consent = {"patient_id": cast.patient.id, "relative_id": cast.relative.id, "stream": "family_notes"}
    calls.run(decide_consent, by=cast.patient_actor, key="w", given=False, **consent)
    shown = [one.label for one in opened(sign_in, cast, "for_families").expander]
    assert "Listening without mending" in shown
    assert "At the table" not in shown
