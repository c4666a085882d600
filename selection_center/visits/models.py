"""A visit: somebody who came in, who cares for them, and until when they stay."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.accounts.buyers import CONSENT_VERSION, Buyer, mask_phone
from selection_center.accounts.models import User
from selection_center.core import codes
from selection_center.core.db import Model, Word, db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.sites.models import Site
from selection_center.sites.owned import OfSite
from selection_center.visits.closing import closes_at


class BuyerKind(enum.StrEnum):
    SHOP = "shop"  # 实体店
    LIVESTREAMER = "livestreamer"  # 主播
    CROSS_BORDER = "cross_border"  # 跨境
    COMMUNITY_GROUP = "community_group"  # 社区团购
    WHOLESALER = "wholesaler"  # 批发商
    CORPORATE_GIFTS = "corporate_gifts"  # 企业礼品


class Leaving(enum.StrEnum):
    GOODBYE = "goodbye"  # somebody scanned the visit and said so
    CLOSING = "closing"  # nobody did; the center closed


class Visit(OfSite):
    """One walk-in from the door until goodbye (到访), with a code of its own on the phone's screen or a sticker.

    Name and phone are what was said at the reception: they are for the staff of this site, never for a phone that
    opens the code. The phone that does becomes the visit's buyer, and its list the visit's list.
    """

    __tablename__ = "visits"
    __table_args__ = (sa.Index("ix_visits_site_arrived", "site_id", "arrived_at"),)

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"))
    code: Mapped[str] = mapped_column(sa.String(11), unique=True)
    name: Mapped[str | None] = mapped_column(sa.String(80))
    """None once it is forgotten, as the rest of the person."""
    company: Mapped[str] = mapped_column(sa.String(120), default="")
    kind: Mapped[BuyerKind] = mapped_column(Word(BuyerKind))
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")
    looking_for: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str | None] = mapped_column(sa.String(24), index=True)
    consent_version: Mapped[str | None] = mapped_column(sa.String(16))
    consent_at: Mapped[datetime | None]
    buyer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buyers.id"), index=True)
    """Whose list this is; none until a phone opens the code or staff begin the list."""
    bound_at: Mapped[datetime | None]
    """When a phone opened the code and became this buyer's device."""
    registered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    cared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    arrived_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
    left_at: Mapped[datetime | None]
    left_how: Mapped[Leaving | None] = mapped_column(Word(Leaving))

    site: Mapped[Site] = relationship()
    buyer: Mapped[Buyer | None] = relationship()
    registered_by: Mapped[User] = relationship(foreign_keys=registered_by_id)
    cared_by: Mapped[User] = relationship(foreign_keys=cared_by_id)
    cares: Mapped[list[VisitCare]] = relationship(back_populates="visit", order_by="VisitCare.id")
    # The buyer's open lists, newest first. Their table comes later in the order of imports: named here, known there.
    open_lists: Mapped[list[Any]] = relationship(
        "SelectionList",
        primaryjoin="and_(foreign(SelectionList.buyer_id) == Visit.buyer_id, SelectionList.closed_at.is_(None))",
        order_by="SelectionList.id.desc()",
        viewonly=True,
    )
    needs = Permission.HANDLE_ORDERS

    @classmethod
    def begin(cls, site: Site, user: User, **said: Any) -> Self:
        """Somebody came in and told this much; whoever registers them cares for them at first."""
        phone = said.pop("phone", None)
        visit = cls(site=site, code=codes.new_code(), registered_by=user, arrived_at=utcnow(), **said)
        if phone:
            visit.phone, visit.consent_version, visit.consent_at = phone, CONSENT_VERSION, utcnow()
        db.session.add(visit)
        visit.care(user)
        db.session.flush()
        return visit

    @classmethod
    def named(cls, code: str) -> Self | None:
        """The visit with this canonical code."""
        return db.session.scalar(sa.select(cls).filter_by(code=code))

    @property
    def shown_code(self) -> str:
        return codes.format_code(self.code)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def is_forgotten(self) -> bool:
        return self.name is None

    @property
    def is_here(self) -> bool:
        """Until goodbye; nobody stays over closing time, also when no job has said so yet."""
        return self.left_at is None and self.closes_at > utcnow()

    @property
    def closes_at(self) -> datetime:
        return closes_at(self.site.opening_hours, self.arrived_at)

    @property
    def is_bound(self) -> bool:
        return self.bound_at is not None

    @property
    def selection(self) -> Any:
        """The buyer's open list; None while there is none."""
        return self.open_lists[0] if self.open_lists else None

    def is_on(self, device: str) -> bool:
        """Is this the device of the phone that opened the code first?"""
        return self.is_bound and self.buyer is not None and self.buyer.device == device

    def own_buyer(self) -> Buyer:
        """The buyer whose list this is: for now on a device that nobody holds, until a phone opens the code."""
        if self.buyer is None:
            self.buyer = Buyer.on_or_new(f"visit-{secrets.token_urlsafe(16)}")
        return self.buyer

    def bind(self, buyer: Buyer) -> None:
        """A phone opened the code: it is the buyer's device from now on, and has left a number if one was left."""
        if self.bound_at is not None:
            raise Refused("bound", _("Another phone has this list already. The staff can let this one in instead."))
        if not self.is_here:
            raise Refused("left", _("This visit is over. Ask at the reception for a new code."))
        self.buyer, self.bound_at = buyer, utcnow()
        if self.consent_at is not None and buyer.consent_at is None:
            buyer.consent_version, buyer.consent_at = self.consent_version, self.consent_at

    def let_another_phone_in(self) -> Buyer:
        """The bound phone loses the list; the next one that opens the code gets it. The buyer until then."""
        if self.bound_at is None:
            raise Refused("not_bound", _("No phone has opened this code yet."))
        if self.buyer is not None:
            self.take_consent_back(self.buyer)
        self.buyer, self.bound_at = None, None
        return self.own_buyer()

    def take_consent_back(self, buyer: Buyer) -> None:
        """What this visit alone gave the phone; an order's own consent stays."""
        if buyer.phone is None and buyer.consent_at == self.consent_at:
            buyer.consent_version, buyer.consent_at = None, None

    def care(self, user: User) -> bool:
        """From now on this colleague cares for the visitor. False when they do already."""
        if self.cared_by is user:
            return False
        self.cared_by = user
        self.cares.append(VisitCare(user=user))
        return True

    def say_goodbye(self) -> None:
        if self.left_at is not None:
            raise Refused("left", _("This visit is over already."))
        self.left_at, self.left_how = utcnow(), Leaving.GOODBYE

    def close(self) -> None:
        """Nobody said goodbye: the visit ended when the center closed."""
        if self.left_at is None:
            self.left_at, self.left_how = self.closes_at, Leaving.CLOSING

    @property
    def can_come_back(self) -> bool:
        """A goodbye said to the wrong person can be taken back for ten minutes."""
        return self.left_how is Leaving.GOODBYE and utcnow() - (self.left_at or utcnow()) <= TAKE_BACK_WITHIN

    def come_back(self) -> None:
        if not self.can_come_back:
            raise Refused("too_late", _("Only within ten minutes. Register the visitor again instead."))
        self.left_at, self.left_how = None, None

    def forget(self) -> None:
        """Who it was is gone; that somebody of this kind came, when, and who cared stays a fact."""
        if self.buyer is not None:
            self.take_consent_back(self.buyer)
        self.name, self.company, self.looking_for, self.phone = None, "", "", None
        self.consent_version, self.consent_at, self.buyer = None, None, None


class VisitCare(Model):
    """A colleague began to care for a visitor (接待); until the next one did."""

    __tablename__ = "visit_cares"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visits.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    began_at: Mapped[datetime] = mapped_column(default=utcnow)

    visit: Mapped[Visit] = relationship(back_populates="cares")
    user: Mapped[User] = relationship()
