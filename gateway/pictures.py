"""Pictures that the gateway serves itself, drawn from their names: the same name is the same picture for ever."""

import hashlib
import re
from functools import lru_cache
from io import BytesIO

from flask import Blueprint, Response, abort, request
from PIL import Image, ImageDraw

from gateway import breaking, door, faults

blueprint = Blueprint("pictures", __name__)
SIDE, SMALL = 400, 80
NAME = re.compile(r"O1CN01[0-9A-Za-z-]+_!!\d+-0-cib\.jpg")


def path(seller_number: int, offer_id: int, number: int) -> str:
    """Relative, as answers have it: `img/ibank/O1CN01...`."""
    digest = hashlib.sha256(f"{offer_id} {number}".encode()).hexdigest()[:10]
    return f"img/ibank/O1CN01{digest}{offer_id % 10**6:06d}-{number}_!!{seller_number}-0-cib.jpg"


@blueprint.get("/img/ibank/<name>")
def picture(name: str) -> Response:
    small = name.endswith(".80x80.jpg")
    whole = name.removesuffix(".80x80.jpg")
    if not NAME.fullmatch(whole):
        abort(404)
    drawn = faults.draw(door.state(), "picture", {"name": name})
    if drawn.before:
        return breaking.before(door.state(), drawn.before)
    reply = Response(draw(whole, SMALL if small else SIDE), mimetype="image/jpeg")
    reply.set_etag(hashlib.sha256(name.encode()).hexdigest()[:16])
    reply.make_conditional(request)
    return reply


@lru_cache(256)
def draw(name: str, side: int) -> bytes:
    """Some shapes in colours that hang on the name."""
    code = hashlib.sha256(name.encode()).digest()
    picture = Image.new("RGB", (side, side), (236 - code[0] % 24, 236 - code[1] % 24, 236 - code[2] % 24))
    canvas = ImageDraw.Draw(picture)
    for number in range(4):
        left, top, size, red, green, blue = code[4 + number * 6 : 10 + number * 6]
        corner = left * side // 400 + side // 8, top * side // 400 + side // 8
        box = (*corner, corner[0] + side // 8 + size * side // 900, corner[1] + side // 8 + size * side // 900)
        (canvas.ellipse if number % 2 else canvas.rectangle)(
            box, (40 + red * 3 // 5, 40 + green * 3 // 5, 40 + blue * 3 // 5)
        )
    canvas.text((side // 20, side * 9 // 10), name[6:18], (60, 60, 60))
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return kept.getvalue()
