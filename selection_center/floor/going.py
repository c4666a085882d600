"""What a member scans into the own cart: shelf tags and barcodes of the store's goods, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, request
from flask_babel import gettext as _

from selection_center.accounts import attempts
from selection_center.catalog.models import Sku
from selection_center.core.auth import public, public_repeatable
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db
from selection_center.core.errors import Refused, wants_json
from selection_center.core.forms import clean
from selection_center.core.pictures import LARGEST_BYTES
from selection_center.floor import photos
from selection_center.floor.resolving import resolve
from selection_center.floor.things import BarcodeThing, OfferThing, SampleThing
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from selection_center.till import finding, going
from selection_center.till.changes import Change
from selection_center.till.go_answers import answered, page_of
from selection_center.till.go_views import MOST_STYLES, put_in, store_or_404

bp = Blueprint("going", __name__)

WINDOW = timedelta(minutes=10)
MOST_PHOTOS = 60
"""Photos of one phone within the window: more than anybody takes on a walk. Reading one keeps a processor busy."""


@bp.post("/go/<string:slug>/scans")
@public
def scan(slug: str) -> Any:
    site = store_or_404(slug)
    skus, sample = named(clean(request.form.get("text", "")[:LONGEST_SCANNED]) or "", site)
    sold = sold_here(site, skus)
    if not sold:
        raise Refused("not_sold_here", _("This is not sold by phone here. Ask at the till."))
    if len(sold) == 1:
        return put_in(site, sold[0], sample)
    said = Change(outcome="wrong", word=_("Which style?"), text=sold[0].listing.label, query=styles(sold))
    return answered(site, said)


@bp.post("/go/<string:slug>/photos")
@public_repeatable
def photo(slug: str) -> Any:
    """The codes in a photo, where a phone gives no camera to a page. Nothing is put into the cart by it.

    A program hears the only code, to scan it, or else where the goods of several are chosen; a person goes there.
    """
    texts = photos.texts_in(picture_of_member(store_or_404(slug)))
    if wants_json() and len(texts) == 1:
        return jsonify(texts=texts)
    site = store_or_404(slug)
    sold = sold_here(site, [sku for text in texts for sku in known(text, site)])
    if not sold:
        raise Refused("not_read", _("No goods have this code. Scan the shelf tag or the barcode once more."))
    location = page_of(site, **styles(sold))
    return jsonify(texts=[], location=location) if wants_json() else redirect(location, 303)


def picture_of_member(site: Site) -> bytes:
    """What a member's phone sent; nobody else has a processor's time here. No transaction is open any more."""
    card, upload = going.card_on(g.device), request.files.get("picture") or abort(400)
    if card is None:
        raise Refused("no_card", _("Open your member's card on this phone first."))
    going.must_hold(card, site)
    key = attempts.key("go-photo", g.device)
    if attempts.too_many({key: MOST_PHOTOS}, WINDOW):
        raise Refused("too_many_photos", _("Too many photos at once. Type the code, or wait ten minutes."))
    db.session.rollback()  # counting is a transaction of its own, and nobody waits for the reading of a picture
    attempts.count([key])
    read: bytes = upload.read(LARGEST_BYTES + 1)
    return read


def named(text: str, site: Site) -> tuple[Sequence[Sku], Sample | None]:
    """The styles that the text could mean, and the tag that was scanned."""
    match resolve(text, site) if text else None:
        case SampleThing(sample):
            return ([sample.sku] if sample.sku is not None else sample.listing.skus), sample
        case BarcodeThing(_gtin, skus):
            return skus, None
        case OfferThing(listing) if listing is not None:
            return listing.skus, None
    raise Refused("not_read", _("No goods have this code. Scan the shelf tag or the barcode once more."))


def known(text: str, site: Site) -> Sequence[Sku]:
    """The same of one text among several: beside a shelf tag stand codes that are no goods."""
    try:
        return named(clean(text[:LONGEST_SCANNED]) or "", site)[0]
    except Refused:
        return []


def sold_here(site: Site, skus: Iterable[Sku]) -> list[Sku]:
    """Each once: only what lies in the store can be carried out of it."""
    by_id = {sku.id: sku for sku in skus}
    left = finding.on_hand(site, list(by_id))
    return [sku for sku_id, sku in by_id.items() if sku_id in left]


def styles(sold: Sequence[Sku]) -> dict[str, str]:
    return {"styles": ".".join(str(sku.id) for sku in sold[:MOST_STYLES])}
