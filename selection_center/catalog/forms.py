"""Input of the pages of offers. Money is fen, lengths are mm, weights g, as the columns hold them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from selection_center.catalog.addresses import OfferAddress, find_offer, is_short_link
from selection_center.catalog.form_parts import NewSkuForm, SkuForm, TierRows, choices, count, or_empty, price, text
from selection_center.catalog.models import GoodsType, Listing, Quote, Supplier
from selection_center.core.forms import Form

LONGEST_MM, HEAVIEST_G = 10_000, 2_000_000

QUOTE_WORDS = {
    Quote.BY_OFFER: _l("By the offer's total quantity"),
    Quote.PER_SKU: _l("Each style has its price"),
    Quote.TIER_PER_SKU: _l("By the quantity of each style"),
}
GOODS_WORDS = {
    GoodsType.FACTORY_BRAND: _l("Factory brand"),
    GoodsType.WHITE_LABEL: _l("White label"),
    GoodsType.BRAND_DUPE: _l("Alternative to a big brand"),
}


class NamesSupplier(Form):
    """A factory by its name, Chinese or English; nothing while it is not known."""

    supplier_name = text(_l("Factory"), 160)
    chosen: Supplier | None = None

    def validate_supplier_name(self, field: StringField) -> None:
        if not field.data:
            return
        self.chosen = Supplier.named(field.data) or Supplier.called(field.data)
        if self.chosen is None:
            raise ValidationError(_("No factory has this name. Leave it empty, or add the factory first."))


class NewListingForm(NamesSupplier):
    """What one can say while holding the piece."""

    title = text(_l("Title"), 300, _l("Write what it is."))
    price_fen = price(_l("Price of one"), _l("Write a price."))
    moq = count(_l("MOQ"), needed=True, default=1)
    unit = text(_l("Unit"), 12, _l("Write a unit, such as 件."), default="件")
    photo = FileField(_l("Photo"))
    kept_photo = HiddenField()
    """The name of a picture that came with an earlier try, so that it is not lost with a wrong price."""


class ListingForm(NamesSupplier):
    title = text(_l("Title in Chinese"), 300, _l("Write a title."))
    title_en = text(_l("Title in English"), 300)
    category = text(_l("Category"), 80)
    category_en = text(_l("Category in English"), 80)
    item_number = text(_l("Item number"), 64)
    origin = text(_l("Origin"), 60)
    origin_en = text(_l("Origin in English"), 80)
    unit = text(_l("Unit"), 12, _l("Write a unit, such as 件."))
    unit_en = text(_l("Unit in English"), 16)
    quote = SelectField(_l("How prices hold"), choices=choices(QUOTE_WORDS))
    moq = count(_l("MOQ"), needed=True)
    lot_size = count(_l("Pieces in a lot"), needed=True)
    lot_unit = text(_l("Name of a lot"), 8)
    tax_included = BooleanField(_l("Prices include tax"))
    sample_fen = price(_l("Sample price"))
    sample_limit = count(_l("Samples per buyer"), most=1000)
    goods_type = SelectField(_l("Kind of goods"), choices=choices(GOODS_WORDS, none=_l("Not known")))
    is_quick_response = BooleanField(_l("Small orders, quickly made again"))
    is_light_custom = BooleanField(_l("Light customisation"))
    is_dropship = BooleanField(_l("Single pieces sent to the customer"))
    lead_hours = count(_l("Ships within, hours"), most=24 * 365)
    inner_pack = count(_l("Pieces in an inner box"))
    carton_pieces = count(_l("Pieces in a carton"))
    carton_length_mm = count(_l("Carton length, mm"), most=LONGEST_MM)
    carton_width_mm = count(_l("Carton width, mm"), most=LONGEST_MM)
    carton_height_mm = count(_l("Carton height, mm"), most=LONGEST_MM)
    carton_gross_g = count(_l("Gross weight of a carton, g"), most=HEAVIEST_G)
    carton_net_g = count(_l("Net weight of a carton, g"), most=HEAVIEST_G)
    seen_version = HiddenField()

    @property
    def values(self) -> dict[str, Any]:
        """What the columns of a Listing take."""
        left_out = {"csrf_token", "seen_version", "supplier_name"}
        found = {name: field.data for name, field in self._fields.items() if name not in left_out}
        goods = GoodsType(self.goods_type.data) if self.goods_type.data else None
        return found | {
            "quote": Quote(self.quote.data), "goods_type": goods,
            "supplier_id": self.chosen.id if self.chosen else None,
        }  # fmt: skip


class ListingParts:
    """The whole of the edit page: the offer, its tiers, its styles and theirs, and a style more."""

    def __init__(self, listing: Listing) -> None:
        named = listing.supplier.name if listing.supplier else ""
        self.offer = ListingForm(obj=listing, supplier_name=named, seen_version=str(listing.version))
        self.tiers = TierRows("tier", listing.offer_tiers)
        self.skus = [(sku, SkuForm(prefix=f"sku-{sku.id}", obj=sku)) for sku in listing.skus]
        self.sku_tiers = {
            sku.id: TierRows(f"sku-{sku.id}-tier", [tier for tier in listing.tiers if tier.sku_id == sku.id])
            for sku in listing.skus
            if listing.quote is Quote.TIER_PER_SKU
        }
        self.new_sku = NewSkuForm(prefix="new-sku")
        self._specs = {sku.spec for sku in listing.skus}

    has_errors = False

    def validate(self) -> bool:
        self.has_errors = not self._fits()
        return not self.has_errors

    def _fits(self) -> bool:
        parts: list[Any] = [
            self.offer,
            self.tiers,
            self.new_sku,
            *(form for _sku, form in self.skus),
            *self.sku_tiers.values(),
        ]
        fits = False not in [part.validate() for part in parts]
        if self.new_sku.spec.data and self.new_sku.spec.data in self._specs:
            self.new_sku.spec.errors = [_("There is a style of this name already.")]
            return False
        return fits


class LinkForm(Form):
    """An offer's address, an app's share text, or the bare number of an offer."""

    address = TextAreaField(
        _l("Address or share text"), [DataRequired(_l("Paste an address.")), Length(max=2000)], filters=[or_empty]
    )
    offer: OfferAddress

    def validate_address(self, field: TextAreaField) -> None:
        found = find_offer(field.data)
        if found is not None:
            self.offer = found
        elif is_short_link(field.data):
            raise ValidationError(
                _("Only the app can open a short link. Open it there and copy the address of the offer's page.")
            )
        else:
            raise ValidationError(_("No offer in this text. Paste an address such as detail.1688.com/offer/….html."))


class PictureForm(Form):
    photo = FileField(_l("Photo"))

    def validate_photo(self, field: FileField) -> None:
        if not field.data:
            raise ValidationError(_("Choose a picture."))
