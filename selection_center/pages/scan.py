"""What a scanned code leads to, as plain rows: four small queries, without the ORM's weight on the hot path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.addresses import is_allowed
from selection_center.catalog.models import Listing, ListingState, PriceTier, Sku
from selection_center.catalog.pricing import (
    LinePrice,
    OfferTerms,
    Packing,
    Rung,
    SamplePrice,
    Wanted,
    ladder,
    price_offer,
    price_samples,
    price_supplier,
)
from selection_center.catalog.suppliers import Supplier
from selection_center.catalog.terms import mix_rule, offer_terms
from selection_center.catalog.visibility import sees_prices
from selection_center.core.db import db
from selection_center.membership.cards import Card
from selection_center.pages.plain_rows import columns, cut, plain
from selection_center.pages.style_groups import StyleGroup, style_groups
from selection_center.samples.models import Placement, Sample, SampleKind, SampleState
from selection_center.samples.tags import Tag, TagState
from selection_center.selections.models import LARGEST_QUANTITY
from selection_center.sites.models import Bay, Belt, Site, Stand, Zone
from selection_center.stock.items import StockItem

SIMILAR = 6

FACTS = (
    sa.select(
        Tag.state.label("tag_state"),
        Tag.site_id,
        Tag.sample_id,
        Sample.state.label("sample_state"),
        Sample.listing_id,
        Placement.stand_id,
        Listing.supplier_id,
        Listing.version,
        Listing.state.label("listing_state"),
        Supplier.price_visibility,
        Buyer.id.label("buyer_id"),
        sa.exists(sa.select(Card.id).where(Card.device == sa.bindparam("device"), Card.revoked_at.is_(None))).label(
            "has_card"
        ),
    )
    .select_from(Tag)
    .outerjoin(Sample, Sample.id == Tag.sample_id)
    .outerjoin(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
    .outerjoin(Listing, Listing.id == Sample.listing_id)
    .outerjoin(Supplier, Supplier.id == Listing.supplier_id)
    .outerjoin(Buyer, Buyer.device == sa.bindparam("device"))
    .where(Tag.code == sa.bindparam("code"))
)


def rows(query: sa.Select[*tuple[Any, ...]], **values: Any) -> sa.CursorResult[Any]:
    """In the session's transaction but past the ORM, which looks longer at a query than SQLite needs to answer it."""
    return db.session.connection().execute(query, values)


def facts_of(code: str, device: str) -> Any:
    """The row of this tag with what hangs on it and who looks, if known; None for a code that no tag has."""
    return rows(FACTS, code=code, device=device).first()


@dataclass(frozen=True)
class Similar:
    """Another sample that can be had instead, and what a piece of it costs at first; None where that is not shown."""

    sample: Sample
    price_fen: int | None


@dataclass(frozen=True)
class Offer:
    """The scan page's matter: one sample's listing at one style and quantity."""

    code: str
    sample: Sample
    listing: Listing
    sku: Sku
    is_visible: bool
    rungs: tuple[Rung, ...]
    price: LinePrice
    sample_price: SamplePrice
    carton: Packing | None
    """One full carton, where its pack is known."""
    similar: list[Similar]
    pays_member_price: bool = False
    """Priced for a member; `price.unit_fen` is the lower of both where there are two."""
    at_till: LinePrice | None = None
    """Where the store has this style to take away: one piece of it, as the shelf tag says and the till asks."""
    can_go: bool = False
    """A member's phone, in a store where that phone pays at the exit: this shelf tag goes into its cart."""
    is_odd_quantity: bool = False
    """Somebody asked for a quantity that no order can have: priced at the first one."""

    @property
    def supplier(self) -> Supplier | None:
        return self.listing.supplier

    @property
    def site(self) -> Site:
        return self.sample.site

    @property
    def stand(self) -> Stand | None:
        return self.sample.stand

    @property
    def style_groups(self) -> list[StyleGroup]:
        return style_groups(self.listing.skus)

    @property
    def is_gone(self) -> bool:
        """Nobody can order it here any more: similar ones stand below."""
        return self.sample.is_retired or not self.listing.is_on_shelf

    @property
    def is_online(self) -> bool:
        """Does it have an address that we may name?"""
        return is_allowed(self.listing.url)

    @property
    def can_take_sample(self) -> bool:
        return self.is_visible and self.sample_price.is_orderable and not self.is_gone

    @property
    def current_rung(self) -> Rung | None:
        reached = [rung for rung in self.rungs if rung.first <= self.price.counted] or list(self.rungs[:1])
        return reached[-1] if reached else None


