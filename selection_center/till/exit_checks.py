"""What staff at the exit saw of a cart that a member put together, before it is paid."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, db, utcnow
from selection_center.core.errors import Refused
from selection_center.till.sales import Sale


class ExitCheck(Model):
    """One look into a cart at the exit desk (出口查验): by whom, when, at how much of it.

    That nobody looked (放行) is a row as well, with nothing seen: somebody decided so.
    """

    __tablename__ = "exit_checks"
    __table_args__ = (sa.CheckConstraint("seen BETWEEN 0 AND pieces", name="seen_within_pieces"),)

    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sales.id"), index=True)
    pieces: Mapped[int]
    """That should have been in the cart."""
    seen: Mapped[int]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    sale: Mapped[Sale] = relationship(back_populates="exit_checks")
    by: Mapped[User] = relationship()

    @classmethod
    def look(cls, sale: Sale, lines: Collection[int], by: User) -> Self:
        """Staff found these lines in the cart, by id."""
        pieces = sum(line.quantity for line in sale.lines if line.id in lines)
        if not pieces:
            raise Refused("nothing_seen", _("Tick what you saw, or say that nobody looks."))
        return cls._written(sale, pieces, by)

    @classmethod
    def wave_through(cls, sale: Sale, by: User) -> Self:
        """Nobody looks."""
        return cls._written(sale, 0, by)

    @classmethod
    def _written(cls, sale: Sale, seen: int, by: User) -> Self:
        pieces = sum(line.quantity for line in sale.lines if line.is_goods)
        check = cls(sale=sale, pieces=max(pieces, seen), seen=seen, by=by)
        db.session.add(check)
        db.session.flush()
        return check
