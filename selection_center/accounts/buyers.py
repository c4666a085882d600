"""Buyers: a device first, a phone once known, without an account."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from selection_center.core.db import Model, db, utcnow
from selection_center.core.errors import Refused

CONSENT_VERSION = "2026-11"
"""The text of the notice that a buyer agrees to (translations: "How we use your name and phone ...")."""


class Buyer(Model):
    """Somebody who looks, lists and orders (采购商): one row per device; a known phone joins rows."""

    __tablename__ = "buyers"

    device: Mapped[str] = mapped_column(sa.String(64), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(24), index=True)
    name: Mapped[str | None] = mapped_column(sa.String(80))
    consent_version: Mapped[str | None] = mapped_column(sa.String(16))
    consent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    @classmethod
    def on(cls, device: str) -> Buyer | None:
        return db.session.scalar(sa.select(cls).filter_by(device=device))

    @classmethod
    def on_or_new(cls, device: str) -> Buyer:
        buyer = cls.on(device)
        if buyer is not None:
            return buyer
        try:
            with db.session.begin_nested():
                buyer = cls(device=device)
                db.session.add(buyer)
        except sa.exc.IntegrityError:  # another request of this device was first
            buyer = db.session.scalars(sa.select(cls).filter_by(device=device)).one()
        return buyer

    def leave_contact(self, name: str | None, phone: str) -> None:
        """Keeps name and phone under the consent just given."""
        self.name = name or self.name
        self.phone = phone
        self.consent_version = CONSENT_VERSION
        self.consent_at = utcnow()

    @property
    def has_left_phone(self) -> bool:
        """To us, or to the reception of a visit, which keeps the number to itself."""
        return self.phone is not None or self.consent_at is not None


def normal_phone(text: str) -> str:
    """A mainland mobile as 11 digits, any other number as +digits. Refuses what cannot be called."""
    digits = re.sub(r"[\s\-().]", "", text)
    mainland = re.fullmatch(r"(?:\+?86)?(1[3-9]\d{9})", digits, re.ASCII)
    if mainland:
        return mainland[1]
    if re.fullmatch(r"\+[1-9]\d{6,14}", digits, re.ASCII) or re.fullmatch(r"0\d{9,11}", digits, re.ASCII):
        return digits
    raise Refused("bad_phone", _("Write a mobile number with 11 digits, or a foreign one from + on."))


def mask_phone(phone: str | None) -> str:
    """138****8000."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"
