"""What a label or sheet says of a sample: plain words and numbers, kept with every print."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import gettext as _

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.pricing import ladder
from selection_center.catalog.suppliers import PriceVisibility, Supplier
from selection_center.catalog.terms import offer_terms
from selection_center.catalog.visibility import sees_prices
from selection_center.core import codes, i18n
from selection_center.core.money import show_fen
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.sites.models import Stand

Values = dict[str, Any]
LANGUAGES = ("zh", "en", "both")


def spoken(language: str) -> str:
    """Words beside the names are Chinese where names stand in both languages."""
    return "en" if language == "en" else "zh"


def code_values(code: str) -> Values:
    """A code as paper shows it. `address` is what the QR holds."""
    public_url = current_app.config["PUBLIC_URL"]
    return {
        "code": codes.format_code(code),
        "host": codes.host_of(public_url),
        "address": codes.address(code, public_url),
    }


def blank_values(tag: Tag) -> Values:
    return code_values(tag.code) | {"site": tag.site.label}


def stand_values(stand: Stand, language: str) -> Values:
    zone = stand.bay.zone
    names = [zone.name, zone.name_en] if language == "both" else [zone.name_en if language == "en" else zone.name]
    return code_values(stand.code) | {
        "stand": stand.address,
        "zone": zone.letter,
        "names": [name for name in names if name],
        "site": zone.site.label,
    }


def sample_values(sample: Sample, language: str, with_prices: bool) -> Values:
    """Everything that a label says. Names and words are finished; `price_fen` tells later whether it is stale."""
    listing, sku = sample.listing, shown_sku(sample)
    with i18n.speaking(spoken(language)):
        said: Values = code_values(sample.code or "") if sample.code else {}
        said |= {
            "names": names(listing, language),
            "spec": sku.label if sample.sku_id or len(listing.skus) == 1 else "",
            "unit": listing.unit_label,
            "item": sku.cargo_number or listing.item_number,
            "origin": origin(listing),
            "stand": sample.stand.address if sample.stand else "",
        }
        return said | (price_values(sample, sku) if with_prices else {})


def shown_sku(sample: Sample) -> Sku:
    return sample.sku or sample.listing.skus[0]


def names(listing: Listing, language: str) -> list[str]:
    """The title, or both, Chinese first; a missing translation is no line."""
    wanted = {"zh": [listing.title], "en": [listing.title_en or listing.title]}.get(language)
    return wanted or [title for title in (listing.title, listing.title_en) if title]


def origin(listing: Listing) -> str:
    named = i18n.in_language(listing.origin, listing.origin_en)
    belt = listing.supplier.belt if listing.supplier else None
    return named or (belt.place if belt else "")


def price_values(sample: Sample, sku: Sku) -> Values:
    """The lead price with its quantity, unit and tax, as the rules of price tags ask; none that buyers may not see."""
    listing = sample.listing
    if not sees_prices(listing.supplier):
        return {"price": "", "conditions": [hidden_words(listing.supplier)]}
    rungs = ladder(offer_terms(listing), sku.id)
    if not rungs:
        return {"price": "", "conditions": [_("Ask for the price")]}
    lead, unit = rungs[0], listing.unit_label
    conditions = [
        _("from %(count)s %(unit)s", count=lead.first, unit=unit),
        _("tax included") if listing.tax_included else _("without tax"),
    ]
    if lead.member_fen is not None:
        conditions.append(_("members %(price)s", price=show_fen(lead.member_fen)))
    return {
        "price": show_fen(lead.price_fen),
        "price_fen": lead.price_fen,
        "per": _("/%(unit)s", unit=unit),
        "conditions": conditions,
    }


def hidden_words(supplier: Supplier | None) -> str:
    if supplier is not None and supplier.price_visibility is PriceVisibility.PHONE:
        return str(_("Scan for the price"))
    return str(_("Price at the desk"))


def texts(value: Any) -> str:
    """Every text that will be set, to see whether the font has it."""
    if isinstance(value, dict):
        value = list(value.values())
    return "".join(map(texts, value)) if isinstance(value, list) else str(value)
