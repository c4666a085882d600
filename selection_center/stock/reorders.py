"""Reorders: what is few is proposed to its supplier in lots."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku, Supplier
from selection_center.catalog.pricing import Wanted, price_offer
from selection_center.catalog.terms import offer_terms
from selection_center.core.db import Model, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite
from selection_center.stock.goods_in import GoodsIn
from selection_center.stock.taking import MOST_PIECES


class Reorder(OfSite):
    """A proposal to one supplier (补货单), sent by a person; what comes is received against it. Money in fen."""

    __tablename__ = "reorders"
    needs = Permission.HANDLE_STOCK

    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    sent_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    supplier: Mapped[Supplier] = relationship()
    made_by: Mapped[User] = relationship()
    lines: Mapped[list[ReorderLine]] = relationship(back_populates="reorder", order_by="ReorderLine.id")

    @property
    def is_draft(self) -> bool:
        return self.sent_at is None and self.dropped_at is None

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def total_fen(self) -> int | None:
        """None while a line has no price."""
        sums = [line.total_fen for line in self.lines]
        return None if None in sums else sum(fen or 0 for fen in sums)

    @property
    def goods_in(self) -> GoodsIn | None:
        """The delivery that it lets expect, once sent."""
        return db.session.scalar(sa.select(GoodsIn).filter_by(reorder_id=self.id))

    @classmethod
    def make(cls, site: Site, supplier: Supplier, pieces: dict[Sku, int], by: User, note: str = "") -> Reorder:
        """A draft of whole lots at today's prices."""
        if not pieces:
            raise Refused("nothing_chosen", _("Write a quantity for at least one product."))
        for sku, quantity in pieces.items():
            if sku.listing.supplier_id != supplier.id:
                raise Refused("other_factory", _("%(title)s comes from another factory.", title=sku.listing.label))
            refuse_parts(sku, quantity)
        reorder = cls(number=new_number(), site_id=site.id, supplier_id=supplier.id, made_by_id=by.id, note=note)
        reorder.lines = [
            ReorderLine(sku_id=sku.id, sku=sku, quantity=quantity, unit_fen=unit_price(sku, quantity))
            for sku, quantity in pieces.items()
        ]
        db.session.add(reorder)
        db.session.flush()
        return reorder

    def hold(self) -> None:
        db.session.refresh(self, ["sent_at", "dropped_at"], with_for_update=True)
        if not self.is_draft:
            raise Refused("not_a_draft", _("This reorder was sent or dropped already."))

    def send(self, by: User) -> GoodsIn:
        """It went to the factory, by whatever way; from now on its goods are expected."""
        self.hold()
        self.sent_at = utcnow()
        goods_in = GoodsIn.begin(self.site, by, supplier_id=self.supplier_id, reorder_id=self.id)
        goods_in.expect({line.sku_id: line.quantity for line in self.lines})
        return goods_in

    def drop(self) -> None:
        self.hold()
        self.dropped_at = utcnow()
        db.session.flush()


class ReorderLine(Model):
    """So many pieces of one SKU, whole lots, at the price of that day."""

    __tablename__ = "reorder_lines"
    __table_args__ = (
        sa.UniqueConstraint("reorder_id", "sku_id"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    reorder_id: Mapped[int] = mapped_column(sa.ForeignKey("reorders.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("skus.id"))
    quantity: Mapped[int]
    unit_fen: Mapped[int | None]

    reorder: Mapped[Reorder] = relationship(back_populates="lines")
    sku: Mapped[Sku] = relationship()

    @property
    def total_fen(self) -> int | None:
        return None if self.unit_fen is None else self.unit_fen * self.quantity


def refuse_parts(sku: Sku, quantity: int) -> None:
    """Whole lots alone; says which are nearest."""
    lot = max(sku.listing.lot_size, 1)
    if quantity > MOST_PIECES:
        raise Refused("no_pieces", _("Write from %(least)s to %(most)s pieces.", least=lot, most=MOST_PIECES))
    if quantity < 1 or quantity % lot:
        below, above = quantity // lot * lot, (max(quantity, 0) // lot + 1) * lot
        near = _(" or ").join(str(number) for number in (below, above) if number > 0)
        raise Refused("not_a_lot", _("%(title)s comes in whole lots: %(near)s.", title=sku.listing.label, near=near))


def new_number() -> str:
    """Such as B-2847-31: speakable, and of one reorder alone."""
    while True:
        digits = f"{secrets.randbelow(10**6):06d}"
        number = f"B-{digits[:4]}-{digits[4:]}"
        if db.session.scalar(sa.select(Reorder.id).filter_by(number=number)) is None:
            return number


def unit_price(sku: Sku, quantity: int) -> int | None:
    """The factory's price at this quantity, today."""
    return price_offer(offer_terms(sku.listing), [Wanted(sku.id, quantity)], moq_waived=True).lines[0].marked_fen