WHOLE = (Sample, Site, Placement, Stand, Bay, Zone, Listing, Supplier, Belt)
"""All that one sample's page says, besides styles and prices by quantity."""

SAMPLE = (
    columns(*WHOLE)
    .select_from(Sample)
    .join(Site, Site.id == Sample.site_id)
    .outerjoin(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
    .outerjoin(Stand, Stand.id == Placement.stand_id)
    .outerjoin(Bay, Bay.id == Stand.bay_id)
    .outerjoin(Zone, Zone.id == Bay.zone_id)
    .join(Listing, Listing.id == Sample.listing_id)
    .outerjoin(Supplier, Supplier.id == Listing.supplier_id)
    .outerjoin(Belt, Belt.id == Supplier.belt_id)
    .where(Sample.id == sa.bindparam("sample_id"))
)
SKUS = columns(Sku).where(Sku.listing_id == sa.bindparam("listing_id")).order_by(Sku.position, Sku.id)
TIERS = columns(PriceTier).where(PriceTier.listing_id == sa.bindparam("listing_id")).order_by(PriceTier.min_quantity)


def sample_of(sample_id: int) -> Sample | None:
    """The sample with its place, listing, styles and prices: a plain row that reads like a Sample."""
    row = rows(SAMPLE, sample_id=sample_id).first()
    if row is None:
        return None
    sample: Sample
    sample, site, placement, stand, bay, zone, listing, supplier, belt = cut(row, *WHOLE)
    sample.site, sample.placement, sample.listing = site, placement, listing
    if placement is not None:
        placement.stand = stand
    if stand is not None:
        stand.bay, bay.zone = bay, zone
    if supplier is not None:
        supplier.belt = belt
    listing.supplier = supplier
    listing.skus = [plain(Sku, sku) for sku in rows(SKUS, listing_id=listing.id)]
    listing.tiers = [plain(PriceTier, tier) for tier in rows(TIERS, listing_id=listing.id)]
    return sample


@dataclass(frozen=True)
class Eyes:
    """Who looks, as far as the page differs by it: the buyer of this phone, a member known by their card."""

    buyer: Buyer | None = None
    is_member: bool = False
    pays_member_price: bool = False
    can_go: bool = False
    """Is scan and go offered to them here?"""

    @property
    def has_left_phone(self) -> bool:
        return self.is_member or (self.buyer is not None and self.buyer.has_left_phone)


def offer_of(code: str, sample: Sample, sku_id: int | None, asked: str, eyes: Eyes) -> Offer:
    """At this style and quantity, as somebody wrote them; a style of another listing gives the sample's own."""
    listing = sample.listing
    sku = chosen_sku(sample, sku_id)
    terms = offer_terms(listing)
    rungs = ladder(terms, sku.id)
    quantity = quantity_in(asked) or (rungs[0].quantity if rungs else terms.moq)
    wanted = [Wanted(sku.id, quantity)]
    priced = price_supplier([terms], wanted, mix_rule(listing.supplier), member=eyes.pays_member_price)
    offer = Offer(
        code=code,
        sample=sample,
        listing=listing,
        sku=sku,
        is_visible=sees_prices(listing.supplier, buyer=eyes.buyer, is_member=eyes.is_member),
        rungs=rungs,
        price=priced.lines[0],
        sample_price=sample_price(terms, sku.id),
        carton=Packing.of(terms.carton.pieces, terms.carton) if terms.carton.pieces else None,
        similar=[],
        pays_member_price=eyes.pays_member_price,
        at_till=at_till(sample, terms, sku, eyes),
        can_go=eyes.can_go and sample.kind is SampleKind.SHELF_FACING and not sample.is_retired,
        is_odd_quantity=bool(asked.strip()) and quantity_in(asked) is None,
    )
    if offer.is_gone:
        offer.similar.extend(similar_ones(sample, eyes))
    return offer


STOCKED = sa.select(StockItem.id).where(
    StockItem.site_id == sa.bindparam("site_id"), StockItem.sku_id == sa.bindparam("sku_id")
)


def at_till(sample: Sample, terms: OfferTerms, sku: Sku, eyes: Eyes) -> LinePrice | None:
    """One piece off the shelf; None where there is nothing to take away."""
    if sample.kind is not SampleKind.SHELF_FACING or sample.is_retired:
        return None
    if rows(STOCKED, site_id=sample.site_id, sku_id=sku.id).first() is None:
        return None
    return price_offer(terms, [Wanted(sku.id, 1)], member=eyes.pays_member_price, moq_waived=True).lines[0]


def quantity_in(text: str) -> int | None:
    """The quantity that somebody wrote; None where no line can hold it."""
    text = text.strip()
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_QUANTITY))
    return int(text) or None if fits else None


