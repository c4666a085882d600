"""Which style of the goods a scan means: for the tasks that count goods, not samples."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from selection_center.catalog.models import Sku
from selection_center.core.pictures import picture_url
from selection_center.floor.answers import Answer, Key, Outcome
from selection_center.floor.describing import describe
from selection_center.floor.keys import MOST_KEYS
from selection_center.floor.tasks.base import Scan
from selection_center.floor.things import BarcodeThing, OfferThing, SampleThing


def styles_of(scan: Scan) -> list[Sku] | None:
    """The styles that it can be: by a shelf tag, by the barcode of the goods, or by their offer. None for no goods."""
    match scan.thing:
        case SampleThing(sample):
            return [sample.sku] if sample.sku is not None else list(sample.listing.skus)
        case BarcodeThing(_gtin, skus):
            return list(skus)
        case OfferThing(listing) if listing is not None:
            return list(listing.skus)
        case _other:
            return None


def no_goods(scan: Scan) -> Answer:
    """What it is instead."""
    if isinstance(scan.thing, BarcodeThing):
        reason = _("%(what)s No product of the catalog carries it.", what=scan.thing.words())
        return Answer(outcome=Outcome.UNKNOWN, word=_("Not known"), reason=reason)
    return describe(scan)


def to_choose(skus: list[Sku], key: Callable[[Sku], Key], page: str) -> Answer:
    """Several styles carry it: two of them as keys, all of them on the page."""
    first = skus[0].listing
    keys = [key(sku) for sku in skus[:MOST_KEYS]]
    reason = _("Which style? All of them are on the page.") if len(skus) > MOST_KEYS else _("Which style is it?")
    return Answer(
        outcome=Outcome.WRONG,
        word=_("Several styles"),
        reason=reason,
        title=first.label,
        picture=shown_picture(skus[0]),
        href=page,
        keys=tuple(keys),
    )


def shown_picture(sku: Sku) -> str | None:
    name = sku.picture or sku.listing.picture
    return picture_url(name, "thumb") if name else None


def title_of(sku: Sku) -> str:
    return f"{sku.listing.label} {sku.label}".strip()
