"""What stands on a label, tag, sign or card, as plain data: which fields in which order, how large, and which QR.

Built-in layouts and those that managers make are the same kind of data. Nothing in it is a template: a field is one of
a list, a size is one of a list, and a text that somebody typed is set as it was typed.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from selection_center.core.codes import Level


class Field(StrEnum):
    """By the name of the value that it shows."""

    STAND = "stand"
    ZONE = "zone"
    NAME = "names"
    SPEC = "spec"
    ITEM = "item"
    ORIGIN = "origin"
    GRADE = "grade"
    FACTORY = "factory"
    CARTON = "carton"
    MERCHANT = "merchant"
    BADGES = "badges"
    BOOTH = "booth"
    STANDS = "stands"
    COUNT = "count"
    PRICE = "price"
    MEMBER = "member_price"
    MOQ = "moq"
    TAX = "tax"
    TIERS = "tiers"
    EAN = "ean"
    CODE = "code"
    HOST = "host"
    DAY = "day"
    HOTLINE = "hotline"
    SITE = "site"
    TEXT = "text"
    LOGO = "logo"
    PICTURE = "pictures"


TITLES = {
    Field.STAND: _l("Stand"),
    Field.ZONE: _l("Letter of the zone"),
    Field.NAME: _l("Name on it"),
    Field.SPEC: _l("Spec"),
    Field.ITEM: _l("Item no."),
    Field.ORIGIN: _l("Origin"),
    Field.GRADE: _l("Grade"),
    Field.FACTORY: _l("Factory"),
    Field.CARTON: _l("Carton"),
    Field.MERCHANT: _l("Kind of factory"),
    Field.BADGES: _l("Marks"),
    Field.BOOTH: _l("Booth"),
    Field.STANDS: _l("Stands"),
    Field.COUNT: _l("Samples here"),
    Field.PRICE: _l("Price"),
    Field.MEMBER: _l("Member price"),
    Field.MOQ: _l("Least quantity"),
    Field.TAX: _l("With or without tax"),
    Field.TIERS: _l("Price ladder"),
    Field.EAN: _l("Barcode of the goods"),
    Field.CODE: _l("Code in words"),
    Field.HOST: _l("Address for typing"),
    Field.DAY: _l("Day of printing"),
    Field.HOTLINE: _l("Price hotline"),
    Field.SITE: _l("Name of the site"),
    Field.TEXT: _l("Own text"),
    Field.LOGO: _l("Logo"),
    Field.PICTURE: _l("Picture"),
}
WORDED = {
    one: TITLES[one]
    for one in (
        Field.SPEC, Field.ITEM, Field.ORIGIN, Field.GRADE, Field.FACTORY, Field.CARTON, Field.MERCHANT, Field.BOOTH,
        Field.STANDS, Field.COUNT, Field.MEMBER,
    )
} | {Field.DAY: _l("Date"), Field.HOTLINE: _l("Hotline")}  # fmt: skip
"""The word beside the value, where a layout shows it."""


class Size(StrEnum):
    AUTO = "auto"
    """Grows with the cell."""
    LEAD = "lead"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


SIZE_TITLES = {
    Size.AUTO: _l("As large as fits"),
    Size.LEAD: _l("Larger than the rest"),
    Size.SMALL: _l("Small, 7 pt"),
    Size.MEDIUM: _l("Medium, 10 pt"),
    Size.LARGE: _l("Large, 16 pt"),
}
POINTS = {Size.SMALL: 7.0, Size.MEDIUM: 10.0, Size.LARGE: 16.0}


class Distance(StrEnum):
    HAND = "hand"
    SHELF = "shelf"
    AISLE = "aisle"


CENTIMETRES = {Distance.HAND: 30, Distance.SHELF: 60, Distance.AISLE: 150}
DISTANCE_TITLES = {
    Distance.HAND: _l("In the hand, 30 cm"),
    Distance.SHELF: _l("At the shelf, 60 cm"),
    Distance.AISLE: _l("From the aisle, 1.5 m"),
}
LEVEL_TITLES: dict[Level, Any] = {"M": _l("M, the usual"), "Q": _l("Q, for dirt and wear"), "H": _l("H, the strongest")}
SIDES = (0, 18, 22, 28, 36, 48, 64, 90)
"""Of a QR with its quiet zone, in mm; 0 is as large as fits."""
LEAST_MODULE_MM = 0.33
"""What a phone reads from the hand."""
LONGEST_TEXT = 60
MOST_PIECES = 16
LOGO_NAME = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Piece:
    """`words`: with the word that says what the value is. `text`: what TEXT says."""

    field: Field
    size: Size = Size.AUTO
    bold: bool = False
    words: bool = False
    text: str = ""


@dataclass(frozen=True)
class Qr:
    level: Level = "M"
    side: int = 0
    distance: Distance = Distance.HAND
    on_right: bool = False

    @property
    def least_module(self) -> float:
        """In mm, for a phone at its distance."""
        return round(LEAST_MODULE_MM * CENTIMETRES[self.distance] / CENTIMETRES[Distance.HAND], 2)


@dataclass(frozen=True)
class Design:
    """`logo`: the name of a kept picture. `language`: its own, none for what each print asks for."""

    pieces: tuple[Piece, ...] = ()
    qr: Qr | None = field(default_factory=Qr)
    logo: str = ""
    language: str = ""

    @property
    def keys(self) -> set[str]:
        """Of the values that it needs."""
        return {piece.field.value for piece in self.pieces}

    def has(self, one: Field) -> bool:
        return any(piece.field is one for piece in self.pieces)

    def as_data(self) -> dict[str, Any]:
        return asdict(self) | {"pieces": [asdict(piece) for piece in self.pieces]}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Design:
        """From what `as_data` said. Raises ValueError, KeyError or TypeError for anything else."""
        pieces = tuple(
            Piece(Field(one["field"]), Size(one["size"]), bool(one["bold"]), bool(one["words"]), str(one["text"]))
            for one in data["pieces"]
        )
        said = data["qr"]
        qr = Qr(said["level"], said["side"], Distance(said["distance"]), bool(said["on_right"])) if said else None
        if qr and (qr.level not in LEVEL_TITLES or qr.side not in SIDES):
            raise ValueError("no such QR")
        if data["logo"] and not LOGO_NAME.fullmatch(data["logo"]):
            raise ValueError("no such logo")
        if len(pieces) > MOST_PIECES or any(len(piece.text) > LONGEST_TEXT for piece in pieces):
            raise ValueError("too long")
        return cls(pieces, qr, data["logo"], data["language"])


def shown(*fields: Field, words: bool = False, bold: bool = False) -> tuple[Piece, ...]:
    return tuple(Piece(one, words=words, bold=bold) for one in fields)


NAME = Piece(Field.NAME, bold=True)
PRICE = Piece(Field.PRICE, bold=True)
LABEL_SMALL = Design((NAME, PRICE, *shown(Field.MOQ)))
LABEL_MEDIUM = Design(
    (*shown(Field.STAND), NAME, *shown(Field.SPEC, Field.ORIGIN, Field.ITEM), PRICE, *shown(Field.MOQ, Field.TAX))
)
LABEL_LARGE = Design(
    (
        *shown(Field.STAND),
        NAME,
        *shown(Field.SPEC, Field.ORIGIN, Field.ITEM, Field.FACTORY, Field.CARTON, words=True),
        PRICE,
        *shown(Field.MEMBER, words=True),
        *shown(Field.TIERS, Field.MOQ, Field.TAX),
    )
)
LABEL_LARGEST = Design((*shown(Field.PICTURE), *LABEL_LARGE.pieces))
PRICE_TAG = Design(
    (
        NAME,
        *shown(Field.SPEC, Field.ORIGIN, Field.GRADE, words=True),
        Piece(Field.PRICE, Size.LEAD, bold=True),
        *shown(Field.MEMBER, words=True),
        *shown(Field.TIERS, Field.MOQ, Field.TAX),
        *shown(Field.DAY, Field.HOTLINE, words=True),
    ),
    Qr(on_right=True),
)
PRICE_TAG_SMALL = Design(
    (
        NAME,
        *shown(Field.SPEC, Field.ORIGIN),
        Piece(Field.PRICE, Size.LEAD, bold=True),
        *shown(Field.MEMBER, words=True),
        *shown(Field.MOQ, Field.TAX),
    ),
    Qr(on_right=True),
)
PLAIN_LABEL_LARGE = Design(
    (
        *shown(Field.STAND),
        NAME,
        *shown(Field.SPEC, Field.ORIGIN, Field.ITEM, words=True),
        PRICE,
        *shown(Field.MEMBER, words=True),
        *shown(Field.TIERS, Field.MOQ, Field.TAX, Field.CODE),
    ),
    None,
)
PLAIN_LABEL = Design((NAME, *shown(Field.SPEC), PRICE, *shown(Field.MOQ, Field.TAX, Field.CODE)), None)
PLAIN_LABEL_SMALL = Design((NAME, PRICE), None)
BLANK_TAG = Design((Piece(Field.CODE, Size.LEAD, bold=True), *shown(Field.HOST)))
STAND_SIGN = Design((NAME, Piece(Field.STAND, Size.LEAD, bold=True)), Qr("Q"))
ZONE_SIGN = Design((*shown(Field.ZONE), NAME, *shown(Field.STANDS, words=True), *shown(Field.SITE)), None)
SUPPLIER_CARD = Design(
    (
        NAME,
        *shown(Field.MERCHANT, Field.BADGES, Field.ORIGIN),
        *shown(Field.BOOTH, Field.STANDS, words=True),
        *shown(Field.SITE),
    ),
    None,
)
STOCK_LABEL = Design(
    (
        NAME,
        *shown(Field.SPEC, Field.ITEM, Field.ORIGIN, words=True),
        PRICE,
        *shown(Field.MEMBER, words=True),
        *shown(Field.EAN),
    )
)
STOCK_LABEL_SMALL = Design((NAME, *shown(Field.SPEC), PRICE, *shown(Field.MEMBER, words=True), *shown(Field.EAN)), None)