def chosen_sku(sample: Sample, sku_id: int | None) -> Sku:
    skus = sample.listing.skus
    own = next((sku for sku in skus if sku.id == sample.sku_id), skus[0])
    return next((sku for sku in skus if sku.id == sku_id), own)


def sample_price(terms: OfferTerms, sku_id: int) -> SamplePrice:
    return price_samples(terms, [Wanted(sku_id, 1)])[0]


def similar_ones(sample: Sample, eyes: Eyes) -> list[Similar]:
    return [Similar(found, shown_price(found, eyes)) for found in similar_samples(sample)]


def shown_price(sample: Sample, eyes: Eyes) -> int | None:
    """Fen a piece at the smallest quantity, of what these eyes may see."""
    listing = sample.listing
    rungs = ladder(offer_terms(listing), chosen_sku(sample, None).id)
    if not rungs or not sees_prices(listing.supplier, buyer=eyes.buyer, is_member=eyes.is_member):
        return None
    lead = rungs[0]
    return min(lead.price_fen, lead.member_fen or lead.price_fen) if eyes.pays_member_price else lead.price_fen


def similar_samples(sample: Sample, limit: int = SIMILAR) -> list[Sample]:
    """Samples that stand at the same site and can be ordered: of the same category first, then of the supplier.

    The nearest stands come first.
    """
    listing = sample.listing
    same_category = sa.and_(Listing.category == listing.category, sa.literal(bool(listing.category)))
    query = (
        sa.select(Sample)
        .join(Listing)
        .join(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
        .join(Stand, Stand.id == Placement.stand_id)
        .join(Bay, Bay.id == Stand.bay_id)
        .join(Tag, sa.and_(Tag.sample_id == Sample.id, Tag.state == TagState.BOUND))
        .where(
            Sample.site_id == sample.site_id,
            Sample.state == SampleState.HERE,
            Sample.listing_id != listing.id,
            Listing.state == ListingState.ON_SHELF,
            sa.or_(same_category, Listing.supplier_id == listing.supplier_id),
        )
        .order_by(sa.case((same_category, 0), else_=1), *distance(stood_on(sample)), Stand.address, Sample.id)
        .limit(limit)
        .options(
            joinedload(Sample.listing).options(
                selectinload(Listing.skus), selectinload(Listing.tiers), joinedload(Listing.supplier)
            ),
            joinedload(Sample.sku),
            joinedload(Sample.tag),
            joinedload(Sample.placement).joinedload(Placement.stand),
        )
    )
    return list(db.session.scalars(query).unique())


def stood_on(sample: Sample) -> Stand | None:
    """Its stand, also of one that has left it."""
    query = sa.select(Stand).join(Placement, Placement.stand_id == Stand.id).where(Placement.sample_id == sample.id)
    return db.session.scalar(query.order_by(Placement.id.desc()).limit(1).options(joinedload(Stand.bay)))


def distance(here: Stand | None) -> list[sa.ColumnElement[Any]]:
    """How far a stand is, by the plan, then by its address: in its own zone, so many racks and levels away."""
    if here is None:
        return []
    bay = here.bay
    across, along = Bay.x - bay.x, Bay.y - bay.y
    by_plan = across * across + along * along
    other_zone = sa.case((Bay.zone_id == bay.zone_id, 0), else_=1)
    return [by_plan, other_zone, sa.func.abs(Bay.number - bay.number), sa.func.abs(Stand.level - here.level)]
