"""What stands on a stand, a bay or a zone, and closing and moving those without losing sight of it."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload, selectinload

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.i18n import in_language
from selection_center.samples.loans import Loan
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.sites.models import Bay, Place, Site, Stand, Zone, bay_address, follow_address

NAMED_IN_A_REFUSAL = 5


class WhatStandsThere(enum.StrEnum):
    """What happens to the samples of a place that is closed or moved."""

    STAYS = "stays"  # so nothing may stand there
    ALONG = "along"  # keeps its stand, which gets a new address: the labels are out of date
    STORE_ROOM = "store_room"
    OTHER_STAND = "other_stand"


def samples_on(stands: Iterable[Stand]) -> list[Sample]:
    """In the order of their stands, then as they were placed."""
    ids = [stand.id for stand in stands]
    query = (
        sa.select(Sample)
        .join(Placement, sa.and_(Placement.sample_id == Sample.id, Placement.ended_at.is_(None)))
        .join(Placement.stand)
        .where(Placement.stand_id.in_(ids))
        .order_by(Stand.address, Placement.id)
        .options(
            joinedload(Sample.listing),
            joinedload(Sample.sku),
            joinedload(Sample.tag),
            joinedload(Sample.loan_item),
            selectinload(Sample.loan).selectinload(Loan.items),
        )
    )
    return list(db.session.scalars(query))


def vacant(site: Site) -> sa.Select[Stand]:
    """Open stands of the site on which nothing stands, by address."""
    taken = sa.select(Placement.stand_id).where(Placement.ended_at.is_(None), Placement.stand_id.is_not(None))
    free = sa.select(Stand).where(Stand.site_id == site.id, Stand.closed_at.is_(None), Stand.id.not_in(taken))
    return free.order_by(Stand.address)


def samples_at(site: Site) -> list[Sample]:
    """What still stands at a site, or is expected there."""
    query = sa.select(Sample).where(Sample.site_id == site.id, Sample.state != SampleState.RETIRED)
    return list(db.session.scalars(query.order_by(Sample.id).options(joinedload(Sample.listing))))


def refuse_what_stands(samples: list[Sample]) -> None:
    """Names what is in the way; says nothing when nothing is."""
    if not samples:
        return
    names = [in_language(sample.listing.title, sample.listing.title_en) for sample in samples]
    named = ", ".join(names[:NAMED_IN_A_REFUSAL]) + (" …" if len(names) > NAMED_IN_A_REFUSAL else "")
    raise Refused(
        "holds_samples",
        ngettext(
            "%(num)s sample still stands there: %(names)s. Choose where it goes.",
            "%(num)s samples still stand there: %(names)s. Choose where they go.",
            len(names),
            names=named,
        ),
    )


def hold(stands: Iterable[Stand]) -> None:
    """Locks them until the commit, in the order of their numbers, so that nothing is placed there meanwhile."""
    ids = [stand.id for stand in stands]
    db.session.execute(sa.select(Stand.id).where(Stand.id.in_(ids)).order_by(Stand.id).with_for_update())


def clear(place: Place, choice: WhatStandsThere, to: Stand | None, user_id: int | None) -> int:
    """Takes the samples off every stand of a place; answers how many went. Refuses while they stay."""
    hold([*place.stands, *([to] if to is not None else [])])
    samples = samples_on(place.stands)
    if choice is WhatStandsThere.STAYS:
        refuse_what_stands(samples)
    if to is not None and to in place.stands:
        raise Refused("same_place", _("%(stand)s goes too. Choose another stand.", stand=to.address))
    for sample in sorted(samples, key=lambda sample: sample.id):  # as whoever lends or moves many of them
        sample.place_on(to if choice is WhatStandsThere.OTHER_STAND else None, user_id, even_away=True)
    return len(samples)


def close(place: Place, choice: WhatStandsThere, to: Stand | None = None, user_id: int | None = None) -> int:
    """Closes a stand, or all stands of a bay or zone; answers how many samples went elsewhere."""
    if choice is WhatStandsThere.ALONG:
        raise Refused("closing_takes_nothing_along", _("Choose a stand or the store room."))
    if all(not stand.is_open for stand in place.stands):
        raise Refused("closed", _("%(place)s is closed already.", place=place.address))
    gone = clear(place, choice, to, user_id)
    for stand in place.stands:
        stand.close()
    return gone


def close_site(site: Site) -> None:
    """Only an empty site closes: what stands there is retired or leaves first."""
    refuse_what_stands(samples_at(site))
    site.close()


def rename_zone(zone: Zone, letter: str, choice: WhatStandsThere) -> int:
    """Another letter, and so another address for all that stands in it; answers how many labels are out of date."""
    if any(other.letter == letter for other in zone.site.zones if other is not zone):
        raise Refused("zone_exists", _("This site has a zone %(letter)s already.", letter=letter))
    zone.letter = letter
    return _readdress(zone, choice)


def move_bay(bay: Bay, zone: Zone, number: int, choice: WhatStandsThere) -> int:
    """To another zone of its site, or another number."""
    if any(other.number == number for other in zone.bays if other is not bay):
        raise Refused("bay_exists", _("%(bay)s exists already.", bay=bay_address(zone.letter, number)))
    bay.zone, bay.number = zone, number
    return _readdress(bay, choice)


def move_stand(stand: Stand, bay: Bay, level: int, choice: WhatStandsThere) -> int:
    """To another bay of its site, or another level."""
    if any(other.level == level for other in bay.stands if other is not stand):
        address = f"{bay.address}-{level}"
        raise Refused("stand_exists", _("%(stand)s exists already, open or closed.", stand=address))
    stand.bay, stand.level = bay, level
    return _readdress(stand, choice)


def _readdress(place: Place, choice: WhatStandsThere) -> int:
    samples = samples_on(place.stands)
    if choice is not WhatStandsThere.ALONG:
        refuse_what_stands(samples)
    follow_address(place)
    db.session.flush()
    return len(samples)
