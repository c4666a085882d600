"""What people did about an offer that is not online as it stands here."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core.db import Model, Word, utcnow
from selection_center.sites.models import Site


class How(enum.StrEnum):
    DONE = "done"
    IGNORED = "ignored"
    REOPENED = "reopened"


class Handling(Model):
    """One decision about one trouble of an offer at a site (处理). The newest of each counts, while nothing changes."""

    __tablename__ = "offer_handlings"
    __table_args__ = (sa.Index("ix_offer_handlings_site_listing", "site_id", "listing_id"),)

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listings.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    seen: Mapped[str] = mapped_column(sa.String(64))
    """What was wrong, so that another such trouble is told from this one."""
    how: Mapped[How] = mapped_column(Word(How))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=utcnow)

    user: Mapped[User] = relationship()


def newest_at(site: Site) -> sa.Select[int]:
    """The numbers of those that were decided last, of each offer and kind."""
    newest = sa.select(sa.func.max(Handling.id)).where(Handling.site_id == site.id)
    return newest.group_by(Handling.listing_id, Handling.kind)
