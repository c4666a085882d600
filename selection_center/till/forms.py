"""Input of the till's page."""

from collections.abc import Sequence
from typing import Any, Self

from flask import abort
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from selection_center.accounts.buyers import normal_phone
from selection_center.accounts.models import User
from selection_center.catalog.queries import number
from selection_center.core import once
from selection_center.core.errors import Refused
from selection_center.core.forms import Form, MoneyField, as_choice
from selection_center.orders.forms import INVOICES
from selection_center.orders.models import InvoiceWish
from selection_center.selections.models import LARGEST_QUANTITY
from selection_center.sites.models import Site
from selection_center.till import approvals
from selection_center.till.shifts import PayMethod

METHODS = [
    (PayMethod.CASH.value, _l("Cash")),
    (PayMethod.WECHAT.value, _l("WeChat Pay")),
    (PayMethod.ALIPAY.value, _l("Alipay")),
    (PayMethod.CARD.value, _l("Bank card")),
    (PayMethod.POINTS.value, _l("Points")),
]
MOST_TYPED_FEN = 99_999_900


class TypedForm(Form):
    """Goods without a code."""

    title = StringField(_l("What it is called"), [DataRequired(_l("Write what it is.")), Length(max=80)])
    price = MoneyField(_l("Price of a piece (yuan)"), [InputRequired(_l("Write the price of a piece."))])
    quantity = IntegerField(
        _l("Pieces"),
        [InputRequired(_l("Write how many.")), NumberRange(1, 9_999, _l("Write a number from 1 to 9,999."))],
        default=1,
    )

    def validate_price(self, field: MoneyField) -> None:
        if not field.errors and not 0 < (field.data or 0) <= MOST_TYPED_FEN:
            raise ValidationError(_l("Write a price from 0.01 to 999,999.00."))


class QuantityForm(Form):
    """So many pieces, or so many more or fewer; none takes the line out."""

    quantity = IntegerField(_l("Quantity"), [Optional(), NumberRange(0, LARGEST_QUANTITY)])
    by = IntegerField(_l("Change"), [Optional(), NumberRange(-LARGEST_QUANTITY, LARGEST_QUANTITY)])


class ApprovedForm(Form):
    """What a cashier may do up to a limit, and beyond it with a manager's PIN on this tablet."""

    manager = SelectField(_l("Manager"), choices=[], validate_choice=False)
    pin = PasswordField(_l("The manager's PIN"), [Optional(), Length(max=6)])

    def offer(self, managers: Sequence[User]) -> Self:
        self.manager.choices = [as_choice((str(manager.id), manager.name)) for manager in managers]
        return self

    def approver(self, site: Site) -> User | None:
        """The manager whose PIN was typed, None where none was. Ends the transaction, so it comes before anything else.

        Raises Refused where it is not the PIN; the operation is claimed anew in the transaction that follows.
        """
        if not self.pin.data:
            return None
        found = approvals.approver(site, number(self.manager.data) or 0, self.pin.data)
        if (answered := once.claim()) is not None:
            abort(answered)
        return found


class DiscountForm(ApprovedForm):
    off = MoneyField(_l("Off (yuan)"), [InputRequired(_l("Write how much is taken off, 0 for nothing."))])
    reason = StringField(_l("Reason"), [Optional(), Length(max=120)])

    def validate_reason(self, field: Any) -> None:
        if self.off.data and not field.data:
            raise ValidationError(_l("Write why."))


class WaiverForm(ApprovedForm):
    """Below a factory's minimum."""

    reason = StringField(_l("Reason"), [DataRequired(_l("Write why.")), Length(max=120)])


class HoldForm(Form):
    note = StringField(_l("Whose is it"), [Optional(), Length(max=80)])


class VoidForm(Form):
    reason = StringField(_l("Reason"), [DataRequired(_l("Write why.")), Length(max=120)])


class FindForm(Form):
    phone = StringField(_l("Mobile"), [DataRequired(_l("Write the whole mobile number.")), Length(max=24)])

    def validate_phone(self, field: Any) -> None:
        field.data = phone_or_error(field.data)


class DigitsForm(Form):
    """The second check of a printed card."""

    digits = StringField(
        _l("Last four digits of the mobile"), [Optional(), Regexp(r"\A[0-9]{4}\Z", message=_l("Write four digits."))]
    )


class ContactForm(Form):
    """Where the factory sends, under the notice. An empty mobile is the one that is known already."""

    name = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=80)])
    phone = StringField(_l("Mobile"), [Length(max=24)])
    address = TextAreaField(_l("Delivery address"), [DataRequired(_l("Write where it goes.")), Length(max=300)])
    consent = BooleanField(
        _l("The customer was told this and agrees"), [DataRequired(_l("Ask the customer first, then tick this."))]
    )

    def __init__(self, *args: Any, known_phone: str | None = None, **values: Any) -> None:
        super().__init__(*args, **values)
        self.known_phone = known_phone

    def validate_phone(self, field: Any) -> None:
        field.data = self.known_phone if self.known_phone and not field.data else phone_or_error(field.data)


class InvoiceForm(Form):
    invoice = SelectField(_l("Invoice"), choices=INVOICES, default=InvoiceWish.NONE.value)
    invoice_title = StringField(_l("Invoice title"), [Length(max=120)])
    invoice_tax_number = StringField(_l("Tax number"), [Length(max=32)])
    invoice_email = EmailField(
        _l("E-mail"),
        [Optional(), Length(max=120), Regexp(r"\A[^@\s]+@[^@\s]+\.[^@\s]+\Z", message=_l("Write a whole address."))],
    )

    def validate_invoice_title(self, field: Any) -> None:
        if self.invoice.data != InvoiceWish.NONE.value and not field.data:
            raise ValidationError(_l("Write whom the invoice is for."))

    def validate_invoice_tax_number(self, field: Any) -> None:
        if self.invoice.data == InvoiceWish.SPECIAL.value and not field.data:
            raise ValidationError(_l("A special VAT invoice needs the tax number."))


class PartForm(Form):
    """A payment written down by hand, whole or a part."""

    amount = MoneyField(_l("Amount (yuan)"), [InputRequired(_l("Write an amount."))])
    reference = StringField(_l("Number of the payment"), [Optional(), Length(max=80)])

    def validate_amount(self, field: MoneyField) -> None:
        if not field.errors and not field.data:
            raise ValidationError(_l("Write an amount above zero."))


class PartByHandForm(PartForm):
    reference = StringField(
        _l("Number of the payment"), [DataRequired(_l("Write the number of the payment.")), Length(max=80)]
    )


def phone_or_error(text: str | None) -> str:
    """As it is kept; an error of the field where it is none."""
    try:
        return normal_phone(text or "")
    except Refused as refused:
        raise ValidationError(refused.sentence) from refused
