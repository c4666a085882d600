"""Whatever a scanner, a keyboard or a photo gave: which thing of this site is it?"""

from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from selection_center.catalog.models import SOURCE_1688, Listing, Sku
from selection_center.core import gtins, scanned
from selection_center.core.db import db
from selection_center.floor.reading import Reading, is_marketplace, read
from selection_center.floor.things import (
    BarcodeThing,
    BlankThing,
    ElsewhereThing,
    ListThing,
    MemberThing,
    OfferThing,
    RevokedThing,
    SaleThing,
    SampleThing,
    StandThing,
    Thing,
    UnknownThing,
    VisitThing,
)
from selection_center.membership.reading import read_card
from selection_center.samples.models import Sample
from selection_center.samples.queries import SHOWN
from selection_center.samples.tags import Tag, TagState
from selection_center.selections.models import SelectionLine, SelectionList
from selection_center.sites.models import Site, Stand
from selection_center.till.sales import Sale
from selection_center.visits.models import Visit

MOST_STYLES = 24
AS_SHOWN = (joinedload(Tag.sample).options(*SHOWN), joinedload(Tag.sample).joinedload(Sample.loan))
"""What every answer about a sample says: its offer, stand, tag, and who has it."""


def resolve(text: str, site: Site) -> Thing:
    """What the text names at this site; never raises. What it could be is read first, what it is looked up."""
    said = read(text, scanned.our_hosts())
    if said.code is not None:
        thing = of_code(said.code, said.text, site)
        # Eleven digits can be both a code of ours that was never given out and the id of an offer.
        return thing or known_offer(said) or UnknownThing(said.text)
    card = read_card(said.text, site)
    if card is not None:
        return MemberThing(card)
    stand = Stand.at(site.id, said.stand) if said.stand else None
    if stand is not None:
        return StandThing(stand)
    return (
        known_offer(said)
        or barcode(said)
        or new_offer(said)
        or elsewhere(said)
        or UnknownThing(said.text, said.problem)
    )


def of_code(code: str, text: str, site: Site) -> Thing | None:
    """A code of ours, by what carries it; another site's says no more than that."""
    tag = db.session.scalar(sa.select(Tag).filter_by(code=code).options(*AS_SHOWN))
    if tag is not None:
        return of_tag(tag) if tag.site_id == site.id else ElsewhereThing("other_site", text=text)
    stand = db.session.scalar(sa.select(Stand).filter_by(code=code))
    if stand is not None:
        return StandThing(stand) if stand.site_id == site.id else ElsewhereThing("other_site", text=text)
    visit = Visit.named(code)
    if visit is not None:
        return VisitThing(visit) if visit.site_id == site.id else ElsewhereThing("other_site", text=text)
    card = read_card(code, site)
    return MemberThing(card) if card is not None else of_sale(code, text, site) or of_list(code, text, site)


def of_sale(code: str, text: str, site: Site) -> Thing | None:
    sale = db.session.scalar(sa.select(Sale).filter_by(code=code))
    if sale is None:
        return None
    return SaleThing(sale) if sale.site_id == site.id else ElsewhereThing("other_site", text=text)


def of_tag(tag: Tag) -> Thing:
    if tag.state is TagState.REVOKED:
        return RevokedThing(tag, tag.sample)
    return SampleThing(tag.sample, tag) if tag.sample is not None else BlankThing(tag)


def of_list(code: str, text: str, site: Site) -> Thing | None:
    """An open list is this site's when it was begun here, or holds a sample of it."""
    selection = db.session.scalar(sa.select(SelectionList).filter_by(code=code, closed_at=None))
    if selection is None:
        return None
    line_here = (
        sa.select(SelectionLine.id).join(Sample).where(SelectionLine.list_id == selection.id, Sample.site_id == site.id)
    )
    if selection.site_id == site.id or db.session.scalar(line_here.limit(1)) is not None:
        return ListThing(selection)
    return ElsewhereThing("other_site", text=text)


def known_offer(said: Reading) -> OfferThing | None:
    if said.offer_id is None:
        return None
    listing = db.session.scalar(sa.select(Listing).filter_by(source=SOURCE_1688, external_id=said.offer_id))
    return OfferThing(listing, said.offer_id) if listing is not None else None


def new_offer(said: Reading) -> OfferThing | None:
    return OfferThing(None, said.offer_id) if said.offer_id is not None else None


def barcode(said: Reading) -> BarcodeThing | None:
    """The styles that carry the number: as their barcode, or written as their cargo or item number."""
    if said.gtin is None:
        return None
    numbers = gtins.spellings(said.gtin)
    found = (
        sa.select(Sku)
        .join(Listing)
        .where(sa.or_(Sku.barcode.in_(numbers), Sku.cargo_number.in_(numbers), Listing.item_number.in_(numbers)))
        .order_by(Sku.barcode.in_(numbers).desc(), Sku.listing_id, Sku.position)
        .limit(MOST_STYLES)
        .options(joinedload(Sku.listing))
    )
    return BarcodeThing(said.gtin, list(db.session.scalars(found)))


def elsewhere(said: Reading) -> ElsewhereThing | None:
    """Where an address leads that is none of ours, as far as that can be told without asking there."""
    if said.is_short_link:
        return ElsewhereThing("short_link", said.host or "", said.text)
    if said.host is None or said.host in {urlsplit(f"//{host}").hostname for host in scanned.our_hosts()}:
        return None
    return ElsewhereThing("marketplace" if is_marketplace(said.host) else "foreign_address", said.host, said.text)
