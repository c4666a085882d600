"""What staff hear of an online offer or of the goods' own barcode: what it is, and where its samples stand."""

from dataclasses import replace

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import Listing
from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.core.pictures import picture_url
from selection_center.floor.answers import Answer, Outcome, Plate
from selection_center.floor.keys import at_most_two, page_key
from selection_center.floor.tasks.base import Scan
from selection_center.floor.things import BarcodeThing, OfferThing
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.sites.models import Site

MOST_PLATES = 3


def of_offer(scan: Scan, thing: OfferThing) -> Answer:
    if thing.listing is not None:
        return of_listing(scan, thing.listing, _("Offer"))
    may_import = scan.user.can(Permission.EDIT_CATALOG)
    return Answer(
        outcome=Outcome.UNKNOWN,
        word=_("Not in the catalog"),
        reason=_("Import the offer first, then make its sample.") if may_import else _("A manager can import it."),
        title=thing.external_id,
        keys=at_most_two(page_key(_("Import offers"), "imports.index") if may_import else None),
    )


def of_listing(scan: Scan, listing: Listing, word: str, style: str = "") -> Answer:
    """An offer of the catalog, where its samples stand, and the way to one more."""
    samples = samples_here(scan.site, listing)
    first = page_key(_("See the sample"), "samples.show", sample_id=samples[0].id) if samples else None
    make = page_key(_("Make a sample"), "samples.new", {"listing": str(listing.id)}, slug=scan.site.slug)
    here = ngettext("%(num)s sample of it is here.", "%(num)s samples of it are here.", len(samples))
    return Answer(
        outcome=Outcome.DONE,
        word=word,
        reason=here if samples else _("No sample of it is here yet."),
        title=f"{listing.label} {style}".strip(),
        picture=picture_url(listing.picture, "thumb") if listing.picture else None,
        href=url_for("catalog.show", listing_id=listing.id),
        plates=tuple(Plate(sample.stand.address) for sample in samples if sample.stand)[:MOST_PLATES],
        keys=at_most_two(first, make),
    )


def samples_here(site: Site, listing: Listing) -> list[Sample]:
    query = (
        sa.select(Sample)
        .where(Sample.site_id == site.id, Sample.listing_id == listing.id, Sample.state == SampleState.HERE)
        .options(joinedload(Sample.placement).joinedload(Placement.stand))
        .order_by(Sample.id)
    )
    return list(db.session.scalars(query).unique())


def of_barcode(scan: Scan, thing: BarcodeThing) -> Answer:
    """The style that carries the barcode, or the first of several offers that do."""
    number = thing.gtin.lstrip("0")
    offers = list({sku.listing_id: sku.listing for sku in thing.skus}.values())
    if not offers:
        reason = _("No style in the catalog has this barcode.")
        return Answer(outcome=Outcome.UNKNOWN, word=_("Unknown barcode"), reason=reason, title=number)
    style = thing.skus[0].label if len(thing.skus) == 1 else ""
    said = replace(of_listing(scan, offers[0], _("Barcode"), style), code=number)
    if len(offers) == 1:
        return said
    reason = ngettext("%(num)s offer carries it.", "%(num)s offers carry it.", len(offers))
    others = (page_key(offer.label, "catalog.show", listing_id=offer.id) for offer in offers)
    return replace(said, reason=reason, keys=at_most_two(*others))
