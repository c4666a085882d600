"""Input of the pages of suppliers."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError

from selection_center.catalog.form_parts import choices, count, price, text
from selection_center.catalog.forms import NamesSupplier
from selection_center.catalog.models import MerchantType, PriceVisibility, Supplier
from selection_center.core.db import db
from selection_center.core.forms import Form
from selection_center.sites.models import Belt

PHONE = re.compile(r"\+?[0-9][0-9 \-()]{2,22}")

MERCHANT_WORDS = {
    MerchantType.OEM_QUICK: _l("Quick OEM factory"),
    MerchantType.SRDI: _l("Specialised factory"),
    MerchantType.MID_FACTORY: _l("Source factory"),
    MerchantType.STALL_FIRSTHAND: _l("First-hand stall"),
    MerchantType.BRAND: _l("Brand owner"),
    MerchantType.CHAIN_LEADER: _l("Leader of its chain"),
    MerchantType.XBORDER_TRADER: _l("Cross-border trader"),
}
VISIBILITY_WORDS = {
    PriceVisibility.PUBLIC: _l("Everyone"),
    PriceVisibility.PHONE: _l("Whoever has left a phone number"),
    PriceVisibility.STAFF: _l("Staff only"),
}


class SupplierForm(Form):
    name = text(_l("Name in Chinese"), 120, _l("Write the name."))
    name_en = text(_l("Name in English"), 160)
    belt_name = text(_l("Belt"), 80)
    merchant_type = SelectField(_l("Kind"), choices=choices(MERCHANT_WORDS, none=_l("Not known")))
    has_trustpass = BooleanField(_l("TrustPass"))
    trustpass_years = count(_l("TrustPass, years"), most=60, least=0)
    is_powerful_merchant = BooleanField(_l("Powerful merchant"))
    is_super_factory = BooleanField(_l("Super factory"))
    is_inspected = BooleanField(_l("Inspected"))
    booth = text(_l("Booth"), 60)
    contact_name = text(_l("Contact"), 60)
    phone = text(_l("Phone"), 24)
    price_visibility = RadioField(
        _l("Who sees its prices"), choices=choices(VISIBILITY_WORDS), default=PriceVisibility.PUBLIC.value
    )
    mix_pieces = count(_l("Mixed batch from pieces"))
    mix_fen = price(_l("Mixed batch from yuan"))

    chosen_belt: Belt | None = None

    def __init__(self, *given: Any, supplier: Supplier | None = None, **named: Any) -> None:
        named_belt = supplier.belt.name if supplier is not None and supplier.belt else ""
        super().__init__(*given, obj=supplier, belt_name=named_belt, **named)
        self.supplier = supplier

    def validate_name(self, field: StringField) -> None:
        other = Supplier.named(field.data)
        if other is not None and other is not self.supplier:
            raise ValidationError(_("There is a factory of this name already."))

    def validate_belt_name(self, field: StringField) -> None:
        if not field.data:
            return
        called_so = sa.or_(Belt.name == field.data, Belt.name_en == field.data)
        self.chosen_belt = db.session.scalar(sa.select(Belt).where(called_so).order_by(Belt.id).limit(1))
        if self.chosen_belt is None:
            raise ValidationError(_("No belt has this name. Choose one of the names offered."))

    def validate_phone(self, field: StringField) -> None:
        if field.data and not PHONE.fullmatch(field.data):
            raise ValidationError(_("Digits, spaces, + and hyphens, such as 0579-8523 1234."))

    @property
    def values(self) -> dict[str, Any]:
        """What the columns of a Supplier take."""
        left_out = {"csrf_token", "belt_name", "has_trustpass"}
        found = {name: field.data for name, field in self._fields.items() if name not in left_out}
        kind = self.merchant_type.data
        years = (self.trustpass_years.data or 0) if self.has_trustpass.data else None
        return found | {
            "belt": self.chosen_belt,
            "merchant_type": MerchantType(kind) if kind else None,
            "trustpass_years": years,
            "price_visibility": PriceVisibility(self.price_visibility.data),
        }


class MergeForm(NamesSupplier):
    """The factory that stays."""

    def validate_supplier_name(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(_("Write the name of the factory that stays."))
        super().validate_supplier_name(field)
