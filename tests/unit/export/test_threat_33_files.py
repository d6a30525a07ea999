"""Threat 33: two large files that differ only in the middle are told apart wherever a download is kept, so that nobody
gets the other's bytes."""

from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

HALF = 1024 * 1024


def test_threat_33_two_large_files_that_differ_in_the_middle_are_each_their_own() -> None:
    storage = MemoryMediaFileStorage("/media")
    files = [b"a" * HALF + middle + b"z" * HALF for middle in (b"Laia", b"Otto")]
    kept = [storage.load_and_get_id(one, "text/csv", MediaFileKind.DOWNLOADABLE, "export.csv") for one in files]
    assert kept[0] != kept[1]
    assert [storage.get_file(f"{name}.csv").content for name in kept] == files
