"""Pictures in, re-encoded: our own WebP without metadata, named by its content, so it can be cached for good."""

import hashlib
import io
from pathlib import Path

from flask import current_app, url_for
from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from selection_center.core.errors import Refused

LARGEST_BYTES = 8 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
SIZES = {"full": 960, "card": 480, "thumb": 144}
"""Longest edge in pixels of each kept size."""
NAME_LENGTH = 24

Image.MAX_IMAGE_PIXELS = None
"""`read` looks at the size itself, before anything is unpacked: Pillow's own line only warns up to twice its number."""


def folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "pictures"


def keep(data: bytes) -> str:
    """Re-encodes one picture into every size and answers its name (24 hex digits). Refuses what is none."""
    picture = read(data)
    name = hashlib.sha256(data).hexdigest()[:NAME_LENGTH]
    folder().mkdir(parents=True, exist_ok=True)
    for size, edge in SIZES.items():
        picture.thumbnail((edge, edge))  # each smaller one from the one before: a copy of 40 megapixels takes 120 MB
        target = path(name, size)
        if not target.exists():
            picture.save(target, "WEBP", quality=80, method=4)
    return name


def read(data: bytes) -> Image.Image:
    """The picture in these bytes, upright, in RGB. Refuses what is none, and what is too large to open."""
    if len(data) > LARGEST_BYTES:
        raise Refused("picture_too_large", _("The picture is larger than 8 MB. Send a smaller one."))
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > LARGEST_PIXELS:
                raise Refused("picture_too_large", _("The picture has more than 40 megapixels."))
            ImageOps.exif_transpose(opened, in_place=True)
            return on_white(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused("not_a_picture", _("This is not a picture. Send a JPEG, PNG or WebP.")) from error


def on_white(picture: Image.Image) -> Image.Image:
    """In RGB; what can be seen through is white, as paper is."""
    if picture.mode.startswith("I"):
        picture = in_eight_bits(picture)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    flat = Image.new("RGB", seen.size, "white")
    flat.paste(seen, mask=seen.getchannel("A"))
    return flat


def in_eight_bits(picture: Image.Image) -> Image.Image:
    """Of 16 bits of grey, which Pillow would cut off at 255."""
    seen = picture.convert("I").point(lambda shade: shade / 256).convert("L")
    if isinstance(clear := picture.info.get("transparency"), int):
        seen.info["transparency"] = clear >> 8
    return seen


def path(name: str, size: str) -> Path:
    return folder() / f"{name}-{size}.webp"


def picture_url(name: str | None, size: str = "card") -> str:
    """Address of a kept picture, or of the drawing that stands for none."""
    if not name:
        return url_for("static", filename="no-picture.svg")
    return url_for("core.picture", name=name, size=size)
