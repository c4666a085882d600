"""Stickers over our tags: a code that leads elsewhere is a finding until somebody has removed it."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from selection_center.accounts.models import User
from selection_center.core import audit
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.samples.stocktakes import Stocktake
from selection_center.sites.models import Site, Stand
from selection_center.sites.owned import OfSite

LONGEST_HOST = 255


class TagFinding(OfSite):
    """A code found at a site that leads elsewhere (异码): stickers over the true ones are the commonest QR fraud."""

    __tablename__ = "tag_findings"
    __table_args__ = (
        sa.Index("ix_tag_findings_site_open", "site_id", "removed_at"),
        sa.CheckConstraint("removed_at IS NULL OR taken_back_at IS NULL", name="removed_or_taken_back"),
    )
    needs = Permission.HANDLE_SAMPLES

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    stand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stands.id"))
    stocktake_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stocktakes.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(LONGEST_SCANNED))
    host: Mapped[str] = mapped_column(sa.String(LONGEST_HOST), default="")
    at: Mapped[datetime] = mapped_column(default=utcnow)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    device: Mapped[str | None] = mapped_column(sa.String(64))
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    taken_back_at: Mapped[datetime | None]
    """Flagged by mistake."""

    site: Mapped[Site] = relationship()
    stand: Mapped[Stand | None] = relationship()
    stocktake: Mapped[Stocktake | None] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=user_id)
    removed_by: Mapped[User | None] = relationship(foreign_keys=removed_by_id)

    @property
    def is_open(self) -> bool:
        return self.removed_at is None and self.taken_back_at is None

    @classmethod
    def open_at(cls, site: Site) -> sa.Select[Self]:
        """What still sticks there, newest first."""
        query = sa.select(cls).filter_by(site_id=site.id, removed_at=None, taken_back_at=None).order_by(cls.id.desc())
        return query.options(joinedload(cls.stand), joinedload(cls.user))

    @classmethod
    def report(
        cls, site: Site, stand: Stand | None, text: str, user_id: int | None = None, stocktake: Stocktake | None = None
    ) -> tuple[TagFinding, bool]:
        """Flags it, once while it sticks there; answers whether it is new. Audited."""
        db.session.refresh(site, ["closed_at"], with_for_update={"key_share": True})
        stand_id = stand.id if stand is not None else None
        text = text[:LONGEST_SCANNED]
        same = cls.open_at(site).where(cls.text == text, cls.stand_id.is_not_distinct_from(stand_id))
        before = db.session.scalar(same.limit(1))
        if before is not None:
            return before, False
        found = cls(
            site=site, stand=stand, stocktake=stocktake, text=text, host=host_of(text), user_id=user_id,
            device=audit.current_actor().device,
        )  # fmt: skip
        db.session.add(found)
        audit.record("tag_finding_reported", found, host=found.host, stand=stand.address if stand else None)
        return found, True

    def remove(self, user_id: int | None) -> None:
        """Somebody took the sticker off."""
        self.hold_open()
        self.removed_at, self.removed_by_id = utcnow(), user_id
        audit.record("tag_finding_removed", self, host=self.host, stand=self.stand.address if self.stand else None)

    def take_back(self) -> None:
        """It was no sticker after all."""
        self.hold_open()
        self.taken_back_at = utcnow()
        audit.record("tag_finding_taken_back", self, host=self.host, stand=self.stand.address if self.stand else None)

    def hold_open(self) -> None:
        db.session.refresh(self, ["removed_at", "taken_back_at"], with_for_update=True)
        if not self.is_open:
            raise Refused("removed", _("This was marked as removed already."))


def host_of(text: str) -> str:
    """The host that an address names, to be shown as text; nothing for what is no address."""
    try:
        written = urlsplit(text if "//" in text else f"//{text}")
        host = written.hostname or ""
    except ValueError:
        return ""
    return host[:LONGEST_HOST] if "." in host or "//" in text else ""
