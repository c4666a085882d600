"""What a sample sheet says beyond a label: pictures, tiers, pack and facts of the factory."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

from flask_babel import gettext as _

from selection_center.catalog.certificates import Certificate
from selection_center.catalog.models import Listing
from selection_center.catalog.pricing import Rung, ladder
from selection_center.catalog.suppliers import Supplier
from selection_center.catalog.terms import offer_terms
from selection_center.catalog.visibility import sees_prices
from selection_center.core import fonts, i18n, pictures
from selection_center.core.money import show_fen
from selection_center.printing.values import Values, sample_values, shown_sku, spoken
from selection_center.samples.models import Sample

MOST_TIERS, MOST_FACTS, MOST_SPECS, MOST_PICTURES = 6, 12, 24, 9
MOST_CERTIFICATES = 6
STYLES_MM, STYLE_LINES = 90.0, 14
"""The room for them on a sheet."""
COLUMN_MM, VALUE_MM, TALLEST_MM = 90.0, 56.0, 250.0
"""Of a sheet: how wide its words and the values beside them are, and how tall each side may become."""
Pair = list[str]
"""A word and its value."""


def sheet_values(sample: Sample, language: str, with_prices: bool) -> Values:
    """The label's values and, for a page: pictures (names of kept ones), tiers, specs, pack, attributes, factory."""
    listing = sample.listing
    values = sample_values(sample, language, with_prices)
    with i18n.speaking(spoken(language)):
        return values | {
            "site": sample.site.label,
            "pictures": kept_pictures(listing),
            "tiers": tiers(sample) if with_prices and sees_prices(listing.supplier) else [],
            "moq": _("from %(count)s %(unit)s", count=listing.moq, unit=listing.unit_label),
            "specs": styles([sku.label for sku in listing.skus if sku.label]),
            "pack": pack(listing),
            "attributes": attributes(listing),
            "factory": listing.supplier.label if listing.supplier else "",
            "badges": badges(listing.supplier),
        }


def whole_sheet(sample: Sample, language: str, with_prices: bool) -> Values:
    """What a page of its own has room for besides: the certificates."""
    with i18n.speaking(spoken(language)):
        return sheet_values(sample, language, with_prices) | {"certificates": certificates(sample.listing)}


def kept_pictures(listing: Listing) -> list[str]:
    """Names of the first pictures whose files are there."""
    kept = (name for name in listing.pictures if pictures.path(name, "full").is_file())
    return list(islice(kept, MOST_PICTURES))


def styles(labels: list[str]) -> list[str]:
    """As many as the sheet has lines for, and how many more there are."""
    shown: list[str] = []
    line, x = 1, 0.0
    for label in labels[:MOST_SPECS]:
        wide = min(fonts.width_mm(f"{label}\u3000", 9), STYLES_MM)
        line, x = (line, x + wide) if x + wide <= STYLES_MM else (line + 1, wide)
        if line > STYLE_LINES:
            break
        shown.append(label)
    more = len(labels) - len(shown)
    return [*shown, str(_("and %(count)s styles more", count=more))] if more else shown


def tiers(sample: Sample) -> list[Pair]:
    """Rows of quantity and price, as the ladder of the sample's style."""
    unit = sample.listing.unit_label
    rungs = ladder(offer_terms(sample.listing), shown_sku(sample).id)
    return [[quantity_words(rung, unit), show_fen(rung.price_fen)] for rung in rungs[:MOST_TIERS]]


def quantity_words(rung: Rung, unit: str) -> str:
    if rung.last is None:
        return str(_("%(first)s %(unit)s and more", first=rung.first, unit=unit))
    return f"{rung.first} {unit}" if rung.last == rung.first else f"{rung.first}–{rung.last} {unit}"


def pack(listing: Listing) -> list[Pair]:
    """What is known of the pack: inner box, carton, its sides, volume and weight."""
    carton, unit = offer_terms(listing).carton, listing.unit_label
    sides = [side / 10 for side in (carton.length_mm, carton.width_mm, carton.height_mm) if side]
    rows = [
        (_("Inner box"), listing.inner_pack and f"{listing.inner_pack} {unit}"),
        (_("Carton"), carton.pieces and f"{carton.pieces} {unit}"),
        (_("Carton size"), len(sides) == 3 and "×".join(f"{side:g}" for side in sides) + " cm"),
        (_("Volume"), carton.volume_mm3 and f"{carton.volume_mm3 / 1e9:.3f} m³"),
        (_("Gross weight"), carton.gross_g and f"{carton.gross_g / 1000:g} kg"),
        (_("Net weight"), listing.carton_net_g and f"{listing.carton_net_g / 1000:g} kg"),
        (_("Ships within"), listing.lead_hours and lead_words(listing.lead_hours)),
    ]
    return [[str(word), str(value)] for word, value in rows if value]


def lead_words(hours: int) -> str:
    if hours % 24 or hours < 72:
        return str(_("%(count)s hours", count=hours))
    return str(_("%(count)s days", count=hours // 24))


def attributes(listing: Listing) -> list[Pair]:
    """Rows of name and value in the language of now, where the source gave both."""
    found = []
    for row in listing.attributes[:MOST_FACTS]:
        cells: list[Any] = [*row, "", "", "", ""]
        name, value = i18n.in_language(cells[0], cells[2]), i18n.in_language(cells[1], cells[3])
        if name and value:
            found.append([str(name), str(value)])
    return found


def certificates(listing: Listing) -> list[Pair]:
    """Of what holds today: what it is, and until when."""
    return [
        [one.label, str(_("valid until %(day)s", day=one.valid_until.isoformat())) if one.valid_until else ""]
        for one in Certificate.valid_for(listing)[:MOST_CERTIFICATES]
    ]


def badges(supplier: Supplier | None) -> list[str]:
    if supplier is None:
        return []
    worn = [
        (supplier.is_super_factory, _("Super factory")),
        (supplier.is_powerful_merchant, _("Powerful merchant")),
        (supplier.has_trustpass, _("TrustPass")),
    ]
    return [str(word) for wears, word in worn if wears]


def is_roomy(values: Values) -> bool:
    """Does a sheet's larger type, as paper.css sets it, leave both sides on their page?"""
    first, second = [*values["names"][:2], "", ""][:2]
    styles = "\u3000".join(values["specs"]) if len(values["specs"]) > 1 else ""
    facts = [values["item"], values["origin"], *(value for _word, value in values["attributes"])]
    right = 46 + lines_mm(first, 20) + lines_mm(second, 14) + lines_mm(values["spec"], 14) + lines_mm(styles, 11.5)
    right += 7.5 * len(values["tiers"]) + 24 + sum(lines_mm(fact, 11.5, VALUE_MM) + 1.6 for fact in facts)
    left = 132 + 28 * math.ceil((len(values["pictures"]) - 1) / 3) + 8 * len(values["pack"]) + 12
    certificates = values.get("certificates", [])
    return max(right, left + 14 * len(certificates) + 12 * bool(certificates)) <= TALLEST_MM


def lines_mm(text: str, points: float, room: float = COLUMN_MM) -> float:
    """Height of a text, one line more where it has several: words end where they like."""
    count = math.ceil(fonts.width_mm(text, points, bold=True) / room)
    return (count + (count > 1)) * points * fonts.MM_PER_POINT * 1.4
