"""An order on its way to a marketplace, and the orders that it became there."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.core.db import Model, Word, db, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors.orders import RemoteOrder, RemoteState
from selection_center.orders.models import Order

CONCLUSIVE_AFTER = timedelta(minutes=10)
"""A look-up that finds nothing so long after the last sending says that nothing arrived; sooner it says nothing."""


class PushState(enum.StrEnum):
    WAITING = "waiting"  # to be previewed
    SENDING = "sending"  # the preview was good: to be created, or being created
    HELD = "held"  # a refusal or a higher price: people decide
    UNKNOWN = "unknown"  # sent, and nobody knows whether it arrived
    PLACED = "placed"
    DROPPED = "dropped"  # people take care of it by other means


TRANSITIONS: dict[PushState, set[PushState]] = {
    PushState.WAITING: {PushState.SENDING, PushState.HELD, PushState.DROPPED},
    PushState.SENDING: {PushState.PLACED, PushState.HELD, PushState.UNKNOWN, PushState.WAITING},
    PushState.HELD: {PushState.WAITING, PushState.DROPPED},
    PushState.UNKNOWN: {PushState.PLACED, PushState.WAITING, PushState.UNKNOWN},
    PushState.PLACED: set(),
    PushState.DROPPED: {PushState.WAITING},
}


class Push(Model):
    """One order handed on to the account that its goods come from (推单). Its reference is what is looked up."""

    __tablename__ = "pushes"

    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("marketplace_accounts.id"), index=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    state: Mapped[PushState] = mapped_column(Word(PushState), default=PushState.WAITING, index=True)
    agreed_fen: Mapped[int]
    """What may be paid for the goods: the order's sum, or what staff agreed to later."""
    asked_fen: Mapped[int | None]
    """What the marketplace asked at the last preview, for the goods."""
    freight_fen: Mapped[int | None]
    problem: Mapped[str] = mapped_column(sa.String(32), default="")
    """Why it is held: a code of ours, such as "price_rose" or "below_moq"."""
    said: Mapped[str] = mapped_column(sa.String(400), default="")
    sent_at: Mapped[datetime | None]
    """Set, and committed, before anything is sent: from here on it is looked up first."""
    looked_up_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)

    order: Mapped[Order] = relationship()
    account: Mapped[Account] = relationship()
    placed: Mapped[list[PlacedOrder]] = relationship(order_by="PlacedOrder.id")

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_ORDERS) -> sa.Select[Self]:
        query = sa.select(cls).join(Order, Order.id == cls.order_id)
        return within(query, Order.site_id, user.site_ids(permission))

    def hold_row(self) -> None:
        """Locks it until the commit: of a job and a person the second sees what the first did."""
        db.session.flush()
        db.session.refresh(self, with_for_update={"of": Push})

    def become(self, state: PushState, problem: str = "", said: str = "") -> None:
        """The one place where its state changes. Its row is held."""
        if state not in TRANSITIONS[self.state]:
            raise Refused("wrong_state", _("This has moved on: it cannot be done from here any more."))
        self.state, self.problem, self.said, self.changed_at = state, problem, said[:400], utcnow()

    @property
    def wants_people(self) -> bool:
        return self.state in (PushState.HELD, PushState.UNKNOWN)

    @property
    def is_conclusive(self) -> bool:
        """Would a look-up that finds nothing now mean that nothing arrived?"""
        return self.sent_at is None or utcnow() - self.sent_at > CONCLUSIVE_AFTER

    def try_again(self, agreed_fen: int | None = None) -> None:
        """Staff say: ask once more, at this sum. What may have arrived is looked up, whatever they say."""
        if self.state not in (PushState.HELD, PushState.DROPPED):
            raise Refused("wrong_state", _("This has moved on: it cannot be done from here any more."))
        self.become(PushState.WAITING)
        self.agreed_fen = max(self.agreed_fen, agreed_fen or 0)

    def keep(self, found: RemoteOrder) -> None:
        """What the marketplace says of one of its orders, onto the row that it has here or a new one."""
        row = next((row for row in self.placed if row.remote_id == found.remote_id), None)
        if row is None:
            row = PlacedOrder(account_id=self.account_id, remote_id=found.remote_id)
            self.placed.append(row)
        row.tell(found)


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

    def tell(self, found: RemoteOrder) -> None:
        """Takes over what it says; what it does not say stays. Older news than what is known changes nothing."""
        if self.changed_at is not None and found.changed_at is not None and found.changed_at < self.changed_at:
            return
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
