"""Letters of other people's files: what no database keeps in a text (a NUL, half of a pair of UTF-16) is left out or
told, so that it costs its own item and nothing else."""


def readable(text: str) -> str:
    """``text`` as it can be kept: halves of a pair are joined, or stand as a mark where the other half is missing."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_readable(text: str) -> bool:
    """Whether a text can be kept as it is."""
    return "\x00" not in text and (text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text))
