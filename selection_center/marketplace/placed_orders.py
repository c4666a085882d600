"""One order as the marketplace has it: what it says of it, and what came of calling it off there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, Word, utcnow
from selection_center.marketplace.connectors.orders import HANDED_OVER, RemoteOrder, RemoteState

BEFORE_SENDING = (RemoteState.UNPAID, RemoteState.PAID, RemoteState.OTHER)
GOING_ON = (*BEFORE_SENDING, RemoteState.SHIPPED)
SENT_OFF = (RemoteState.SHIPPED, RemoteState.RECEIVED, RemoteState.DONE)


class PlacedOrder(Model):
    """One order as the marketplace has it (平台订单); it may have made several of one of ours."""

    __tablename__ = "placed_orders"
    __table_args__ = (sa.UniqueConstraint("account_id", "remote_id"),)

    push_id: Mapped[int] = mapped_column(sa.ForeignKey("pushes.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("marketplace_accounts.id"))
    remote_id: Mapped[str] = mapped_column(sa.String(40))
    """The marketplace's number: text, since it is longer than what some programs can count."""
    state: Mapped[RemoteState] = mapped_column(Word(RemoteState), default=RemoteState.OTHER)
    said: Mapped[str] = mapped_column(sa.String(60), default="")
    """The marketplace's own word, also for a state that we do not know."""
    total_fen: Mapped[int | None]
    freight_fen: Mapped[int | None]
    refund: Mapped[str] = mapped_column(sa.String(60), default="")
    refund_fen: Mapped[int | None]
    parcels: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    """[{"carrier", "number", "state", "steps": [[moment in ISO 8601 or null, text], ...]}], oldest step first."""
    changed_at: Mapped[datetime | None]
    """When it changed there, as far as the marketplace says."""
    followed_at: Mapped[datetime] = mapped_column(default=utcnow)
    call_off_at: Mapped[datetime | None]
    """When staff asked to cancel it there."""
    call_off_problem: Mapped[str] = mapped_column(sa.String(32), default="")
    """Why the marketplace did not: a code of ours."""
    call_off_said: Mapped[str] = mapped_column(sa.String(400), default="")

    @property
    def goods_fen(self) -> int | None:
        return None if self.total_fen is None or self.freight_fen is None else self.total_fen - self.freight_fen

    @property
    def parcels_by_news(self) -> list[dict[str, Any]]:
        """The parcels with (moment or None, text) of each step, newest first."""
        return [
            parcel
            | {"steps": [(datetime.fromisoformat(at) if at else None, text) for at, text in parcel["steps"]][::-1]}
            for parcel in self.parcels
        ]

    @property
    def can_be_called_off(self) -> bool:
        """Not yet sent, and nobody has asked yet."""
        return self.state in BEFORE_SENDING and self.call_off_at is None

    @hybrid_property
    def is_being_called_off(self) -> bool:
        """Asked for, and not answered yet."""
        return self.state in BEFORE_SENDING and self.call_off_at is not None and not self.call_off_problem

    @is_being_called_off.inplace.expression
    @classmethod
    def _being_called_off(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.state.in_(BEFORE_SENDING), cls.call_off_at.is_not(None), cls.call_off_problem == "")

    @hybrid_property
    def is_forgotten(self) -> bool:
        """Goes on there; where the order is cancelled here, somebody has to know."""
        return self.state in GOING_ON and not self.is_being_called_off

    @is_forgotten.inplace.expression
    @classmethod
    def _forgotten(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.state.in_(GOING_ON), sa.not_(cls.is_being_called_off))

    @property
    def is_unconfirmed(self) -> bool:
        """Handed over, and nobody there has said that they have it."""
        return self.said == HANDED_OVER and self.state is RemoteState.OTHER

    def tell(self, found: RemoteOrder) -> bool:
        """Takes over what it says; what it does not say stays. Is it news? Older than what is known changes nothing."""
        if self.changed_at is not None and found.changed_at is not None and found.changed_at < self.changed_at:
            return False
        before = self.news
        self.state, self.said, self.followed_at = found.state, found.said[:60], utcnow()
        self.refund = found.refund[:60]
        for name in ("total_fen", "freight_fen", "refund_fen", "changed_at"):
            if getattr(found, name) is not None:
                setattr(self, name, getattr(found, name))
        if found.parcels:
            self.parcels = [
                {
                    **{"carrier": parcel.carrier, "number": parcel.number, "state": parcel.state},
                    "steps": [[step.at.isoformat() if step.at else None, step.text] for step in parcel.steps],
                }
                for parcel in found.parcels
            ]
        return self.news != before

    @property
    def news(self) -> tuple[Any, ...]:
        """All that the marketplace says of it."""
        return (self.state, self.said, self.total_fen, self.freight_fen, self.refund, self.refund_fen, self.parcels)
