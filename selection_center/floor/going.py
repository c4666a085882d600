"""What a member scans into the own cart: shelf tags and barcodes of the store's goods, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from selection_center.catalog.models import Sku
from selection_center.core.auth import public
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.errors import Refused
from selection_center.core.forms import clean
from selection_center.core.once import done
from selection_center.floor.resolving import resolve
from selection_center.floor.things import BarcodeThing, OfferThing, SampleThing
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from selection_center.till import finding
from selection_center.till.go_views import MOST_STYLES, put_in, store_or_404

bp = Blueprint("going", __name__)


@bp.post("/go/<string:slug>/scans")
@public
def scan(slug: str) -> Any:
    site = store_or_404(slug)
    text = clean(request.form.get("text", "")[:LONGEST_SCANNED]) or ""
    skus, sample = named(text, site)
    left = finding.on_hand(site, [sku.id for sku in skus])
    sold = [sku for sku in skus if sku.id in left]
    if not sold:
        raise Refused("not_sold_here", _("This is not sold by phone here. Ask at the till."))
    if len(sold) == 1:
        return put_in(site, sold[0], sample)
    return done(url_for("go.show", slug=slug, styles=".".join(str(sku.id) for sku in sold[:MOST_STYLES])))


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
