"""The answers of a form as one text: as they are kept (encrypted), and the words among them, as rules read them."""

import json
from collections.abc import Mapping


def as_text(answers: Mapping[str, str | int]) -> str:
    """The answers by field, to be encrypted and kept."""
    return json.dumps(dict(answers), ensure_ascii=False)


def of_text(text: str) -> dict[str, str | int]:
    """The answers by field, from what was kept; empty where nothing was."""
    return dict(json.loads(text)) if text else {}


def words_among(text: str) -> str:
    """What was written in words, each field in a line of its own, in the order in which it was kept."""
    return "\n".join(one for one in of_text(text).values() if isinstance(one, str))
