"""Where things stand: cities and belts, sites, and in a site zones, bays and stands."""

from __future__ import annotations

import enum
import re
import unicodedata
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.core.codes import new_code
from selection_center.core.db import Model, Word, db, utcnow, within
from selection_center.core.errors import Refused
from selection_center.core.i18n import in_language
from selection_center.core.permissions import Permission

HIGHEST_LEVEL = 20


class City(Model):
    """A prefecture or county-level city with its GB/T 2260 code (城市)."""

    __tablename__ = "cities"

    adcode: Mapped[str] = mapped_column(sa.String(6), unique=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    province: Mapped[str] = mapped_column(sa.String(40))


class Belt(Model):
    """A town where one trade gathers (产业带). Its place may be a county-level city under its city's prefecture."""

    __tablename__ = "belts"
    __table_args__ = (sa.UniqueConstraint("city_id", "name"),)

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"), index=True)
    place_adcode: Mapped[str] = mapped_column(sa.String(6))
    place: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(80))
    category: Mapped[str] = mapped_column(sa.String(40))
    is_sourced: Mapped[bool] = mapped_column(default=False)
    over_ten_billion: Mapped[bool | None]
    """Above 10 billion yuan a year (百亿产业带): set by head office; None while not known."""

    city: Mapped[City] = relationship()

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)


class SiteKind(enum.StrEnum):
    CENTER = "center"  # 选品中心
    STORE = "store"  # 会员店


site_belts = sa.Table(
    "site_belts",
    Model.metadata,
    sa.Column("site_id", sa.ForeignKey("sites.id"), primary_key=True),
    sa.Column("belt_id", sa.ForeignKey("belts.id"), primary_key=True),
)


class Site(Model):
    """A selection center (选品中心) or a member store (会员店)."""

    __tablename__ = "sites"

    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    kind: Mapped[SiteKind] = mapped_column(Word(SiteKind))
    name: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(80))
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("cities.id"))
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    address_en: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(24), default="")
    opening_hours: Mapped[str] = mapped_column(sa.String(80), default="")
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    city: Mapped[City] = relationship()
    belts: Mapped[list[Belt]] = relationship(secondary=site_belts)
    zones: Mapped[list[Zone]] = relationship(back_populates="site", order_by="Zone.position")

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_SITE) -> sa.Select[Self]:
        """The sites where this person may do it; add filters to the answer."""
        return within(sa.select(cls), cls.id, user.site_ids(permission))

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def found(cls, **values: Any) -> Site:
        """A new site. Its short name is part of addresses, so it is its own for good."""
        site = cls(**values)
        try:
            with db.session.begin_nested():
                db.session.add(site)
        except sa.exc.IntegrityError as error:
            raise Refused("slug_taken", _("This short name is taken. Choose another one.")) from error
        return site

    def close(self) -> None:
        """No longer in lists; what happened here stays."""
        if not self.is_open:
            raise Refused("closed", _("This site is closed already."))
        self.closed_at = utcnow()

    def reopen(self) -> None:
        if self.is_open:
            raise Refused("open", _("This site is open already."))
        self.closed_at = None


class Zone(Model):
    """A named part of a site (展区): the A of A-03-2."""

    __tablename__ = "zones"
    __table_args__ = (sa.UniqueConstraint("site_id", "letter"),)

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    letter: Mapped[str] = mapped_column(sa.String(4))
    name: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(60), default="")
    position: Mapped[int] = mapped_column(default=0)

    site: Mapped[Site] = relationship(back_populates="zones")
    bays: Mapped[list[Bay]] = relationship(back_populates="zone", order_by="Bay.number")

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)

    @property
    def address(self) -> str:
        return self.letter

    @property
    def stands(self) -> list[Stand]:
        return [stand for bay in self.bays for stand in bay.stands]

    @property
    def open_bays(self) -> list[Bay]:
        return [bay for bay in self.bays if bay.is_open]

    def add_bay(self, number: int, levels: int, **place: int) -> Bay:
        """A rack with so many stands, each with a code of its own. place: x, y, width, height in decimetres."""
        if any(bay.number == number for bay in self.bays):
            raise Refused("bay_exists", _("%(bay)s exists already.", bay=bay_address(self.letter, number)))
        bay = Bay(zone=self, number=number, **place)
        db.session.add(bay)
        bay.add_levels(levels)
        return bay

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_SITE) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))


