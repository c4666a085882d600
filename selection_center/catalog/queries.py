"""What the catalog pages ask: offers and suppliers by words and filters, and where samples of an offer stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from selection_center.catalog.models import Listing, ListingState, MerchantType, PriceTier, Sku, Supplier
from selection_center.catalog.search import search, with_code
from selection_center.core.db import db
from selection_center.core.jobs import JobRun, JobState
from selection_center.core.paging import LARGEST_ID, like_anywhere, page_of
from selection_center.core.permissions import Permission
from selection_center.sites.models import Belt, Site, Stand

PER_PAGE = 30
SAMPLES = sa.table("samples", sa.column("id"), sa.column("listing_id"), sa.column("site_id"), sa.column("state"))
PLACEMENTS = sa.table("placements", sa.column("sample_id"), sa.column("stand_id"), sa.column("ended_at"))
TAGS = sa.table("tags", sa.column("sample_id"), sa.column("code"), sa.column("state"))
UNLINKINGS = sa.table("unlinkings", sa.column("listing_id"), sa.column("left_as"), sa.column("undone_at"))
"""Tables of areas to the right, known by name alone."""


def number(text: str | None) -> int | None:
    """A row's number in an address; None for what cannot be one."""
    if text is None or not (text.isascii() and text.isdecimal() and len(text) < 20):
        return None
    return int(text) if 0 < int(text) <= LARGEST_ID else None


# --- offers -----------------------------------------------------------------------------------------------------

LEAD_PRICE = sa.func.coalesce(
    sa.select(sa.func.max(PriceTier.price_fen)).where(PriceTier.listing_id == Listing.id).scalar_subquery(),
    sa.select(sa.func.min(Sku.price_fen)).where(Sku.listing_id == Listing.id).scalar_subquery(),
    Listing.headline_fen,
)
SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (Listing.id.desc(),),
    "changed": (Listing.updated_at.desc(), Listing.id.desc()),
    "title": (Listing.title, Listing.id),
    "price": (LEAD_PRICE.is_(None), LEAD_PRICE, Listing.id),
}
STATES: dict[str, sa.ColumnElement[bool]] = {
    "on": Listing.state == ListingState.ON_SHELF,
    "off": Listing.state == ListingState.OFF_SHELF,
    "no-supplier": Listing.supplier_id.is_(None),
}


@dataclass(frozen=True)
class Filters:
    """What the catalog is narrowed to; unknown words count as nothing chosen."""

    words: str = ""
    here: bool = False
    state: str = ""
    belt: int | None = None
    supplier: int | None = None
    sort: str = "newest"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Filters:
        return cls(
            words=args.get("q", "").strip()[:80],
            here=args.get("where") == "here",
            state=args.get("state", "") if args.get("state") in STATES else "",
            belt=number(args.get("belt")),
            supplier=number(args.get("supplier")),
            sort=args.get("sort", "") if args.get("sort") in SORTS else "newest",
        )

    @property
    def any(self) -> bool:
        return bool(self.words or self.here or self.state or self.belt or self.supplier)


def offers(user: Any, filters: Filters, site: Site | None) -> Pagination:
    """One page of the offers that this person may see."""
    query = narrowed(searched(Listing.reachable_by(user), filters, site), filters)
    shown = (joinedload(Listing.supplier).joinedload(Supplier.belt), selectinload(Listing.skus))
    return page_of(query.options(*shown, selectinload(Listing.tiers)), PER_PAGE)


def searched(query: sa.Select[Any], filters: Filters, site: Site | None) -> sa.Select[Any]:
    """By words and site, in the order asked for. Newest first, it takes the order of the search itself."""
    site_id = site.id if filters.here and site is not None else None
    order = SORTS[filters.sort]
    if not filters.words and site_id is None:
        return query.order_by(*order)
    found, coded = search(filters.words, site_id=site_id), with_code(filters.words, site_id=site_id)
    if coded is not None:
        return query.where(sa.or_(Listing.id.in_(found), Listing.id.in_(coded))).order_by(*order)
    ids = found.subquery("found")
    query = query.join(ids, ids.c.listing_id == Listing.id)
    return query.order_by(*(order if filters.sort != "newest" else (ids.c.listing_id.desc(),)))


