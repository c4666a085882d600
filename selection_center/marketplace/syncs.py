"""Which listings an account keeps fresh, and its runs through all its offers there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from selection_center.catalog.models import Listing
from selection_center.core.db import Model, db, utcnow
from selection_center.marketplace.accounts import Account

MOST_REFUSED = 100
"""Offers that could not be read are kept by name up to here; beyond, only their number is."""


class OfferLink(Model):
    """A listing that an account keeps fresh (货源关联), and what the marketplace said of it last."""

    __tablename__ = "offer_links"
    __table_args__ = (
        sa.Index("ix_offer_links_account_seen", "account_id", "seen_at"),
        sa.Index(
            "ix_offer_links_to_follow",
            "account_id",
            sqlite_where=sa.text("followed_at IS NULL AND gone_at IS NULL"),
            postgresql_where=sa.text("followed_at IS NULL AND gone_at IS NULL"),
        ),
    )

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("marketplace_accounts.id"))
    seen_at: Mapped[datetime] = mapped_column(default=utcnow)
    gone_at: Mapped[datetime | None]
    """The marketplace does not know the offer any more."""
    online: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """Prices there: {"tiers": "3:1280 48:1150", "skus": {"红": 1280}}, fen; what is said here by hand may differ.
    "pictures": {"红": address} of its styles.
    """
    pictures_wanted_at: Mapped[datetime | None]
    """Its pictures there changed, and are fetched by the next round."""
    pictures_from: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict, server_default="{}")
    """From where those here came: {"offer": [addresses], "styles": {"红": address}}."""
    followed_at: Mapped[datetime | None]
    """When messages of its stock were asked for, whatever the marketplace said to that."""
    compared_version: Mapped[int | None]
    """Of the listing, as its prices were held against those online last; none after online said another."""
    gap_seen: Mapped[str] = mapped_column(sa.String(16), default="", server_default="")
    """The fingerprint of what differed then, unless all of it was kept."""

    listing: Mapped[Listing] = relationship()
    account: Mapped[Account] = relationship()

    @validates("online")
    def _online_is_another(self, _attribute: str, online: dict[str, Any]) -> dict[str, Any]:
        self.compared_version = None
        return online

    @classmethod
    def of(cls, listing_id: int) -> Self | None:
        return db.session.scalar(sa.select(cls).filter_by(listing_id=listing_id))

    @classmethod
    def count_of(cls, account_id: int) -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(cls).filter_by(account_id=account_id)) or 0


class Sync(Model):
    """One run through all offers of an account (同步). `cursor` is where it goes on after a stop or a kill."""

    __tablename__ = "syncs"
    __table_args__ = (
        sa.Index(
            "uq_syncs_one_open",
            "account_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("marketplace_accounts.id"), index=True)
    cursor: Mapped[str | None] = mapped_column(sa.String(400))
    total: Mapped[int | None]
    """How many there are, where the marketplace says so."""
    seen_count: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    gone_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    refused: Mapped[list[list[str]]] = mapped_column(sa.JSON, default=list)
    """[the source's id, why]"""
    pages_at: Mapped[datetime | None]
    """All pages are written; what was not among them is asked for one by one."""
    started_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()

    @classmethod
    def open_of(cls, account_id: int) -> Self | None:
        return db.session.scalar(sa.select(cls).filter_by(account_id=account_id, ended_at=None))

    @classmethod
    def begin(cls, account: Account) -> Self:
        """One is open of an account at most: of two who begin at once the second gets the first one's."""
        begun = cls(account=account, refused=[])
        try:
            with db.session.begin_nested():
                db.session.add(begun)
        except sa.exc.IntegrityError:
            return db.session.scalars(sa.select(cls).filter_by(account_id=account.id, ended_at=None)).one()
        return begun

    @classmethod
    def last_of(cls, account_id: int, limit: int) -> list[Self]:
        return list(
            db.session.scalars(sa.select(cls).filter_by(account_id=account_id).order_by(cls.id.desc()).limit(limit))
        )

    @classmethod
    def due(cls) -> list[Account]:
        """Accounts whose offers are to be fetched by now: at work, known at the marketplace, and long since begun."""
        last = sa.select(sa.func.max(cls.started_at)).where(cls.account_id == Account.id).scalar_subquery()
        at_work = sa.and_(Account.paused_at.is_(None), Account.checked_at.is_not(None), Account.fetch_every_hours > 0)
        rows = db.session.execute(sa.select(Account, last).where(at_work).order_by(Account.id))
        now = utcnow()
        return [one for one, begun in rows if begun is None or begun + timedelta(hours=one.fetch_every_hours) <= now]

    @property
    def source(self) -> str:
        """As the history of prices names it."""
        return f"sync {self.id}"

    def note_refused(self, refused: tuple[tuple[str, str], ...]) -> None:
        self.refused_count += len(refused)
        room = MOST_REFUSED - len(self.refused)
        if refused and room > 0:
            self.refused = [*self.refused, *([external_id[:64], why[:200]] for external_id, why in refused[:room])]
