"""Counts of the stock."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite
from selection_center.stock import taking
from selection_center.stock.items import MoveKind, StockItem
from selection_center.stock.taking import MOST_PIECES, Wanted


class StockCount(OfSite):
    """A count of some goods (库存盘点), while the store sells on. Applied by somebody who may correct the stock."""

    __tablename__ = "stock_counts"
    needs = Permission.HANDLE_STOCK

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    begun_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    begun_at: Mapped[datetime] = mapped_column(default=utcnow)
    applied_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    applied_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    begun_by: Mapped[User] = relationship(foreign_keys=[begun_by_id])
    applied_by: Mapped[User | None] = relationship(foreign_keys=[applied_by_id])
    lines: Mapped[list[StockCountLine]] = relationship(back_populates="count", order_by="StockCountLine.id.desc()")

    @property
    def is_running(self) -> bool:
        return self.applied_at is None and self.dropped_at is None

    @property
    def differing(self) -> list[StockCountLine]:
        return [line for line in self.lines if line.difference]

    @classmethod
    def begin(cls, site: Site, name: str, by: User) -> StockCount:
        count = cls(site_id=site.id, name=name, begun_by_id=by.id)
        db.session.add(count)
        db.session.flush()
        return count

    def hold(self) -> None:
        """Locks it until the commit; refuses once it is over."""
        db.session.refresh(self, ["applied_at", "dropped_at"], with_for_update=True)
        if not self.is_running:
            raise Refused("count_over", _("This count is over. Begin a new one."))

    def note(self, item: StockItem, pieces: int, by: User, *, more: bool = False) -> StockCountLine:
        """So many lie there, shelf and back room together; `more`: so many beside those counted before.

        The ledger of this very moment goes with it: what is sold from now on is no difference.
        """
        self.hold()
        item.hold()
        line = db.session.scalar(sa.select(StockCountLine).filter_by(count_id=self.id, item_id=item.id))
        if line is None:
            line = StockCountLine(count_id=self.id, item_id=item.id, counted=0, ledger=0, by_id=by.id)
            db.session.add(line)
        counted = pieces + (line.counted if more else 0)
        if not 0 <= counted <= MOST_PIECES:
            raise Refused("no_pieces", _("Write from %(least)s to %(most)s pieces.", least=0, most=MOST_PIECES))
        line.counted, line.ledger, line.by_id, line.at = counted, item.on_hand, by.id, utcnow()
        db.session.flush()
        db.session.expire(self, ["lines"])
        return line

    def forget(self, line: StockCountLine) -> None:
        """As if it had not been counted."""
        self.hold()
        db.session.delete(line)
        db.session.flush()
        db.session.expire(self, ["lines"])

    def apply(self, by: User) -> int:
        """Corrects the stock by each difference, once. Answers how many items changed.

        Where more was sold since than lay there by the count, the stock ends at nothing.
        """
        self.hold()
        if not self.lines:
            raise Refused("nothing_counted", _("Nothing was counted yet."))
        lines = sorted(self.differing, key=lambda line: line.item.sku_id)
        for line in lines:
            self.correct(line, by)
        self.applied_at, self.applied_by_id = utcnow(), by.id
        db.session.flush()
        return len(lines)

    def correct(self, line: StockCountLine, by: User) -> None:
        line.item.hold()
        sku_id, subject = line.item.sku_id, f"count_line {line.id}"
        missing = min(-line.difference, line.item.on_hand)
        if line.difference > 0:
            taking.lift(self.site_id, [Wanted(sku_id, line.difference, subject)], MoveKind.COUNTED, by.id)
        elif missing:
            taking.lower(self.site_id, [Wanted(sku_id, missing, subject)], MoveKind.COUNTED, by.id)
        db.session.expire(line.item, ["on_hand", "in_back"])

    def drop(self) -> None:
        """Nothing is changed; what was counted stays on record."""
        self.hold()
        self.dropped_at = utcnow()
        db.session.flush()


class StockCountLine(Model):
    """What was counted of one item, and what the ledger said at that moment: what sells later is no difference."""

    __tablename__ = "stock_count_lines"
    __table_args__ = (
        sa.UniqueConstraint("count_id", "item_id"),
        sa.CheckConstraint("counted >= 0", name="counted_not_negative"),
    )

    count_id: Mapped[int] = mapped_column(sa.ForeignKey("stock_counts.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("stock_items.id"))
    counted: Mapped[int]
    ledger: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    count: Mapped[StockCount] = relationship(back_populates="lines")
    item: Mapped[StockItem] = relationship()
    by: Mapped[User] = relationship()

    @property
    def difference(self) -> int:
        """More than the ledger said, or below zero less."""
        return self.counted - self.ledger
