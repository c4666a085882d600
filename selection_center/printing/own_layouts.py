"""Layouts that a site made from the built-in ones, and every layout that can be printed at a site."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.core.db import db, hold, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.printing.designs import Design
from selection_center.printing.layouts import LAYOUTS, Layout
from selection_center.printing.models import PrintRun
from selection_center.printing.overtaking import mark
from selection_center.sites.models import Site, SiteKind
from selection_center.sites.owned import OfSite

OWN = "own-"
"""Before the number of the row: the key by which runs name it."""
LONGEST_NAME = 40
MOST = 60
"""Own layouts of one site."""


class OwnLayout(OfSite):
    """A layout of a site (自定义版式). What was printed by keeps its design: a changed one takes its place."""

    __tablename__ = "own_layouts"
    needs = Permission.EDIT_MEDIA

    site_id: Mapped[int] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    base: Mapped[str] = mapped_column(sa.String(32))
    name: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))
    design_data: Mapped[dict[str, Any]] = mapped_column("design", sa.JSON)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    hidden_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("own_layouts.id"))

    site: Mapped[Site] = relationship()

    @property
    def key(self) -> str:
        return f"{OWN}{self.id}"

    @property
    def design(self) -> Design:
        return Design.of(self.design_data)

    @property
    def layout(self) -> Layout:
        return LAYOUTS[self.base].made_of(self.design, self.key, self.name)

    @property
    def mark(self) -> str:
        return mark(self.name, self.design.as_data())

    @property
    def newest(self) -> OwnLayout:
        """Itself, or what took its place."""
        own = self
        while own.replaced_by_id is not None:
            own = db.session.get_one(OwnLayout, own.replaced_by_id)
        return own

    @property
    def is_printed_by(self) -> bool:
        return db.session.scalar(sa.select(PrintRun.id).filter_by(layout=self.key).limit(1)) is not None

    def change(self, name: str, design: Design) -> OwnLayout:
        """Itself, or what takes its place where something was printed by it."""
        if not self.is_printed_by or design == self.design:
            self.name, self.design_data = name, design.as_data()
            return self
        newer = OwnLayout(site_id=self.site_id, base=self.base, name=name, design_data=design.as_data())
        db.session.add(newer)
        db.session.flush()
        self.hidden_at, self.replaced_by_id = utcnow(), newer.id
        return newer

    def remove(self) -> None:
        """It can be taken back: the row stays, and what runs name is set by it."""
        self.hidden_at = utcnow()

    def restore(self) -> None:
        if self.hidden_at is None or self.replaced_by_id is not None:
            raise Refused("nothing_to_take_back", _("There is nothing to take back."))
        self.hidden_at = None

    @classmethod
    def begin(cls, site: Site, base: str, name: str, design: Design) -> OwnLayout:
        if len(own_at(site)) >= MOST:
            raise Refused("too_many_layouts", _("A site has at most %(count)s layouts of its own.", count=MOST))
        own = cls(site_id=site.id, base=base, name=name[:LONGEST_NAME], design_data=design.as_data())
        db.session.add(own)
        db.session.flush()
        return own


def own_at(site: Site) -> list[OwnLayout]:
    return list(
        db.session.scalars(sa.select(OwnLayout).filter_by(site_id=site.id, hidden_at=None).order_by(OwnLayout.id))
    )


def layout_of(key: str) -> Layout:
    """The one that a run names, hidden or not."""
    if key.startswith(OWN):
        return hold(db.session.get_one(OwnLayout, int(key.removeprefix(OWN)))).layout
    return LAYOUTS[key]


def layout_title(key: str) -> str:
    """How the one that a run names is called; the key itself of one that this version does not know."""
    return layout_of(key).title if key in LAYOUTS or key.startswith(OWN) else key


def layout_now(key: str) -> Layout:
    """The one that took its place; the built-in one of its kind where it was deleted."""
    if not key.startswith(OWN):
        return LAYOUTS[key]
    own = hold(db.session.get_one(OwnLayout, int(key.removeprefix(OWN)))).newest
    return LAYOUTS[own.base] if own.hidden_at is not None else own.layout


def layouts_at(site: Site, user: Any) -> list[Layout]:
    """What this person may print there; a cashier, tags alone."""
    every = [*LAYOUTS.values(), *(own.layout for own in own_at(site))]
    is_store = site.kind is SiteKind.STORE
    return [
        layout
        for layout in every
        if user.can(layout.permission, site_id=site.id) and (is_store or not layout.stores_only)
    ]


def keys_of(kind: str) -> list[str]:
    """Of a built-in layout, its sizes and what sites made of it."""
    own = db.session.scalars(sa.select(OwnLayout.id).filter_by(base=kind))
    return [layout.key for layout in LAYOUTS.values() if layout.kind == kind] + [f"{OWN}{number}" for number in own]
