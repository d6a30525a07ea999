"""The bar: every page stands in it once, and only for those whom it serves."""

import pytest

from dashboard.navigation import ROOT, address, entries, open_to
from tests.app.conftest import FRAME, SignIn
from tests.factories.cast import Cast

CLINICAL = {"today.py", "case_review.py"}


def test_every_page_file_stands_in_the_bar_or_is_the_way_in() -> None:
    files = {path.name for path in ROOT.glob("*.py")} - {"__init__.py"}
    assert files - {entry.file for entry in entries()} == {"sign_in.py"}


def test_a_director_lands_on_the_service_and_sees_no_clinical_page(cast: Cast) -> None:
    shown = [entry.file for entry in entries() if open_to(entry, cast.director.role)]
    assert shown[0] == "service.py"
    assert not CLINICAL & set(shown)


def test_a_patient_lands_on_their_own_day_and_sees_no_clinical_page(cast: Cast) -> None:
    shown = [entry.file for entry in entries() if open_to(entry, cast.patient_actor.role)]
    assert shown[0] == "my_day.py"
    assert not {*CLINICAL, "welcome.py"} & set(shown)


@pytest.mark.parametrize(("who", "first"), [("administrator", "welcome.py"), ("relative", "family.py")])
def test_roles_without_clinical_access_land_on_their_own_page_and_see_no_clinical_one(
    cast: Cast, who: str, first: str
) -> None:
    shown = [entry.file for entry in entries() if open_to(entry, cast.everyone[who].role)]
    assert shown[0] == first
    assert not CLINICAL & set(shown)


@pytest.mark.parametrize("who", ["therapist", "team lead"])
def test_clinicians_land_on_today(cast: Cast, who: str) -> None:
    shown = [entry.file for entry in entries() if open_to(entry, cast.everyone[who].role)]
    assert shown[:2] == ["today.py", "case_review.py"]
    assert "welcome.py" not in shown


def test_where_one_lands_is_the_place_that_its_own_link_leads_to(sign_in: SignIn, cast: Cast) -> None:
    app = sign_in(FRAME, cast.patient_actor).run()
    assert not app.exception
    places = {link.proto.label: link.proto.page for link in app.get("page_link")}
    assert places["My day"] == ""  # the start: the bar shows that one stands there
    assert places["Check-in"] == "check_in"


def test_everyone_can_sign_out(cast: Cast) -> None:
    for actor in cast.everyone.values():
        assert "sign_out.py" in [entry.file for entry in entries() if open_to(entry, actor.role)]


PATIENT = "0a8d6c1e-4a51-4b7a-9d3c-2f1f0f6f5a11"


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("", {}, "/"),
        ("today", {}, "/today"),
        ("case_review", {"patient": PATIENT}, f"/case_review?patient={PATIENT}"),
        ("case_review", {"patient": PATIENT, "next": "https://elsewhere.example"}, f"/case_review?patient={PATIENT}"),
        ("case_review", {"patient": "//elsewhere.example"}, "/case_review"),
        ("case_review", {"patient": "a&b=c"}, "/case_review"),
        ("case_review", {"patient": "x" * 65}, "/case_review"),
        ("today", {"patient": PATIENT}, "/today"),
        ("sign_out", {}, "/"),
        ("/elsewhere.example", {}, "/"),
        ("javascript:alert(1)", {}, "/"),
    ],
)
def test_the_way_back_after_signing_in_is_a_page_of_ours_with_what_it_knows(
    path: str, parameters: dict[str, str], expected: str
) -> None:
    assert address(path, parameters) == expected
