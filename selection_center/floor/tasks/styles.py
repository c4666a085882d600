"""Which style of the goods a scan means: for the tasks that count goods, not samples.

Where several carry one code, all of them stand beside the scanner, numbered. A tap sends `style:12` like a scan, and a
number that is typed is the one that stands there; what was asked about is in the page's context (`styles=12.15`).
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.queries import number
from selection_center.core.db import db
from selection_center.core.pictures import picture_url
from selection_center.floor.answers import Answer, Key, Outcome
from selection_center.floor.describing import describe
from selection_center.floor.keys import MOST_KEYS
from selection_center.floor.tasks.base import Scan, Task
from selection_center.floor.things import BarcodeThing, OfferThing, SampleThing, UnknownThing
from selection_center.sites.models import Site

ASKED = "styles"
"""In the context: the styles that one is to be chosen of, by their numbers."""
ANSWERED: dict[str, str | None] = {ASKED: None}
"""What the answer to a style that is known adds to the context."""
TAPPED = re.compile(r"style:([0-9]{1,18})", re.IGNORECASE)
PLACE = re.compile(r"[0-9]{1,3}")
NONE_OF_THESE = 0
MOST_ASKED = 200


def styles_of(scan: Scan) -> list[Sku] | None:
    """The styles that it can be: by a shelf tag, the barcode of the goods or their offer; or the one that was chosen.
    None for no goods."""
    match scan.thing:
        case SampleThing(sample):
            return [sample.sku] if sample.sku is not None else list(sample.listing.skus)
        case BarcodeThing(_gtin, skus):
            return list(skus)
        case OfferThing(listing) if listing is not None:
            return list(listing.skus)
        case UnknownThing(text):
            return chosen(text, scan.context)
        case _other:
            return None


def chosen(text: str, context: dict[str, str]) -> list[Sku] | None:
    """The one of the styles asked about that was tapped, or whose number was typed."""
    asked = asked_about(context)
    tapped = TAPPED.fullmatch(text)
    sku_id = number(tapped[1]) if tapped else at_place(text, asked)
    return [sku for sku in skus_of(asked) if sku.id == sku_id] or None


def asked_about(context: dict[str, str]) -> list[int]:
    """Numbers of styles, in the order in which they stand beside the scanner."""
    read = map(number, context.get(ASKED, "").split(".")[:MOST_ASKED])
    return [sku_id for sku_id in read if sku_id is not None]


def at_place(text: str, asked: list[int]) -> int | None:
    """ "3": the third one."""
    if not PLACE.fullmatch(text) or not text.isascii():
        return None
    return asked[int(text) - 1] if 1 <= int(text) <= len(asked) else None


def skus_of(ids: list[int]) -> list[Sku]:
    """In this order."""
    found = sa.select(Sku).where(Sku.id.in_(ids)).options(joinedload(Sku.listing).joinedload(Listing.supplier))
    return sorted(db.session.scalars(found), key=lambda sku: ids.index(sku.id)) if ids else []


def no_goods(scan: Scan) -> Answer:
    """What it is instead."""
    match scan.thing:
        case BarcodeThing():
            reason = _("%(what)s No product of the catalog carries it.", what=scan.thing.words())
            return Answer(outcome=Outcome.UNKNOWN, word=_("Unknown code"), reason=reason)
        case UnknownThing(text) if text == f"style:{NONE_OF_THESE}":
            reason = _("Nothing was counted. Scan another code of it, or look for it by name.")
            return Answer(
                outcome=Outcome.UNKNOWN, word=_("None of these"), reason=reason, context=dict(ANSWERED), panel=True
            )
        case UnknownThing(text) if PLACE.fullmatch(text) and (asked := asked_about(scan.context)):
            reason = _("Type a number from 1 to %(count)s, or tap the style.", count=len(asked))
            return Answer(outcome=Outcome.WRONG, word=_("Which style?"), reason=reason)
        case _other:
            return describe(scan)


def to_choose(scan: Scan, task: Task, skus: list[Sku], page: str | None = None) -> Answer:
    """Several styles carry it: all of them beside the scanner, and two as keys, too."""
    asked = skus[:MOST_ASKED]
    said = {ASKED: ".".join(str(sku.id) for sku in asked)}
    is_one_offer = len({sku.listing_id for sku in asked}) == 1
    keys = [style_key(scan, task, sku, said, is_one_offer) for sku in asked] if len(asked) <= MOST_KEYS else []
    return Answer(
        outcome=Outcome.WRONG,
        word=_("Which style?"),
        reason=_("%(count)s look alike: tap one, or type its number.", count=len(asked)),
        title=asked[0].listing.label if is_one_offer else "",
        picture=shown_picture(asked[0]) if is_one_offer else None,
        href=page,
        keys=tuple(keys),
        context=dict(said),
        panel=True,
    )


def style_key(scan: Scan, task: Task, sku: Sku, said: dict[str, str], is_one_offer: bool) -> Key:
    """Sent as a tap beside the scanner is."""
    label = (sku.label or sku.listing.label) if is_one_offer else title_of(sku)
    sent = {f"context-{name}": value for name, value in (scan.context | said).items()}
    url = url_for("floor.scan", slug=scan.site.slug, task=task.name)
    return Key(label, url, {"text": f"style:{sku.id}"} | sent)


def kept(context: dict[str, str]) -> dict[str, str]:
    """Of the context of a page that is opened: what was asked about."""
    return {ASKED: context[ASKED]} if asked_about(context) else {}


def choice(task: Task, site: Site, context: dict[str, str], notes: dict[int, str]) -> str | None:
    """The panel beside the scanner while a style is to be chosen; `notes` stand beside some, by the style's number."""
    styles = skus_of(asked_about(context))
    if not styles:
        return None
    return render_template("floor/_styles.html", site=site, task=task, context=context, styles=styles, notes=notes)


def shown_picture(sku: Sku) -> str | None:
    name = sku.picture or sku.listing.picture
    return picture_url(name, "thumb") if name else None


def title_of(sku: Sku) -> str:
    return f"{sku.listing.label} {sku.label}".strip()
