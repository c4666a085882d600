"""What an import has to say, in the language of the page: why a file or a row is refused, notes, fields, values."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.headers import WORDS
from selection_center.catalog.offer_import.reasons import FILE_REFUSALS, N_, ROW_NOTES, ROW_PROBLEMS, FileRefused
from selection_center.core.i18n import in_language
from selection_center.core.money import show_fen as money

__all__ = ["changed_name", "field_name", "money", "problem", "refusal", "sentence", "value"]

CHANGED = {
    "supplier": N_("Factory"),
    "title": N_("Title"),
    "title_en": N_("English title"),
    "url": N_("Online address"),
    "category": N_("Category"),
    "item_number": N_("Item number"),
    "unit": N_("Unit"),
    "unit_en": N_("English unit"),
    "moq": N_("MOQ"),
    "lot_size": N_("Lot"),
    "lot_unit": N_("Lot's unit"),
    "quote": N_("Priced"),
    "headline_fen": N_("Price as headed"),
    "sample_fen": N_("Sample price"),
    "tax_included": N_("Tax included"),
    "origin": N_("Origin"),
    "sales_text": N_("Units sold"),
    "lead_hours": N_("Ships within (hours)"),
    "goods_type": N_("Goods type"),
    "is_dropship": N_("Dropship"),
    "is_quick_response": N_("Quick response"),
    "is_light_custom": N_("Light customisation"),
    "tags": N_("Service tags"),
    "picture_urls": N_("Picture addresses"),
    "attributes": N_("Attributes"),
    "state": N_("On or off shelf"),
    "inner_pack": N_("Inner pack"),
    "carton_pieces": N_("Pieces in a carton"),
    "carton_length_mm": N_("Carton length (mm)"),
    "carton_width_mm": N_("Carton width (mm)"),
    "carton_height_mm": N_("Carton height (mm)"),
    "carton_gross_g": N_("Gross weight (g)"),
    "carton_net_g": N_("Net weight (g)"),
    "tiers": N_("Tiers"),
    "sku": N_("New spec"),
    "spec_en": N_("English spec"),
    "source_id": N_("Source's id"),
    "cargo_number": N_("Cargo number"),
    "barcode": N_("Barcode"),
    "stock": N_("Stock"),
    "price_fen": N_("Price"),
    "member_fen": N_("Member price"),
    "trustpass_years": N_("TrustPass years"),
    "is_powerful_merchant": N_("Powerful merchant"),
    "is_super_factory": N_("Super factory"),
    "source": N_("Source"),
    "mix_pieces": N_("Mixed batch: pieces"),
    "mix_fen": N_("Mixed batch: yuan"),
}
"""What a changed column is called."""

VALUES = {
    "by_offer": N_("by offer"),
    "per_sku": N_("per spec"),
    "tier_per_sku": N_("tiers per spec"),
    "on_shelf": N_("on shelf"),
    "off_shelf": N_("off shelf"),
    "factory_brand": N_("factory brand"),
    "white_label": N_("white label"),
    "brand_dupe": N_("brand dupe"),
}
"""Words that stand in the database and are said to people."""

MEANWHILE = {
    "changed_since": N_("The offer changed here since the preview: look again before you apply it."),
    "changed_later": N_("Not taken back: the offer was changed later."),
    "in_use": N_("Not taken back: a sample, a list or an order uses the offer."),
    "gone_meanwhile": N_("Not taken back: the offer is gone."),
}
"""Notes that applying and taking back leave on a row."""

SENTENCES = FILE_REFUSALS | ROW_PROBLEMS | ROW_NOTES | MEANWHILE


def refusal(error: FileRefused) -> str:
    return str(_(FILE_REFUSALS[error.code], **error.values))


def sentence(said: Mapping[str, Any]) -> str:
    """A problem or a note as an import's row keeps it."""
    words = SENTENCES[said["code"]]
    return str(_(words, **said["values"]))


def problem(said: Mapping[str, Any]) -> str:
    """The same with the name of its column before it."""
    column = said["column"]
    text = sentence(said)
    return str(_("%(column)s: %(text)s", column=column, text=text)) if column else text


def field_name(field: Field | str) -> str:
    words = WORDS[Field(field)]
    return in_language(words.zh, words.en)


def changed_name(column: str) -> str:
    return str(_(CHANGED[column])) if column in CHANGED else column


def value(column: str, text: str) -> str:
    """A value of a preview; only the columns that hold words of ours are translated."""
    return str(_(VALUES[text])) if column in {"quote", "state", "goods_type"} and text in VALUES else text
