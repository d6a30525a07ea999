"""A drawing on its way in: opened with care, drawn anew as a small PNG. Of the file itself nothing stays: no place, no
name of a camera, nothing hidden behind the picture."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import InvalidInput
from core.language import _

LARGEST = 8_000_000  # bytes of the file
MOST_PIXELS = 40_000_000  # of a photograph of a sheet of paper
SIZE = (960, 720)  # px it is drawn within
FORMATS = ("PNG", "JPEG", "WEBP")


def redraw(content: bytes) -> bytes:
    """The picture as PNG, upright, at most 960 × 720; raises ``InvalidInput`` for anything that is no picture, is too
    large, or would unpack to far more than it says."""
    if len(content) > LARGEST:
        raise InvalidInput(_("The picture is larger than {n} MB.").format(n=LARGEST // 1_000_000))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise InvalidInput(_("The picture has too many points. Make it smaller."))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidInput(_("This is not a picture that can be read (PNG, JPEG or WebP).")) from error
    except (OSError, SyntaxError, ValueError) as error:  # a file that ends in the middle, or only begins like a picture
        raise InvalidInput(_("The picture is damaged.")) from error
    upright.thumbnail(SIZE)
    out = BytesIO()
    upright.save(out, "PNG", optimize=True)
    return out.getvalue()
