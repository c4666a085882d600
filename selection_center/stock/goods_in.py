"""Goods that come in: what is expected, and what was received by scan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.catalog.models import Sku, Supplier
from selection_center.core.db import Model, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site


class GoodsIn(Model):
    """One delivery of goods to take away (到货单), open until it is closed. Made by a reorder, or begun by hand."""

    __tablename__ = "goods_ins"

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suppliers.id"), index=True)
    reorder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reorders.id"), unique=True)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    expected_on: Mapped[date | None]
    begun_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    begun_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    supplier: Mapped[Supplier | None] = relationship()
    begun_by: Mapped[User] = relationship(foreign_keys=[begun_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    lines: Mapped[list[GoodsLine]] = relationship(back_populates="goods_in", order_by="GoodsLine.id")

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_STOCK) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


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
