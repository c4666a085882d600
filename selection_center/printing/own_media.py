"""Paper that a site, or the whole network, measured itself; and every paper that can be printed on at a site."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selection_center.core.db import Model, db, hold, utcnow, within
from selection_center.core.permissions import Permission
from selection_center.printing.media import MEDIA, THERMAL_DOTS, Kind, Medium, cells
from selection_center.printing.models import PrintRun
from selection_center.printing.overtaking import mark
from selection_center.sites.models import Site

OWN = "own-"
"""Before the number of the row: the key by which runs name it."""
THERMAL_DPI = 203
MEASURES = ("page_width", "page_height", "width", "height", "left", "top", "pitch_x", "pitch_y", "edge")
"""In hundredths of a millimetre."""


class OwnMedium(Model):
    """A paper by its own measures (自定义纸张): of one site, or of every site where none is named."""

    __tablename__ = "own_media"

    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    page_width: Mapped[int]
    page_height: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    left: Mapped[int]
    top: Mapped[int]
    pitch_x: Mapped[int]
    pitch_y: Mapped[int]
    edge: Mapped[int]
    columns: Mapped[int]
    rows: Mapped[int]
    dpi: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    hidden_at: Mapped[datetime | None]

    site: Mapped[Site | None] = relationship()

    @classmethod
    def reachable_by(cls, user: Any, permission: Permission = Permission.EDIT_MEDIA) -> sa.Select[Self]:
        """Those of the sites where this person may do it; the network's for whoever may do it everywhere."""
        return within(sa.select(cls), cls.site_id, user.site_ids(permission))

    @property
    def key(self) -> str:
        return f"{OWN}{self.id}"

    @property
    def medium(self) -> Medium:
        said = {name: getattr(self, name) for name in (*MEASURES, "columns", "rows", "dpi")}
        return medium_from(self.key, self.name, **said)

    @property
    def is_printed_on(self) -> bool:
        return db.session.scalar(sa.select(PrintRun.id).filter_by(medium=self.key).limit(1)) is not None

    @property
    def mark(self) -> str:
        return mark(self.name, self.site_id, *(getattr(self, name) for name in (*MEASURES, "columns", "rows", "dpi")))

    def remove(self) -> None:
        """The row stays, hidden: the file of a run that names it may be set again, and a form may still be open."""
        self.hidden_at = utcnow()


def medium_from(key: str, name: str, *, columns: int, rows: int, dpi: int, **hundredths: int) -> Medium:
    mm = {measure: hundredths[measure] / 100 for measure in MEASURES}
    return cells(
        key,
        (mm["width"], mm["height"]),
        (columns, rows),
        (mm["left"], mm["top"]),
        (mm["pitch_x"], mm["pitch_y"]),
        page=(mm["page_width"], mm["page_height"]),
        edge=mm["edge"],
        dots_per_mm=THERMAL_DOTS if dpi == THERMAL_DPI else dpi / 25.4,
        kind=Kind.OWN,
        name=name,
    )


def own_at(site: Site) -> list[OwnMedium]:
    query = sa.select(OwnMedium).where(
        OwnMedium.hidden_at.is_(None), sa.or_(OwnMedium.site_id == site.id, OwnMedium.site_id.is_(None))
    )
    return list(db.session.scalars(query.order_by(OwnMedium.id)))


def media_at(site: Site) -> list[Medium]:
    return [*MEDIA.values(), *(own.medium for own in own_at(site))]


def medium_of(key: str) -> Medium:
    """The one that a run names, hidden or not."""
    if key.startswith(OWN):
        return hold(db.session.get_one(OwnMedium, int(key.removeprefix(OWN)))).medium
    return MEDIA[key]


def medium_title(key: str) -> str:
    """How the one that a run names is called; the key itself of one that this version does not know."""
    return medium_of(key).title if key in MEDIA or key.startswith(OWN) else key


def titles(runs: Iterable[PrintRun]) -> dict[str, str]:
    """How the media of these runs are called."""
    return {key: medium_of(key).title for key in {run.medium for run in runs}}
