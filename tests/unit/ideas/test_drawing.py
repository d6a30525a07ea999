"""A drawing on its way in: it is drawn anew, and what is no picture, hides something or unpacks to far more is not."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from core.errors import InvalidInput
from core.ideas.drawing import LARGEST, SIZE, redraw


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **more: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content), formats=("PNG",))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_comes_out_as_a_small_png(kind: str) -> None:
    drawn = opened(redraw(picture(kind, size=(2000, 1000))))
    assert drawn.size == (960, 480)
    assert drawn.width <= SIZE[0]
    assert drawn.height <= SIZE[1]
    red, green, _blue = drawn.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 150 > green


def test_where_and_with_what_it_was_taken_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "Camera of Marina", "the kitchen at home"
    exif.get_ifd(0x8825)[2] = (41.0, 23.0, 0.0)
    taken = picture(exif=exif)
    assert b"Marina" in taken
    drawn = redraw(taken)
    assert b"Marina" not in drawn
    assert not opened(drawn).getexif()
    assert opened(drawn).info == {}


def test_a_telephone_held_upright_gives_an_upright_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    assert opened(redraw(picture(exif=exif))).size == (20, 40)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a picture"),
        (b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (b"GIF89a" + bytes(30), "not a picture"),
        (picture("PNG")[:60], "damaged"),
        (picture("JPEG")[:200], "damaged|not a picture"),
        (bytes(LARGEST + 1), "larger than 8 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        redraw(content)


def bomb(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes that says it has ``width`` × ``height`` points."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(8000, 6000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_unpacks_to_far_more_is_refused_before_it_does(width: int, height: int) -> None:
    with pytest.raises(InvalidInput, match=r"too many points|not a picture"):
        redraw(bomb(width, height))
