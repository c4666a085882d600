"""How a layout looks before it is kept: drawn with something real of the site, on the paper that it is meant for."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from selection_center.core import codes, i18n
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.printing import choosing, composing, raster
from selection_center.printing.designs import TITLES, Design, Field, Piece
from selection_center.printing.labels import Paper
from selection_center.printing.layout_forms import FIELDS
from selection_center.printing.layouts import Layout
from selection_center.printing.media import Medium
from selection_center.printing.own_media import media_at
from selection_center.printing.tag_values import design_values
from selection_center.printing.typical import FULL_WIDTH, TYPICAL
from selection_center.printing.values import LANGUAGES, Values, spoken
from selection_center.sites.models import Site

OFFERED = 60
"""Samples to look at it with."""
LONGEST_EXAMPLE = 44
SHARPEST_DOTS, THUMB_DOTS = 12.0, 4.0
WIDEST_PX = 1400


@dataclass(frozen=True)
class Sight:
    """What the manager looks at it with: a paper, and something real of the site."""

    medium: Medium
    language: str
    subject: Any
    offered: list[Any]


def sight_of(site: Site, layout: Layout, said: MultiDict[str, str]) -> Sight:
    media = media_at(site)
    usual = next((one for one in media if one.key == layout.usual), media[0])
    medium = next((one for one in media if one.key == said.get("medium")), usual)
    nothing = choosing.Wish(layout, medium)
    query = choosing.NARROW[layout.subject](site, nothing, choosing.Pasted())
    entity = choosing.ENTITIES[layout.subject]
    offered = list(db.session.scalars(query.limit(OFFERED)).unique())
    wanted = choosing.ids([said.get("subject", "")])
    picked = next((one for one in offered if one.id in wanted), None)
    if picked is None and wanted:
        picked = db.session.scalars(query.where(entity.id == wanted[0])).unique().first()
    language = said.get("language", "")
    return Sight(medium, language if language in LANGUAGES else "zh", picked or next(iter(offered), None), offered)


def looks(site: Site, layout: Layout, design: Design, sight: Sight) -> dict[str, str]:
    """The picture as an address, what refuses the paper, and what is wrong with the QR; empty for nothing."""
    medium, drawn = sight.medium, layout.made_of(design, "own", layout.title)
    language = design.language or sight.language
    said = example() if sight.subject is None else design_values(design, sight.subject, language, True, site)
    refusal = "" if drawn.fits(medium) else drawn.refusal(medium)
    warning = ""
    if design.qr and "address" in said:
        warning = composing.qr_warning(design, medium, said["address"], said["host"])
    try:
        picture = address_of(drawn_png(design, medium, language, said))
    except Refused as refused:
        picture, refusal = "", refused.sentence
    return {"picture": picture, "refusal": refusal, "warning": warning, "size": medium.size_words}


def address_of(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def drawn_png(design: Design, medium: Medium, language: str, said: Values, dots: float = SHARPEST_DOTS) -> bytes:
    """One cell as a page of its own."""
    size = (medium.width, medium.height)
    alone = replace(medium, columns=1, rows=1, left=0.0, top=0.0, page=size)
    with i18n.speaking(spoken(language)):
        page = composing.composed(design, Paper(alone), 0, 0, said)
    return raster.png(size, page, min(dots, WIDEST_PX / max(size)))


def example() -> Values:
    """Where the site has nothing yet to look at it with."""
    url = current_app.config["PUBLIC_URL"]
    code = "7K3M9QX2ATC"
    words = {one.value: str(TITLES[one]) for one in Field if set(str(TYPICAL.get(one.value, "-"))) == {FULL_WIDTH}}
    return TYPICAL | words | {
        "names": [_("Name of the goods")],
        "code": codes.format_code(code),
        "host": codes.host_of(url),
        "address": codes.address(code, url),
    }  # fmt: skip


def thumb(site: Site, layout: Layout) -> str:
    """A small picture of it on its usual paper."""
    medium = next(one for one in media_at(site) if one.key == layout.usual)
    design = layout.design_on(medium) or layout.designs[0]
    said = example() | {"pictures": []}
    return address_of(drawn_png(design, medium, design.language or i18n.language(), said, THUMB_DOTS))


def all_examples(layout: Layout, sight: Sight, site: Site) -> Values:
    everything = Design(tuple(Piece(one) for one in FIELDS[layout.subject]))
    return design_values(everything, sight.subject, sight.language, True, site)


def example_words(value: Any) -> str:
    """A value in a line, as the list of fields shows it."""
    if isinstance(value, list):
        value = " / ".join(example_words(one) for one in value)
    said = str(value)
    return said if len(said) <= LONGEST_EXAMPLE else said[:LONGEST_EXAMPLE].rstrip() + "…"
