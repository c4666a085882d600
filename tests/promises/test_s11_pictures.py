"""S11: what somebody sends as a logo or a picture of goods comes out right on paper, or is refused in words."""

import base64
import io
import re
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from selection_center.core import pictures
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.printing import raster
from selection_center.printing.ink import Photo
from selection_center.printing.own_layouts import OwnLayout
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import paper
from tests.printing.test_own_layouts import SENT
from tests.visitors import Visitor

Colour = tuple[int, int, int]
RED, BLUE, GREY, WHITE = (255, 0, 0), (0, 0, 255), (156, 156, 156), (255, 255, 255)
NONE = {"en": "This is not a picture. Send a JPEG, PNG or WebP.", "zh": "这不是图片，请换 JPEG、PNG 或 WebP。"}
LARGE = {"en": "The picture has more than 40 megapixels.", "zh": "图片超过 4000 万像素。"}
SIZE = (60, 40)


def saved(picture: Image.Image, kind: str, **more: Any) -> bytes:
    with io.BytesIO() as file:
        picture.save(file, kind, **more)
        return file.getvalue()


def moving(kind: str) -> bytes:
    """Red first, then blue."""
    return saved(plain(), kind, save_all=True, append_images=[plain("RGB", BLUE)], lossless=True)


def plain(mode: str = "RGB", colour: Any = RED, size: tuple[int, int] = SIZE) -> Image.Image:
    return Image.new(mode, size, colour)


def seen_through() -> Image.Image:
    picture = plain("P", 0)
    picture.putpalette([*RED, *BLUE * 255])
    return picture


def on_its_side() -> bytes:
    """Red above blue, once it is turned as it says."""
    picture, exif = plain("RGB", BLUE), Image.Exif()
    picture.paste(RED, (0, 0, 30, 40))
    exif[0x0112] = 6
    return saved(picture, "JPEG", exif=exif, quality=95)


def png(width: int, height: int, rows: bytes, *, depth: int = 8, more: bytes = b"") -> bytes:
    """Of grey, by hand: whatever the head says."""
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


NOISE = saved(Image.effect_noise((300, 300), 90), "PNG")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:PORT/x"/></svg>'
SHALLOW, DEEP = b"\0" + b"\x9c\x40", b"k\0\0" + zlib.compress(b"a" * 50_000_000)
ROWS: dict[str, tuple[bytes, dict[str, str] | Colour]] = {
    "more than 40 megapixels": (saved(plain("1", 0, (8000, 5001)), "PNG"), LARGE),
    "just 40 megapixels": (saved(plain("1", 1, (8000, 5000)), "PNG"), WHITE),
    "a line of 1 x 50000": (saved(plain(size=(1, 50_000)), "PNG"), RED),
    "a line of 50000 x 1": (saved(plain(size=(50_000, 1)), "PNG"), RED),
    "one pixel": (saved(plain(size=(1, 1)), "PNG"), RED),
    "a moving GIF": (moving("GIF"), RED),
    "a moving WebP": (moving("WEBP"), RED),
    "a moving PNG": (moving("PNG"), RED),
    "several JPEGs in one": (moving("MPO"), RED),
    "a CMYK JPEG": (saved(plain("CMYK", (0, 255, 255, 0)), "JPEG"), RED),
    "a grey JPEG": (saved(plain("L", 156), "JPEG"), GREY),
    "16 bits of grey": (saved(plain("I;16", 156 * 256 + 7), "PNG"), GREY),
    "16 bits of grey, seen through": (png(1, 1, SHALLOW, depth=16, more=chunk(b"tRNS", b"\x9c\x40")), WHITE),
    "a palette, seen through": (saved(seen_through(), "PNG", transparency=0), WHITE),
    "a palette": (saved(seen_through(), "PNG"), RED),
    "grey with alpha": (saved(plain("LA", (0, 0)), "PNG"), WHITE),
    "alpha": (saved(plain("RGBA", (*BLUE, 0)), "WEBP", lossless=True), WHITE),
    "turned": (on_its_side(), RED),
    "a truncated PNG": (NOISE[:-3000], NONE),
    "a truncated JPEG": (saved(Image.effect_noise((300, 300), 90), "JPEG")[:-3000], NONE),
    "the head of a PNG": (NOISE[:33], NONE),
    "a bomb in its head": (png(60_000, 60_000, b""), LARGE),
    "a bomb in its body": (png(20_000, 20_000, b"\0" * 50_000_000), LARGE),
    "a bomb in its words": (png(1, 1, b"\0\0", more=chunk(b"zTXt", DEEP)), NONE),
    "a bomb in its colours": (png(1, 1, b"\0\0", more=chunk(b"iCCP", DEEP)), NONE),
    "a GIF whose frame is larger than itself": (
        b"GIF89a" + struct.pack("<HHBBB", 9, 9, 128, 0, 0) + bytes(6) + b","
        + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02L\x01\0;", LARGE,
    ),
    "no pixel": (png(0, 0, b""), NONE),
    "nothing": (b"", NONE),
    "words": (b"my logo", NONE),
    "SVG": (SVG, NONE),
    "SVG with a head": (b"<?xml version='1.0'?>" + SVG, NONE),
    "TIFF": (saved(plain(), "TIFF"), NONE),
    "an icon": (saved(plain(), "ICO"), NONE),
}  # fmt: skip
"""What is sent, and what is said of it or the colour in its upper left corner. (What is too heavy: S14.)"""

