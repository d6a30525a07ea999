"""A response for a version that is not in force is refused with the file and the reason."""

import pytest

from core.errors import InvalidInput
from core.instruments import instrument, score
from core.instruments.scoring import check_version

OLD = instrument("phq-9").model_copy(update={"version": "2", "retired": {"1": "the labels were unclear"}})


def test_the_version_in_force_is_scored() -> None:
    assert score("nps", {"1": 9}, version="1").total == 9


def test_a_retired_version_is_refused_with_its_file_and_reason() -> None:
    with pytest.raises(InvalidInput, match=r"phq-9\.yaml: version 1 .* retired \(the labels were unclear\)"):
        check_version(OLD, "1")


def test_an_unknown_version_is_refused_and_the_one_in_force_named() -> None:
    with pytest.raises(InvalidInput, match=r"nps\.yaml: there is no version 7 .* version 1 is in force"):
        score("nps", {"1": 9}, version="7")