def narrowed(query: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    if filters.state:
        query = query.where(STATES[filters.state])
    if filters.belt is not None:
        query = query.where(Listing.supplier_id.in_(sa.select(Supplier.id).filter_by(belt_id=filters.belt)))
    if filters.supplier is not None:
        query = query.where(Listing.supplier_id == filters.supplier)
    return query


def belts_with_suppliers(user: Any) -> list[Belt]:
    """The belts that suppliers in this person's reach come from."""
    used = Supplier.reachable_by(user).with_only_columns(Supplier.belt_id)
    return list(db.session.scalars(sa.select(Belt).where(Belt.id.in_(used)).order_by(Belt.name)))


def supplier_named(user: Any, supplier_id: int | None) -> Supplier | None:
    return db.session.scalar(Supplier.reachable_by(user).filter_by(id=supplier_id)) if supplier_id else None


def samples_of(listing: Listing, user: Any) -> list[Any]:
    """Rows of (id, state, code, address, site) of its samples at this person's sites, those on the floor first."""
    query = (
        sa.select(
            SAMPLES.c.id, SAMPLES.c.state, TAGS.c.code, Stand.address,
            sa.func.coalesce(Site.name, "").label("site"), Site.name_en.label("site_en"),
        )
        .select_from(SAMPLES)
        .join(Site, Site.id == SAMPLES.c.site_id)
        .outerjoin(TAGS, sa.and_(TAGS.c.sample_id == SAMPLES.c.id, TAGS.c.state == "bound"))
        .outerjoin(PLACEMENTS, sa.and_(PLACEMENTS.c.sample_id == SAMPLES.c.id, PLACEMENTS.c.ended_at.is_(None)))
        .outerjoin(Stand, Stand.id == PLACEMENTS.c.stand_id)
        .where(SAMPLES.c.listing_id == listing.id, SAMPLES.c.state != "retired")
        .order_by(Site.name, Stand.address, SAMPLES.c.id)
        .limit(100)
    )  # fmt: skip
    sites = user.site_ids(Permission.SEE_SITE)
    return list(db.session.execute(query if sites is None else query.where(SAMPLES.c.site_id.in_(sites))))


def was_unlinked(listing: Listing) -> bool:
    """Did somebody take its link off, and nobody link it since?"""
    mine = (UNLINKINGS.c.listing_id == listing.id, UNLINKINGS.c.left_as == listing.external_id)
    return bool(db.session.scalar(sa.select(sa.exists().where(*mine, UNLINKINGS.c.undone_at.is_(None)))))


# --- suppliers --------------------------------------------------------------------------------------------------

OFFERS = sa.select(sa.func.count(Listing.id)).where(Listing.supplier_id == Supplier.id).scalar_subquery()
SUPPLIER_SORTS: dict[str, Any] = {"name": Supplier.name, "offers": OFFERS, "added": Supplier.id}
BADGES: dict[str, sa.ColumnElement[bool]] = {
    "trustpass": Supplier.trustpass_years.is_not(None),
    "powerful": Supplier.is_powerful_merchant.is_(True),
    "super": Supplier.is_super_factory.is_(True),
    "inspected": Supplier.is_inspected.is_(True),
}


@dataclass(frozen=True)
class SupplierFilters:
    words: str = ""
    belt: int | None = None
    badge: str = ""
    merchant: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> SupplierFilters:
        return cls(
            words=args.get("q", "").strip()[:80],
            belt=number(args.get("belt")),
            badge=args.get("badge", "") if args.get("badge") in BADGES else "",
            merchant=args.get("merchant", "") if args.get("merchant") in set(MerchantType) else "",
        )

    @property
    def any(self) -> bool:
        return bool(self.words or self.belt or self.badge or self.merchant)


def suppliers(user: Any, filters: SupplierFilters) -> sa.Select[Any]:
    query = Supplier.reachable_by(user).options(joinedload(Supplier.belt))
    for word in filters.words.split():
        columns = (Supplier.name, Supplier.name_en, Supplier.booth, Supplier.contact_name)
        query = query.where(sa.or_(*(like_anywhere(column, word) for column in columns)))
    if filters.belt is not None:
        query = query.where(Supplier.belt_id == filters.belt)
    if filters.badge:
        query = query.where(BADGES[filters.badge])
    if filters.merchant:
        query = query.where(Supplier.merchant_type == MerchantType(filters.merchant))
    return query


def offer_counts(ids: list[int]) -> dict[int, int]:
    """How many offers each of these suppliers has."""
    query = sa.select(Listing.supplier_id, sa.func.count()).where(Listing.supplier_id.in_(ids))
    return {id: count for id, count in db.session.execute(query.group_by(Listing.supplier_id)) if id is not None}


def linking(listing: Listing) -> str:
    """How the keys begin of the jobs that fetch what it was linked to."""
    return f"linked {listing.id} "


def linking_run(listing: Listing, user: Any) -> JobRun | None:
    """The last of these jobs, while it is open or where it failed."""
    query = JobRun.reachable_by(user).where(JobRun.key.startswith(linking(listing)))
    run = db.session.scalar(query.order_by(JobRun.id.desc()).limit(1))
    return run if run is not None and (run.is_open or run.state is JobState.FAILED) else None
