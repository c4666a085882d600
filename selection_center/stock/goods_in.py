"""Goods that come in: what is expected, and what was received by scan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku, Supplier
from selection_center.core.db import Model, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite
from selection_center.stock import taking
from selection_center.stock.items import MoveKind, StockItem
from selection_center.stock.taking import MOST_PIECES, Wanted


class GoodsIn(OfSite):
    """One delivery of goods to take away (到货单), open until it is closed.

    Made by a reorder or by another store that sends goods, or begun by hand.
    """

    __tablename__ = "goods_ins"
    needs = Permission.HANDLE_STOCK

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    from_site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"))
    """The store that sends it, if one does."""
    reorder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reorders.id"), unique=True)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    expected_on: Mapped[date | None]
    begun_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    begun_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship(foreign_keys=[site_id])
    from_site: Mapped[Site | None] = relationship(foreign_keys=[from_site_id])
    supplier: Mapped[Supplier | None] = relationship()
    begun_by: Mapped[User] = relationship(foreign_keys=[begun_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    lines: Mapped[list[GoodsLine]] = relationship(back_populates="goods_in", order_by="GoodsLine.id")

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def sender(self) -> str:
        """Who sends it, in words."""
        if self.from_site is not None:
            return self.from_site.label
        return self.supplier.label if self.supplier is not None else str(_("Several, or not known"))

    @property
    def progress(self) -> tuple[int, int]:
        """Pieces that came, and those expected; a surplus counts as come."""
        return sum(line.received for line in self.lines), sum(line.expected for line in self.lines)

    @property
    def awaited(self) -> set[int]:
        """The SKUs of which pieces are still to come."""
        return {line.sku_id for line in self.lines if line.received < line.expected}

    @property
    def differing(self) -> list[GoodsLine]:
        return [line for line in self.lines if line.expected and line.received != line.expected]

    @classmethod
    def begin(cls, site: Site, by: User, **values: Any) -> GoodsIn:
        goods_in = cls(site_id=site.id, begun_by_id=by.id, **values)
        db.session.add(goods_in)
        db.session.flush()
        return goods_in

    def expect(self, pieces: dict[int, int]) -> None:
        """What should come, by SKU."""
        self.lines += [GoodsLine(sku_id=sku_id, expected=number) for sku_id, number in pieces.items()]
        db.session.flush()

    def hold(self) -> None:
        """Locks it until the commit; refuses once it is closed."""
        db.session.refresh(self, ["closed_at"], with_for_update=True)
        if not self.is_open:
            raise Refused("closed", _("This delivery is closed. Open it again first."))

    def receive(self, sku: Sku, pieces: int, by: User, *, to_back: bool = True) -> GoodsLine:
        """Pieces that came out of the box, into the back room or straight onto the shelf."""
        if not 1 <= pieces <= MOST_PIECES:
            raise Refused("no_pieces", _("Write from %(least)s to %(most)s pieces.", least=1, most=MOST_PIECES))
        self.hold()
        db.session.expire(self, ["lines"])
        line = next((line for line in self.lines if line.sku_id == sku.id), None)
        if line is None:
            line = GoodsLine(sku_id=sku.id, sku=sku, expected=0, received=0)
            self.lines.append(line)
        StockItem.at(self.site, sku)
        line.received += pieces
        taking.lift(self.site_id, [Wanted(sku.id, pieces)], self.kind, by.id, reason=self.words, back=to_back)
        db.session.flush()
        return line

    def take_back(self, line: GoodsLine, pieces: int, by: User) -> None:
        """Scanned once too often: so many less came. What was sold since cannot be taken back."""
        self.hold()
        db.session.refresh(line, ["received"])
        if not 1 <= pieces <= line.received:
            raise Refused("not_received", _("So many were not received here: %(count)s.", count=line.received))
        line.received -= pieces
        taking.lower(self.site_id, [Wanted(line.sku_id, pieces)], self.kind, by.id, reason=self.words, back=True)

    @property
    def kind(self) -> MoveKind:
        return MoveKind.ARRIVED if self.from_site_id else MoveKind.RECEIVED

    @property
    def words(self) -> str:
        """Of its moves."""
        return f"#{self.id}"

    def close(self, by: User) -> None:
        self.hold()
        self.closed_at, self.closed_by_id = utcnow(), by.id
        db.session.flush()

    def reopen(self) -> None:
        db.session.refresh(self, ["closed_at"], with_for_update=True)
        self.closed_at = self.closed_by_id = None
        db.session.flush()


class GoodsLine(Model):
    """One SKU of a delivery: expected and received pieces. Each scan is a stock move of its own."""

    __tablename__ = "goods_lines"
    __table_args__ = (
        sa.UniqueConstraint("goods_in_id", "sku_id"),
        sa.CheckConstraint("expected >= 0 AND received >= 0", name="pieces_not_negative"),
    )

    goods_in_id: Mapped[int] = mapped_column(sa.ForeignKey("goods_ins.id"))
    sku_id: Mapped[int] = mapped_column(sa.ForeignKey("skus.id"))
    expected: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)

    goods_in: Mapped[GoodsIn] = relationship(back_populates="lines")
    sku: Mapped[Sku] = relationship()
