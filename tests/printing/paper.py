"""Reading what was printed: rasters, codes with their places, glyphs."""

import io
from typing import NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image

MM = 25.4


class SeenCode(NamedTuple):
    """A decoded QR: its text and the corner of its symbol, mm from the page's top left."""

    text: str
    left: float
    top: float
    width: float


def raster(pdf: bytes, page: int = 0, dpi: int = 150) -> Image.Image:
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


def words(pdf: bytes, page: int = 0) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return str(document[page].get_textpage().get_text_bounded())


__all__ = ["SeenCode", "codes_on", "page_count", "raster", "words"]
