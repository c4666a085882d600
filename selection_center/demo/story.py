"""The whole demo network as pure values: what there is, who came, what was ordered. The same for the same moment."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from selection_center.catalog.pricing import SAMPLE_LIMIT
from selection_center.core.shop_time import SHOP_TIME
from selection_center.demo.buying import DemoOrder
from selection_center.demo.floor import DemoPiece, pieces, places
from selection_center.demo.offers import DemoOffer, offers
from selection_center.demo.traffic import DemoVisit, visits
from selection_center.demo.words import Place


@dataclass(frozen=True)
class Story:
    """`pieces` by site; `visits` of all sites, oldest first."""

    now: datetime
    offers: list[DemoOffer]
    places: list[Place]
    pieces: dict[str, list[DemoPiece]]
    visits: list[DemoVisit]

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def offer_of(self, site: str, piece: int) -> DemoOffer:
        return self.offers[self.pieces[site][piece].offer]


def tell(now: datetime) -> Story:
    made = offers(now.astimezone(SHOP_TIME).year)
    by_site = {place.slug: pieces(place, made) for place in places()}
    come = [visit for place in places() for visit in visits(place, by_site[place.slug], made, now)]
    come.sort(key=lambda visit: (visit.scans[0].at if visit.scans else now, visit.site, visit.device))
    story = Story(now, made, places(), by_site, come)
    return replace(story, visits=list(within_sample_limits(story)))


def within_sample_limits(story: Story) -> Iterator[DemoVisit]:
    """The visits without sample orders for which the buyer has had all the samples that the offer grants."""
    taken: Counter[tuple[str, str, int]] = Counter()
    for visit in story.visits:
        yield replace(visit, orders=tuple(granted(story, visit, taken)))


def granted(story: Story, visit: DemoVisit, taken: Counter[tuple[str, str, int]]) -> Iterable[DemoOrder]:
    for order in visit.orders:
        wanted = [(story.offer_of(visit.site, line.piece), line.sku) for line in order.lines]
        keys = [(visit.device, offer.external_id, sku) for offer, sku in wanted]
        limits = [offer.sample_limit or SAMPLE_LIMIT for offer, _ in wanted]
        if order.kind == "bulk":
            yield order
        elif all(taken[key] < limit for key, limit in zip(keys, limits, strict=True)):
            taken.update(keys)
            yield order
