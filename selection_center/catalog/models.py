"""Listings: the online offer behind a sample, its SKUs, tiers, and every change of its price or state."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.catalog.pricing.terms import Quote
from selection_center.catalog.suppliers import MerchantType, PriceVisibility, Supplier
from selection_center.core.db import Model, Word, utcnow, within
from selection_center.core.i18n import in_language
from selection_center.core.permissions import Permission

SOURCE_1688 = "1688"
SOURCE_MANUAL = "manual"
TOLD_BY_FIELDS = {"产地": "origin", "货号": "item_number"}
"""Attributes that marketplaces tell too, by name; where the field is filled, it is the one that is shown."""


class GoodsType(enum.StrEnum):
    FACTORY_BRAND = "factory_brand"  # 厂牌货
    WHITE_LABEL = "white_label"  # 白牌货
    BRAND_DUPE = "brand_dupe"  # 大牌平替


class ListingState(enum.StrEnum):
    ON_SHELF = "on_shelf"
    OFF_SHELF = "off_shelf"


class Listing(Model):
    """An online offer (商品 / 报价). Lengths mm, weights g, money fen; pictures are names of kept pictures."""

    __tablename__ = "listings"
    __table_args__ = (sa.UniqueConstraint("source", "external_id"),)

    source: Mapped[str] = mapped_column(sa.String(24), default=SOURCE_MANUAL)
    external_id: Mapped[str] = mapped_column(sa.String(64))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    title_en: Mapped[str] = mapped_column(sa.String(300), default="")
    category: Mapped[str] = mapped_column(sa.String(80), default="")
    category_en: Mapped[str] = mapped_column(sa.String(80), default="")
    pictures: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    picture_urls: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Addresses as the source gave them; never loaded by a page."""
    attributes: Mapped[list[list[str]]] = mapped_column(sa.JSON, default=list)
    """Rows of [name zh, value zh, name en, value en]."""
    item_number: Mapped[str] = mapped_column(sa.String(64), default="")  # 货号
    origin: Mapped[str] = mapped_column(sa.String(60), default="")  # 产地 / 发货地
    origin_en: Mapped[str] = mapped_column(sa.String(80), default="")
    unit: Mapped[str] = mapped_column(sa.String(12), default="件")
    unit_en: Mapped[str] = mapped_column(sa.String(16), default="pcs")
    inner_pack: Mapped[int | None]  # pieces in an inner box
    carton_pieces: Mapped[int | None]  # 装箱量
    carton_length_mm: Mapped[int | None]
    carton_width_mm: Mapped[int | None]
    carton_height_mm: Mapped[int | None]
    carton_gross_g: Mapped[int | None]
    carton_net_g: Mapped[int | None]
    goods_type: Mapped[GoodsType | None] = mapped_column(Word(GoodsType))
    is_quick_response: Mapped[bool] = mapped_column(default=False)  # 小单快返
    is_light_custom: Mapped[bool] = mapped_column(default=False)  # 轻定制
    custom_terms: Mapped[str] = mapped_column(sa.String(120), default="")
    custom_terms_en: Mapped[str] = mapped_column(sa.String(160), default="")
    is_dropship: Mapped[bool] = mapped_column(default=False)  # 一件代发
    lead_hours: Mapped[int | None]  # ships within
    quote: Mapped[Quote] = mapped_column(Word(Quote), default=Quote.BY_OFFER)
    moq: Mapped[int] = mapped_column(default=1)  # 起批量
    lot_size: Mapped[int] = mapped_column(default=1)  # 1手 = n
    lot_unit: Mapped[str] = mapped_column(sa.String(8), default="")
    tax_included: Mapped[bool] = mapped_column(default=False)
    headline_fen: Mapped[int | None]
    """The price as the source headed it; tiers beat it."""
    sample_fen: Mapped[int | None]  # 拿样价
    sample_limit: Mapped[int | None]  # pieces per buyer and SKU; 3 unless set
    sales_text: Mapped[str] = mapped_column(sa.String(40), default="")
    tags: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # service tags as the source named them
    state: Mapped[ListingState] = mapped_column(Word(ListingState), default=ListingState.ON_SHELF)
    source_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    last_seen_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    """Counts up with every change that a buyer could see: names cached fragments."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)

    supplier: Mapped[Supplier | None] = relationship()
    skus: Mapped[list[Sku]] = relationship(
        back_populates="listing", order_by="Sku.position, Sku.id", cascade="all, delete-orphan"
    )
    tiers: Mapped[list[PriceTier]] = relationship(
        back_populates="listing", order_by="PriceTier.min_quantity", cascade="all, delete-orphan"
    )

    @property
    def label(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def unit_label(self) -> str:
        return in_language(self.unit, self.unit_en)

    @property
    def further_attributes(self) -> list[list[str]]:
        """Those of which no field of its own tells."""
        return [row for row in self.attributes if not getattr(self, TOLD_BY_FIELDS.get(row[0], ""), "")]

    @property
    def is_on_shelf(self) -> bool:
        return self.state is ListingState.ON_SHELF

    @property
    def picture(self) -> str | None:
        return self.pictures[0] if self.pictures else None

    @property
    def offer_tiers(self) -> list[PriceTier]:
        return [tier for tier in self.tiers if tier.sku_id is None]

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_CATALOG) -> sa.Select[Self]:
        return within(sa.select(cls), cls.supplier_id, user.supplier_ids(permission))


class Sku(Model):
    """One choice of an offer (规格). An offer without variants has one with an empty spec."""

    __tablename__ = "skus"
    __table_args__ = (sa.UniqueConstraint("listing_id", "spec"),)

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    spec: Mapped[str] = mapped_column(sa.String(160), default="")
    spec_en: Mapped[str] = mapped_column(sa.String(200), default="")
    source_id: Mapped[str] = mapped_column(sa.String(64), default="")
    """The source's spec id, needed to order there."""
    cargo_number: Mapped[str] = mapped_column(sa.String(64), default="")
    barcode: Mapped[str] = mapped_column(sa.String(14), default="", index=True)
    picture: Mapped[str | None] = mapped_column(sa.String(24))
    stock: Mapped[int | None]
    price_fen: Mapped[int | None]
    member_fen: Mapped[int | None]  # 会员价
    sample_fen: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    gone_at: Mapped[datetime | None]
    """The source does not offer this style any more; it stays, for samples and orders name it."""

    listing: Mapped[Listing] = relationship(back_populates="skus")
    tiers: Mapped[list[PriceTier]] = relationship(order_by="PriceTier.min_quantity", viewonly=True)

    @property
    def label(self) -> str:
        return in_language(self.spec, self.spec_en)


