"""Input of the order pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from selection_center.accounts.buyers import normal_phone
from selection_center.core.errors import Refused
from selection_center.core.forms import Form, MoneyField
from selection_center.orders.models import InvoiceWish, OrderWay, PaymentMethod
from selection_center.selections.models import LARGEST_QUANTITY, LineKind

INVOICES = [
    (InvoiceWish.NONE.value, _l("No invoice")),
    (InvoiceWish.NORMAL.value, _l("Normal invoice")),
    (InvoiceWish.SPECIAL.value, _l("Special VAT invoice")),
]
METHODS = [
    (PaymentMethod.ONLINE.value, _l("On the marketplace")),
    (PaymentMethod.ALIPAY.value, _l("Alipay")),
    (PaymentMethod.WECHAT.value, _l("WeChat Pay")),
    (PaymentMethod.BANK.value, _l("Bank transfer")),
    (PaymentMethod.CASH.value, _l("Cash")),
]

WAYS = [
    (OrderWay.SENT.value, _l("The factory sends it")),
    (OrderWay.DROPSHIP.value, _l("Dropshipped: single pieces, at the price for that")),
    (OrderWay.PICKUP.value, _l("The buyer fetches it at the factory")),
]


class NumberForm(Form):
    """A number to call, and the consent to keep it."""

    name = StringField(_l("Name"), [Optional(), Length(max=80)])
    phone = StringField(_l("Mobile"), [DataRequired(_l("Write a mobile number.")), Length(max=24)])
    consent = BooleanField(_l("I agree"), [DataRequired(_l("Tick the notice, so that the center may call."))])

    def validate_phone(self, field: Any) -> None:
        try:
            field.data = normal_phone(field.data)
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused


class ContactForm(NumberForm):
    """Who orders, where it goes, and the consent to keep both."""

    name = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=80)])
    company = StringField(_l("Shop or company"), [Optional(), Length(max=120)])
    address = TextAreaField(_l("Delivery address"), [DataRequired(_l("Write where it goes.")), Length(max=300)])
    invoice = SelectField(_l("Invoice"), choices=INVOICES, default=InvoiceWish.NONE.value)
    invoice_title = StringField(_l("Invoice title"), [Length(max=120)])
    invoice_tax_number = StringField(_l("Tax number"), [Length(max=32)])
    message = TextAreaField(_l("Message to the factory"), [Optional(), Length(max=500)])

    def validate_invoice_title(self, field: Any) -> None:
        if self.invoice.data != InvoiceWish.NONE.value and not field.data:
            raise ValidationError(_l("Write whom the invoice is for."))

    def validate_invoice_tax_number(self, field: Any) -> None:
        if self.invoice.data == InvoiceWish.SPECIAL.value and not field.data:
            raise ValidationError(_l("A special VAT invoice needs the tax number."))

    @property
    def contact(self) -> dict[str, str]:
        """The columns of Order that this form fills."""
        names = ("name", "phone", "company", "address", "invoice_title", "invoice_tax_number", "message")
        return {name: self[name].data or "" for name in names} | {"invoice": InvoiceWish(self.invoice.data)}


class DeskContactForm(ContactForm):
    """The same, written by staff for the buyer beside them; an empty mobile is the one that the buyer has left."""

    override_reason = StringField(_l("Reason to order below the minimum"), [Optional(), Length(max=200)])

    def __init__(self, *args: Any, known_phone: str | None = None, **values: Any) -> None:
        super().__init__(*args, **values)
        self.known_phone = known_phone
        self.consent.label.text = _l("The buyer was told this and agrees")
        self.consent.validators = [DataRequired(_l("Ask the buyer for consent first, then tick this."))]
        if known_phone:
            self.phone.validators = [Optional(), Length(max=24)]

    @property
    def contact(self) -> dict[str, str]:
        written = super().contact
        return written | {"phone": written["phone"] or self.known_phone or ""}


class DeskLineForm(Form):
    """A sample scanned or typed at the desk."""

    code = StringField(_l("Sample's code"), [DataRequired(_l("Scan a sample, or type its code.")), Length(max=500)])
    quantity = IntegerField(
        _l("Quantity"),
        [Optional(), NumberRange(1, LARGEST_QUANTITY, _l("Write a quantity from 1 to 9,999,999."))],
    )
    kind = SelectField(
        _l("Kind"), choices=[(LineKind.BULK.value, _l("Bulk")), (LineKind.SAMPLE.value, _l("Sample"))], default="bulk"
    )


class ReasonForm(Form):
    reason = StringField(_l("Reason"), [DataRequired(_l("Write why it is cancelled.")), Length(max=200)])


class FreightForm(Form):
    """An amount, or nothing: agreed with the factory."""

    freight = MoneyField(_l("Freight"))
    agreed = BooleanField(_l("Agreed with the factory"))

    def validate_freight(self, field: Any) -> None:
        if not field.errors and field.data is None and not self.agreed.data:
            raise ValidationError(_l("Write an amount, or tick that it is agreed with the factory."))


class ConfirmForm(Form):
    """Without a word, the factory sends it."""

    way = SelectField(
        _l("How it goes to the buyer"), [Optional(strip_whitespace=False)], choices=WAYS, default=OrderWay.SENT.value
    )

    @property
    def chosen(self) -> OrderWay:
        return OrderWay(self.way.data or OrderWay.SENT)


class ShipForm(Form):
    carrier = StringField(_l("Carrier"), [DataRequired(_l("Write the carrier, or how it goes.")), Length(max=60)])
    tracking_number = StringField(_l("Tracking number"), [Optional(), Length(max=60)])


class NoteForm(Form):
    text = TextAreaField(_l("Note"), [DataRequired(_l("Write the note.")), Length(max=500)])


class FollowUpForm(Form):
    on = DateField(_l("Next follow-up"), [Optional()])
    cared_by = SelectField(_l("Cared for by"), coerce=int)


class PaymentForm(Form):
    amount = MoneyField(_l("Amount"), [InputRequired(_l("Write the amount that came in."))])
    method = SelectField(_l("Paid by"), choices=METHODS)
    reference = StringField(_l("Reference"), [Optional(), Length(max=80)])

    def validate_amount(self, field: Any) -> None:
        if not field.data or field.data <= 0:
            raise ValidationError(_l("Write an amount above zero."))
