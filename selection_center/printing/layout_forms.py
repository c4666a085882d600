"""Input of the editor of layouts: fields, sizes and the QR come from lists, words are plain words."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from selection_center.core import fonts, pdf
from selection_center.core.codes import Level
from selection_center.core.forms import clean
from selection_center.printing.designs import (
    LEVEL_TITLES,
    LONGEST_TEXT,
    MOST_PIECES,
    SIDES,
    Design,
    Distance,
    Field,
    Piece,
    Qr,
    Size,
)
from selection_center.printing.layouts import Subject
from selection_center.printing.own_layouts import LONGEST_NAME
from selection_center.printing.values import LANGUAGES

COMMON = (Field.NAME, Field.SITE, Field.TEXT, Field.LOGO)
CODE_IN_WORDS = (Field.CODE, Field.HOST)
OF_GOODS = (Field.STAND, Field.SPEC, Field.ITEM, Field.ORIGIN, Field.GRADE, Field.FACTORY, Field.PRICE, Field.MEMBER,
            Field.TAX, Field.EAN, *CODE_IN_WORDS, Field.DAY, Field.HOTLINE)  # fmt: skip
FIELDS: dict[Subject, tuple[Field, ...]] = {
    Subject.SAMPLE: (*OF_GOODS, Field.CARTON, Field.MOQ, Field.TIERS, Field.PICTURE, *COMMON),
    Subject.TAG: (*CODE_IN_WORDS, Field.SITE, Field.TEXT, Field.LOGO),
    Subject.STAND: (Field.STAND, Field.ZONE, *CODE_IN_WORDS, *COMMON),
    Subject.ZONE: (Field.ZONE, Field.STANDS, Field.COUNT, *COMMON),
    Subject.SUPPLIER: (
        Field.MERCHANT, Field.BADGES, Field.ORIGIN, Field.BOOTH, Field.STANDS, Field.COUNT, *COMMON,
    ),
    Subject.STOCK: (*OF_GOODS, *COMMON),
}  # fmt: skip
"""What can stand on it: nothing that is not for buyers' eyes."""
CODED = (Subject.SAMPLE, Subject.TAG, Subject.STAND, Subject.STOCK)
"""What has a code for a QR."""


@dataclass
class LayoutInput:
    """What was sent: a design as far as it makes sense, and what is wrong with it."""

    name: str
    design: Design
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, said: MultiDict[str, str], subject: Subject, logos: Collection[str]) -> LayoutInput:
        """`logos`: names of pictures that this site may put there."""
        name = clean(said.get("name")) or ""
        asked = said.getlist("show")
        fields = [one for one in FIELDS[subject] if one.value in asked]
        fields.sort(key=lambda one: place(said, one))
        pieces = tuple(piece(said, one) for one in fields)
        logo = said.get("logo", "")
        design = Design(
            tuple(one for one in pieces if one.field is not Field.TEXT or one.text),
            qr(said) if subject in CODED and said.get("qr") == "1" else None,
            logo if logo in logos and said.get("no_logo") != "1" else "",
            said.get("own_language", "") if said.get("own_language") in LANGUAGES else "",
        )
        read = cls(name, design)
        if not name:
            read.errors["name"] = _("Give it a name.")
        elif len(name) > LONGEST_NAME:
            read.errors["name"] = _("At most %(count)s characters.", count=LONGEST_NAME)
        if not pieces and design.qr is None:
            read.errors["pieces"] = _("Choose at least one field.")
        if len(pieces) > MOST_PIECES:
            read.errors["pieces"] = _("At most %(count)s fields.", count=MOST_PIECES)
        if len(clean(said.get("text")) or "") > LONGEST_TEXT:
            read.errors["text"] = _("At most %(count)s characters.", count=LONGEST_TEXT)
        if lacking := fonts.missing("".join(one.text for one in pieces)):
            read.errors["text"] = pdf.missing_words(lacking)
        return read


def place(said: MultiDict[str, str], one: Field) -> int:
    """Where it stands in the order; at the end where nothing sensible was said."""
    text = said.get(f"place-{one.value}", "")
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) else 999


def piece(said: MultiDict[str, str], one: Field) -> Piece:
    size = said.get(f"size-{one.value}", "")
    return Piece(
        one,
        Size(size) if size in list(Size) else Size.AUTO,
        one.value in said.getlist("bold"),
        one.value in said.getlist("words"),
        (clean(said.get("text")) or "")[:LONGEST_TEXT] if one is Field.TEXT else "",
    )


def qr(said: MultiDict[str, str]) -> Qr:
    level: Level = next((one for one in LEVEL_TITLES if one == said.get("level")), "M")
    side = next((one for one in SIDES if str(one) == said.get("side")), 0)
    distance = said.get("distance", "")
    return Qr(
        level,
        side,
        Distance(distance) if distance in list(Distance) else Distance.HAND,
        said.get("on_right") == "1",
    )