class Bay(Model):
    """A rack with a place on the plan (货架): the 03 of A-03-2. x, y, width, height in decimetres of floor."""

    __tablename__ = "bays"
    __table_args__ = (sa.UniqueConstraint("zone_id", "number"),)

    zone_id: Mapped[int] = mapped_column(sa.ForeignKey("zones.id"), index=True)
    number: Mapped[int]
    x: Mapped[int] = mapped_column(default=0)
    y: Mapped[int] = mapped_column(default=0)
    width: Mapped[int] = mapped_column(default=20)
    height: Mapped[int] = mapped_column(default=6)

    zone: Mapped[Zone] = relationship(back_populates="bays")
    stands: Mapped[list[Stand]] = relationship(back_populates="bay", order_by="Stand.level")

    @property
    def site_id(self) -> int:
        return self.zone.site_id

    @property
    def site(self) -> Site:
        return self.zone.site

    @property
    def address(self) -> str:
        return bay_address(self.zone.letter, self.number)

    @property
    def open_stands(self) -> list[Stand]:
        return [stand for stand in self.stands if stand.is_open]

    @property
    def taken_stands(self) -> list[Stand]:
        return [stand for stand in self.open_stands if not stand.is_vacant]

    @property
    def is_open(self) -> bool:
        """A rack is as open as its stands; without any it is one that is just being set up."""
        return not self.stands or bool(self.open_stands)

    def add_levels(self, count: int) -> None:
        """So many stands on top of the highest one."""
        highest = max((stand.level for stand in self.stands), default=0)
        if highest + count > HIGHEST_LEVEL:
            raise Refused("too_high", _("A bay has %(highest)s levels at most.", highest=HIGHEST_LEVEL))
        for level in range(highest + 1, highest + count + 1):
            address = stand_address(self.zone.letter, self.number, level)
            self.stands.append(Stand(site_id=self.zone.site_id, level=level, address=address, code=new_code()))

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_SITE) -> sa.Select[Self]:
        return within(sa.select(cls).join(Zone), Zone.site_id, user.site_ids(permission))


class Stand(Model):
    """One level of a bay (展位), with an address such as A-03-2 and a code of its own.

    The address always follows zone, bay and level; a closed stand keeps it, and is opened again rather than made anew.
    """

    __tablename__ = "stands"
    __table_args__ = (
        sa.UniqueConstraint("bay_id", "level"),
        sa.UniqueConstraint("site_id", "address"),
    )

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    bay_id: Mapped[int] = mapped_column(sa.ForeignKey("bays.id"), index=True)
    level: Mapped[int]
    address: Mapped[str] = mapped_column(sa.String(16))
    code: Mapped[str] = mapped_column(sa.String(11), unique=True)
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    bay: Mapped[Bay] = relationship(back_populates="stands")
    # What stands here now. Its table comes later in the order of imports: named here, known there.
    standing: Mapped[list[Any]] = relationship(
        "Placement",
        primaryjoin="and_(foreign(Placement.stand_id) == Stand.id, Placement.ended_at.is_(None))",
        viewonly=True,
    )

    @property
    def is_vacant(self) -> bool:
        return not self.standing

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def stands(self) -> list[Stand]:
        return [self]

    def close(self) -> None:
        """Its samples must have gone elsewhere: that is for the area of samples to see to."""
        self.closed_at = self.closed_at or utcnow()

    def reopen(self) -> None:
        if self.is_open:
            raise Refused("open", _("This stand is open already."))
        self.closed_at = None

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.SEE_SITE) -> sa.Select[Self]:
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))

    @classmethod
    def at(cls, site_id: int, address: str) -> Stand | None:
        """The open stand at this address, however it was typed."""
        exact = typed_address(address) or address.strip().upper()
        return db.session.scalar(sa.select(cls).filter_by(site_id=site_id, address=exact, closed_at=None))


def stand_address(zone: str, bay: int, level: int) -> str:
    """A-03-2."""
    return f"{zone}-{bay:02d}-{level}"


TYPED = re.compile(r"(?:([A-Z]{1,4})[-\s._]?|([A-Z0-9]{1,4})[-\s._])([0-9]{1,3})[-\s._]([0-9]{1,2})", re.IGNORECASE)


def typed_address(text: str) -> str | None:
    """A-03-2 for a-3-2, A 03 2 and Ａ０３－２; None for what is no stand's address."""
    found = TYPED.fullmatch(re.sub(r"[‐-―−]", "-", unicodedata.normalize("NFKC", text)).strip())
    return stand_address((found[1] or found[2]).upper(), int(found[3]), int(found[4])) if found else None


def bay_address(zone: str, bay: int) -> str:
    """A-03."""
    return f"{zone}-{bay:02d}"


Place = Zone | Bay | Stand
"""Whatever has an address and stands."""


def follow_address(place: Place) -> None:
    """Gives the stands below a renamed place their new addresses."""
    for stand in place.stands:
        stand.address = stand_address(stand.bay.zone.letter, stand.bay.number, stand.level)
