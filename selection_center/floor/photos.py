"""Codes in a photo, where there is no camera to scan with: a picture taken on the phone, decoded here."""

from collections.abc import Iterator
from time import monotonic

import zxingcpp
from flask_babel import gettext as _
from PIL import Image, ImageOps

from selection_center.core import pictures
from selection_center.core.errors import Refused

FORMATS = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.EAN13,
        zxingcpp.BarcodeFormat.EAN8,
        zxingcpp.BarcodeFormat.UPCA,
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.ITF14,
    ]
)
LARGEST_EDGE = 2000
"""Pixels: finer than that, sensor noise only costs time."""
EDGES = (1200, 700)
"""Smaller looks at the same picture: what is blurred or noisy large may be sharp small."""
MOST_CODES = 8
LONGEST_SECONDS = 2.0
"""After so long no further look begins: somebody stands there and waits."""


def texts_in(data: bytes) -> list[str]:
    """What the codes in the picture say, each once. Refuses what is no picture, is too large or shows no code."""
    picture = pictures.read(data)
    picture.thumbnail((LARGEST_EDGE, LARGEST_EDGE))
    until = monotonic() + LONGEST_SECONDS
    for look in looks(picture):
        found = [code.text for code in zxingcpp.read_barcodes(look, formats=FORMATS) if code.text]
        if found:
            return list(dict.fromkeys(found))[:MOST_CODES]
        if monotonic() > until:
            break
    raise Refused("no_code", _("No code in this picture. Go closer, hold still, or type the code."))


def looks(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture, then better lit, then smaller, then turned a little: until one of them can be read."""
    grey = ImageOps.grayscale(picture)
    yield grey
    yield ImageOps.autocontrast(grey, cutoff=2)
    for edge in EDGES:
        small = grey.copy()
        small.thumbnail((edge, edge))
        yield ImageOps.autocontrast(small, cutoff=2)
    for degrees in (20, -20, 45):
        yield small_turned(grey, degrees)


def small_turned(grey: Image.Image, degrees: int) -> Image.Image:
    turned = grey.copy()
    turned.thumbnail((EDGES[0], EDGES[0]))
    return turned.rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BILINEAR)