pytestmark = pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(visit: Callable[..., Visitor], site: Site) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, site))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as heard:
        heard.bind(("127.0.0.1", 0))
        heard.listen()
        heard.setblocking(False)
        yield heard


def upload(data: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), "logo.png"


def is_like(seen: Any, wanted: Colour) -> bool:
    return all(abs(one - other) <= 6 for one, other in zip(seen, wanted, strict=True))


@pytest.mark.parametrize("row", [name for name, (_data, wanted) in ROWS.items() if isinstance(wanted, dict)])
def test_s11_what_is_no_good_is_refused_in_words(ana: Visitor, site: Site, row: str, listener: socket.socket) -> None:
    data, words = ROWS[row]
    assert isinstance(words, dict)
    data = data.replace(b"PORT", str(listener.getsockname()[1]).encode())
    listing = make.listing(make.supplier())
    db.session.commit()
    for language, sentence in words.items():
        sent = SENT | {"show": ["names", "logo"], "logo_file": upload(data)}
        answer = ana.submit(f"/sites/yiwu/layouts?lang={language}", sent)
        assert (answer.status_code, sentence in answer.text) == (422, True)
        refused = ana.submit(f"/catalog/{listing.id}/pictures?lang={language}", {"photo": upload(data)})
        assert refused.status_code in {303, 409}, "back to the page, with the reason"
        assert sentence in (ana.get(refused.location).text if refused.location else refused.text)
    db.session.refresh(listing)
    assert (listing.pictures, db.session.scalars(sa.select(OwnLayout.id)).all()) == ([], [])
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("row", [name for name, (_data, wanted) in ROWS.items() if isinstance(wanted, tuple)])
def test_s11_what_is_odd_comes_out_right(ana: Visitor, site: Site, row: str) -> None:
    data, colour = ROWS[row]
    assert isinstance(colour, tuple)
    listing = make.listing(make.supplier())
    sample = make.sample(listing, site, make.stand(site))
    db.session.commit()
    assert ana.submit(f"/catalog/{listing.id}/pictures", {"photo": upload(data)}).status_code == 303
    assert (
        ana.submit("/sites/yiwu/layouts", SENT | {"show": ["logo"], "qr": "", "logo_file": upload(data)}).status_code
        == 303
    )
    own = db.session.scalars(sa.select(OwnLayout)).one()
    db.session.refresh(listing)
    assert listing.pictures == [own.design.logo]
    for size in pictures.SIZES:
        with Image.open(pictures.path(own.design.logo, size)) as kept:
            assert is_like(kept.convert("RGB").getpixel((0, 0)), colour), size
    page = ana.get(f"/own-layouts/{own.id}").text
    [picture] = re.findall(r'data-picture src="data:image/png;base64,([^"]+)"', page)
    shown = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    assert colour == WHITE or any(is_like(one, colour) for _count, one in shown.getcolors(1 << 20) or ())
    for layout, medium in ((own.key, "70x50"), ("sheet", "A4")):
        sent = {"layout": layout, "medium": medium, "prices": "1", "sample": str(sample.id)}
        printed = ana.submit("/sites/yiwu/prints", sent).location
        assert paper.page_count(ana.get(f"{printed}/file").data) == 1
    dots = raster.picture((30, 20), [Photo(0, 0, 20, own.design.logo), Photo(0, 0, 20, own.design.logo, 30)], 8)
    assert dots.size == (240, 160)
