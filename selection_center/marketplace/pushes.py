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
from selection_center.marketplace.connectors.orders import Preview, RemoteOrder
from selection_center.marketplace.placed_orders import SENT_OFF, PlacedOrder
from selection_center.orders.models import Order, OrderState

CONCLUSIVE_AFTER = timedelta(minutes=10)
"""A look-up that finds nothing so long after the last sending says that nothing arrived; sooner it says nothing."""
NOT_CONFIRMED_AFTER = timedelta(days=3)
"""So long a factory may keep silent about what was handed over to it, before people are asked to call it."""
FIRST_LOOK, LONGEST_WAIT = timedelta(hours=1), timedelta(days=1)
"""Until the next look at how it stands there: doubled with each that brings nothing new."""
MOST_LOOKS = 60
"""Looks without news, some two months; then only a message or a person has it looked at again."""


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
    parts: Mapped[list[list[int]]] = mapped_column(sa.JSON, default=list)
    """The orders that the last preview would make of it: [fen of the goods, fen of the freight] each."""
    left_out: Mapped[list[list[str]]] = mapped_column(sa.JSON, default=list)
    """[what, the marketplace's words] of each line that it did not take, though it took others."""
    problem: Mapped[str] = mapped_column(sa.String(32), default="")
    """What people should look at: a code of ours, such as "price_rose", "below_moq" or "parts_missing"."""
    said: Mapped[str] = mapped_column(sa.String(400), default="")
    sent_at: Mapped[datetime | None]
    """Set, and committed, before anything is sent: from here on it is looked up first."""
    looked_up_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is looked at again by itself; None: people or a message have to ask for it."""
    looks: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often in a row that brought nothing new."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime] = mapped_column(default=utcnow)

    order: Mapped[Order] = relationship()
    account: Mapped[Account] = relationship()
    placed: Mapped[list[PlacedOrder]] = relationship(order_by=PlacedOrder.id)

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.HANDLE_ORDERS) -> sa.Select[Self]:
        query = sa.select(cls).join(Order, Order.id == cls.order_id)
        return within(query, Order.site_id, user.site_ids(permission))

    @classmethod
    def begin(cls, order: Order, account: Account) -> tuple[Self, bool]:
        """An order has one: of two who begin at once the second gets the first one's. Is it new?"""
        begun = cls(order=order, account=account, reference=order.number, agreed_fen=order.goods_fen, placed=[])
        begun.parts, begun.left_out = [], []
        try:
            with db.session.begin_nested():
                db.session.add(begun)
        except sa.exc.IntegrityError:
            return db.session.scalars(sa.select(cls).filter_by(order_id=order.id)).one(), False
        return begun, True

    def hold_row(self) -> None:
        """Locks its order and it until the commit, always in this sequence: of a job and a person the second sees
        what the first did.
        """
        db.session.flush()
        db.session.refresh(self.order, with_for_update={"of": Order})
        db.session.refresh(self, with_for_update={"of": Push})

    def become(self, state: PushState, problem: str = "", said: str = "") -> None:
        """The one place where its state changes. Its row is held."""
        if state not in TRANSITIONS[self.state]:
            raise Refused("wrong_state", _("This has moved on: it cannot be done from here any more."))
        self.state, self.problem, self.said, self.changed_at = state, problem, said[:400], utcnow()

    @property
    def wants_people(self) -> bool:
        return self.state in (PushState.HELD, PushState.UNKNOWN) or bool(self.problem) or self.outlives_its_order

    @property
    def can_be_settled(self) -> bool:
        """Can people alone tell whether it arrived?"""
        return (self.state, self.problem) in {
            (PushState.UNKNOWN, "handover_unclear"),
            (PushState.PLACED, "not_confirmed"),
        }

    @property
    def outlives_its_order(self) -> bool:
        """The order is cancelled here, and goes on there without anybody having asked to cancel it."""
        gone = self.order.state is OrderState.CANCELLED and self.state is PushState.PLACED
        return gone and any(row.is_forgotten for row in self.placed)

    @property
    def misses_parts(self) -> bool:
        """Does the marketplace show fewer orders than it said that it would make?"""
        return len(self.placed) < len(self.parts)

    @property
    def is_sent_off(self) -> bool:
        """All that it became there is on its way or further."""
        return bool(self.placed) and not self.misses_parts and all(row.state in SENT_OFF for row in self.placed)

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

    def expect(self, preview: Preview) -> None:
        """Keeps what a preview said, to compare what came of it."""
        self.asked_fen, self.freight_fen = preview.goods_fen, preview.freight_fen
        self.parts = [[part.goods_fen, part.freight_fen] for part in preview.parts]

    def seen(self) -> None:
        """Somebody has looked at what is wrong with its orders there, and put it right by other means."""
        if self.state is not PushState.PLACED or not self.problem:
            raise Refused("wrong_state", _("This has moved on: it cannot be done from here any more."))
        if self.problem == "not_confirmed":
            self.look_at = utcnow() + LONGEST_WAIT
        self.problem, self.changed_at = "", utcnow()

    # --- when it is looked at again -----------------------------------------------------------------------------------

    def heard(self) -> None:
        """There is news of it: more may come soon, and whoever was to be asked about its silence need not be."""
        self.looks, self.look_at = 0, utcnow() + FIRST_LOOK
        if self.problem == "not_confirmed" and not self.is_unconfirmed:
            self.problem, self.changed_at = "", utcnow()

    def put_off(self) -> None:
        """Ever later, while looking brings nothing new; at last not any more."""
        now, wait = utcnow(), min(FIRST_LOOK * 2 ** min(self.looks, 10), LONGEST_WAIT)
        self.looks += 1
        self.look_at = now + wait if self.looks <= MOST_LOOKS else None
        if self.ask_at is not None and now < self.ask_at < now + wait:
            self.look_at = self.ask_at

    @property
    def is_unconfirmed(self) -> bool:
        """Nobody there has said so far that they have it."""
        return self.state is PushState.PLACED and all(row.is_unconfirmed for row in self.placed)

    @property
    def days_silent(self) -> int:
        return (utcnow() - self.sent_at).days if self.sent_at else 0

    @property
    def ask_at(self) -> datetime | None:
        """From when on people are to ask the factory; None where there is nothing to ask."""
        wanted = self.order.state is OrderState.CONFIRMED and self.is_unconfirmed
        return self.sent_at + NOT_CONFIRMED_AFTER if wanted and self.sent_at is not None else None

    def ask_people(self) -> bool:
        """Is it time for people to ask the factory? Then it is theirs, and not looked at by itself any more."""
        if self.problem or self.ask_at is None or utcnow() < self.ask_at:
            return False
        self.problem, self.look_at, self.changed_at = "not_confirmed", None, utcnow()
        return True

    def reminded(self) -> None:
        """Handed over once more: the factory has its days again."""
        self.sent_at = self.changed_at = utcnow()
        self.problem = ""
        self.heard()

    def call_off(self) -> None:
        """Staff ask to cancel there what is cancelled here; once more only what has no answer yet."""
        rows = [row for row in self.placed if row.can_be_called_off or row.is_being_called_off]
        if self.order.state is not OrderState.CANCELLED or not rows:
            raise Refused(
                "wrong_state", _("There is nothing to cancel at the marketplace, or it has answered already.")
            )
        for row in rows:
            row.call_off_at = row.call_off_at or utcnow()

    # --- what the marketplace says ------------------------------------------------------------------------------------

    def keep(self, found: RemoteOrder) -> None:
        """What the marketplace says of one of its orders, onto the row that it has here or a new one."""
        row = next((row for row in self.placed if row.remote_id == found.remote_id), None)
        if row is None:
            row = PlacedOrder(account_id=self.account_id, remote_id=found.remote_id)
            self.placed.append(row)
        if row.tell(found):
            self.heard()
