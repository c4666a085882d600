"""Messages that marketplaces push: kept once each, and what each is about is read again from there.

A message says that something changed, never what is so: one that comes late, twice or in another order does no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, Word, db, insert_new, utcnow
from selection_center.marketplace import runs
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors.messages import Message, Subject
from selection_center.marketplace.placed_orders import PlacedOrder
from selection_center.marketplace.pushes import Push, PushState

STALE_AFTER = timedelta(days=14)
"""Whatever was so then has been read by a sync since."""
KEPT = timedelta(days=90)


class InboxMessage(Model):
    """One pushed message (平台消息), by the marketplace's own number."""

    __tablename__ = "marketplace_messages"
    __table_args__ = (sa.UniqueConstraint("account_id", "message_id"),)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("marketplace_accounts.id"))
    message_id: Mapped[str] = mapped_column(sa.String(64))
    subject: Mapped[Subject] = mapped_column(Word(Subject))
    kind: Mapped[str] = mapped_column(sa.String(80))
    ids: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    born_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)


def receive(account: Account, message: Message) -> bool:
    """Keeps it and asks for what it is about to be read again; False for one that came before or is stale."""
    if message.born_at < utcnow() - STALE_AFTER:
        return False
    row = {
        **{"account_id": account.id, "message_id": message.message_id[:64], "subject": message.subject},
        **{"kind": message.kind, "ids": list(message.ids), "born_at": message.born_at, "received_at": utcnow()},
    }
    if insert_new(InboxMessage, row) is None:
        return False
    if message.subject in (Subject.ORDER, Subject.PARCEL):
        for push in placed_as(account.id, message.ids):
            runs.ask_again("follow-order", f"follow-{push.reference}", push_id=push.id)
        for push in not_known_as(account.id, message.ids):
            runs.ask_again("push-order", f"push-{push.reference}", order_id=push.order_id)
    elif message.subject in (Subject.LISTING, Subject.STOCK) and message.ids:
        name = f"refresh {account.id} {message.message_id[:64]}"
        runs.ask_again("refresh-offers", name, account_id=account.id, ids=",".join(message.ids))
    return True


def placed_as(account_id: int, remote_ids: tuple[str, ...]) -> list[Push]:
    own = sa.select(PlacedOrder.push_id).where(
        PlacedOrder.account_id == account_id, PlacedOrder.remote_id.in_(remote_ids)
    )
    return list(db.session.scalars(sa.select(Push).where(Push.id.in_(own))))


def not_known_as(account_id: int, references: tuple[str, ...]) -> list[Push]:
    """Sent under these references of ours, and not known whether they arrived: who speaks of one has it."""
    named = sa.select(Push).where(Push.account_id == account_id, Push.reference.in_(references))
    return list(db.session.scalars(named.where(Push.state == PushState.UNKNOWN)))


def forget() -> None:
    db.session.execute(sa.delete(InboxMessage).where(InboxMessage.received_at < utcnow() - KEPT))
