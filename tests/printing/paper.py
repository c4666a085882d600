"""Reading what was printed: rasters, codes with their places, glyphs."""

import io
from typing import NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps
from pyzbar import pyzbar

MM = 25.4


class SeenCode(NamedTuple):
    """A decoded QR: its text and the corner of its symbol, mm from the page's top left."""

    text: str
    left: float
    top: float
    width: float


def raster(pdf: bytes, page: int = 0, dpi: float = 150) -> Image.Image:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        drawn: Image.Image = document[page].render(scale=dpi / 72).to_pil()
        return drawn.convert("L")


def page_count(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return len(document)


def codes_on(pdf: bytes, page: int = 0, dpi: int = 150) -> list[SeenCode]:
    """Every QR of a page, by rows."""
    found = zxingcpp.read_barcodes(raster(pdf, page, dpi), formats=zxingcpp.BarcodeFormat.QRCode)
    seen = [
        SeenCode(
            code.text,
            code.position.top_left.x / dpi * MM,
            code.position.top_left.y / dpi * MM,
            (code.position.top_right.x - code.position.top_left.x) / dpi * MM,
        )
        for code in found
    ]
    return sorted(seen, key=lambda code: (round(code.top / 5), code.left))


def read_by_both(image: Image.Image) -> list[str]:
    """What zxing-cpp reads, top down, and zbar too."""
    grey = ImageOps.expand(image.convert("L"), 4, 255)
    seen = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    texts = [code.text for code in sorted(seen, key=lambda code: (code.position.top_left.y, code.position.top_left.x))]
    by_zbar = [code.data.decode() for code in pyzbar.decode(grey, [pyzbar.ZBarSymbol.QRCODE])]
    assert sorted(by_zbar) == sorted(texts)
    return texts


def unlike(one: Image.Image, other: Image.Image) -> float:
    """The share of the ink that lies elsewhere, looked at so that the edges of single dots do not count. A
    PDF whose last dot is begun is shown one dot wider, the whole of it."""
    assert all(abs(a - b) <= 1 for a, b in zip(one.size, other.size, strict=True))
    first, second = one.convert("L"), other.convert("L").resize(one.size, Image.Resampling.BILINEAR)
    first, second = (image.filter(ImageFilter.GaussianBlur(2)) for image in (first, second))
    differing = sum(ImageChops.difference(first, second).histogram()[80:])
    return differing / max(sum(other.convert("L").histogram()[:128]), 1)


def words(pdf: bytes, page: int = 0) -> str:
    """A number and its unit are kept together by a space that is read as any other."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return str(document[page].get_textpage().get_text_bounded()).replace("\N{NO-BREAK SPACE}", " ")


Glyph = tuple[float, float, float, float]
"""Left, bottom, right and top of one drawn character in mm, from the page's bottom left."""


def glyphs(pdf: bytes, page: int = 0) -> list[Glyph]:
    """What has ink: no spaces."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        said = document[page].get_textpage()
        boxes = [said.get_charbox(n) for n in range(said.count_chars()) if said.get_text_range(n, 1).strip()]
    millimetres = ([edge / 72 * MM for edge in box] for box in boxes)
    return [(left, bottom, right, top) for left, bottom, right, top in millimetres]


def on_each_other(one: Glyph, other: Glyph) -> bool:
    """Do they share more than a third of a millimetre each way? Kerned letters share less."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0.33 and along > 0.33


__all__ = ["SeenCode", "codes_on", "glyphs", "on_each_other", "page_count", "raster", "read_by_both", "unlike", "words"]