class PriceTier(Model):
    """From this quantity on, this unit price (阶梯价): of the offer, or of one SKU."""

    __tablename__ = "price_tiers"
    __table_args__ = (
        sa.UniqueConstraint("listing_id", "sku_id", "min_quantity"),
        sa.CheckConstraint("min_quantity >= 1", name="quantity_positive"),
        sa.CheckConstraint("price_fen > 0", name="price_positive"),
    )

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    sku_id: Mapped[int | None] = mapped_column(sa.ForeignKey("skus.id"), index=True)
    min_quantity: Mapped[int]
    price_fen: Mapped[int]

    listing: Mapped[Listing] = relationship(back_populates="tiers")


class PriceChange(Model):
    """Who changed a price, a tier, a MOQ or the on/off-shelf state, when, from what, to what, by which source."""

    __tablename__ = "price_changes"

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), index=True)
    spec: Mapped[str] = mapped_column(sa.String(160), default="")
    field: Mapped[str] = mapped_column(sa.String(24))
    """price, member_price, sample_price, tiers, moq, state, stock, style (offered, gone) or kept.

    kept: somebody saw online's price (old) and stayed with ours (new)."""
    old: Mapped[str | None] = mapped_column(sa.String(400))
    new: Mapped[str | None] = mapped_column(sa.String(400))
    at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    source: Mapped[str] = mapped_column(sa.String(40))
    """manual, or the import or sync that brought it ("import 17", "sync 4")."""


__all__ = [
    "GoodsType",
    "Listing",
    "ListingState",
    "MerchantType",
    "PriceChange",
    "PriceTier",
    "PriceVisibility",
    "Quote",
    "Sku",
    "Supplier",
]
