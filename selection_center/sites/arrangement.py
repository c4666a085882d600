"""Moving the bays of a site on its plan, many at once: what one person drew must not undo what another just did."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from selection_center.core.db import db
from selection_center.sites.models import Bay, Site, Zone

FARTHEST = 5_000
"""Decimetres: half a kilometre, and no showroom is longer."""
WRITTEN = re.compile(r"([0-9]{1,4}) ([0-9]{1,4}) ([0-9]{1,4}) ([0-9]{1,4})")


class Spot(NamedTuple):
    """Where a bay stands and how large it is, in decimetres of floor."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of(cls, bay: Bay) -> Spot:
        return cls(bay.x, bay.y, bay.width, bay.height)

    @classmethod
    def read(cls, text: str) -> Spot | None:
        """As written in a form, "10 20 60 10"; None for anything else, and for what no floor has room for."""
        found = WRITTEN.fullmatch(text)
        spot = cls(*map(int, found.groups())) if found else None
        return spot if spot and min(spot.width, spot.height) >= 1 and max(spot) <= FARTHEST else None

    def __str__(self) -> str:
        return " ".join(map(str, self))


@dataclass
class Arrangement:
    """A plan as somebody drew it: `moves` are the bays that they moved, `overtaken` those that others just moved."""

    bays: list[Bay]
    moves: dict[Bay, Spot] = field(default_factory=dict)
    overtaken: list[Bay] = field(default_factory=list)
    is_readable: bool = True

    @classmethod
    def of(cls, site: Site) -> Arrangement:
        return cls(list(db.session.scalars(bays_of(site)).unique()))

    @classmethod
    def sent(cls, site: Site, form: Mapping[str, str]) -> Arrangement:
        """From the form, the bays held until the commit: each is said with where it stood when the drawing began."""
        query = bays_of(site).with_for_update(of=Bay).execution_options(populate_existing=True)
        arrangement = cls(list(db.session.scalars(query).unique()))
        for bay in arrangement.bays:
            if f"bay-{bay.id}" in form:
                arrangement.take(bay, Spot.read(form[f"bay-{bay.id}"]), Spot.read(form.get(f"was-{bay.id}", "")))
        return arrangement

    def take(self, bay: Bay, spot: Spot | None, was: Spot | None) -> None:
        if spot is None or was is None:
            self.is_readable = False
        elif spot != was:
            self.moves[bay] = spot
            if Spot.of(bay) not in (was, spot):
                self.overtaken.append(bay)

    def spot(self, bay: Bay) -> Spot:
        """Where it stands on the drawing."""
        return self.moves.get(bay, Spot.of(bay))

    def apply(self) -> list[Bay]:
        """Moves them there; answers which ones stand elsewhere now."""
        moved = [bay for bay, spot in self.moves.items() if Spot.of(bay) != spot]
        for bay in moved:
            bay.x, bay.y, bay.width, bay.height = self.moves[bay]
        return moved


def bays_of(site: Site) -> sa.Select[Bay]:
    """All bays of the site, by number of row: so two people lock them in the same order."""
    query = sa.select(Bay).join(Bay.zone).where(Zone.site_id == site.id)
    return query.options(contains_eager(Bay.zone)).order_by(Bay.id)
