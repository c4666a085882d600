"""Input of the loan pages: the hand-over, the way back, and what a loan is asked in between."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from selection_center.accounts.buyers import normal_phone
from selection_center.core.errors import Refused
from selection_center.core.forms import Form, MoneyField
from selection_center.core.shop_time import today
from selection_center.samples.deposits import DepositKind, DepositMethod
from selection_center.samples.loan_items import Condition, Outcome
from selection_center.samples.loans import LONGEST_DAYS, BorrowerKind, ReminderWay

USUAL_DAYS = 3
MOST_SOLD = 999_999
KINDS = [
    (BorrowerKind.LIVESTREAMER.value, _l("Livestreamer")),
    (BorrowerKind.BUYER.value, _l("Buyer")),
    (BorrowerKind.COLLEAGUE.value, _l("Colleague")),
]
CONDITIONS = [
    (Condition.FINE.value, _l("As new")),
    (Condition.WORN.value, _l("Worn")),
    (Condition.INCOMPLETE.value, _l("Parts missing")),
    (Condition.DAMAGED.value, _l("Damaged")),
]
CONDITIONS_BACK = [(Condition.FINE.value, _l("Same as lent")), *CONDITIONS[1:]]
OUTCOMES = [
    (Outcome.SHOWN_LIVE.value, _l("Shown live")),
    (Outcome.PUBLISHED.value, _l("Published")),
    (Outcome.SOLD.value, _l("Sold without a show")),
    (Outcome.NOTHING.value, _l("Not used")),
]
METHODS = [
    (DepositMethod.CASH.value, _l("Cash")),
    (DepositMethod.WECHAT.value, _l("WeChat Pay")),
    (DepositMethod.ALIPAY.value, _l("Alipay")),
    (DepositMethod.BANK.value, _l("Bank transfer")),
]
DEPOSITS = [
    (DepositKind.TAKEN.value, _l("Deposit taken")),
    (DepositKind.GIVEN_BACK.value, _l("Deposit given back")),
    (DepositKind.KEPT.value, _l("Deposit kept")),
]
WAYS = [
    (ReminderWay.PHONE.value, _l("By phone")),
    (ReminderWay.WECHAT.value, _l("By WeChat")),
    (ReminderWay.IN_PERSON.value, _l("In person")),
]
STROKES = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)+", re.ASCII)
"""A signature: strokes as an SVG path of whole numbers in a box of 600 x 200."""
LONGEST_SIGNATURE = 20_000


def usual_day() -> date:
    return today() + timedelta(days=USUAL_DAYS)


def check_day(field: Any) -> None:
    if field.data is not None and not 0 <= (field.data - today()).days <= LONGEST_DAYS:
        raise ValidationError(_l("At most %(days)s days from today.", days=LONGEST_DAYS))


class LoanForm(Form):
    """Who takes the samples, what for, until when, and the signature."""

    kind = RadioField(_l("Who borrows"), choices=KINDS, default=BorrowerKind.LIVESTREAMER.value)
    colleague = SelectField(_l("Colleague"), coerce=int, validate_choice=False, default=0)
    name = StringField(_l("Name"), [Optional(), Length(max=80)])
    company = StringField(_l("Company or live room"), [Optional(), Length(max=120)])
    phone = StringField(_l("Mobile"), [Optional(), Length(max=24)])
    consent = BooleanField(_l("The borrower was told this and agrees"))
    purpose = StringField(_l("What for"), [DataRequired(_l("Write what they are borrowed for.")), Length(max=200)])
    due_on = DateField(_l("Back by"), [InputRequired(_l("Choose the day they are due back."))], default=usual_day)
    deposit = MoneyField(_l("Deposit (yuan)"))
    deposit_method = SelectField(_l("Paid by"), choices=METHODS, default=DepositMethod.CASH.value)
    note = TextAreaField(_l("Note"), [Optional(), Length(max=500)])
    signature = HiddenField(filters=[lambda text: (text or "").strip()])
    signed_name = StringField(_l("Or the full name, typed as a signature"), [Optional(), Length(max=80)])

    @property
    def is_for_colleague(self) -> bool:
        return bool(self.kind.data == BorrowerKind.COLLEAGUE.value)

    def validate_colleague(self, field: Any) -> None:
        if self.is_for_colleague and field.data not in {value for value, _word in field.choices if value}:
            raise ValidationError(_l("Choose the colleague."))

    def validate_due_on(self, field: Any) -> None:
        check_day(field)

    def validate_signature(self, field: Any) -> None:
        if field.data and (len(field.data) > LONGEST_SIGNATURE or not STROKES.fullmatch(field.data)):
            raise ValidationError(_l("Clear the glass and sign again."))

    def validate(self, extra_validators: Any = None) -> bool:
        fits = bool(super().validate(extra_validators))
        return self.check_borrower() and self.check_signed() and fits

    def check_borrower(self) -> bool:
        """A guest leaves name and phone under the notice; a colleague is known."""
        if self.is_for_colleague:
            return True
        if not self.name.data:
            self.name.errors = [_l("Write a name.")]
        if not self.consent.data:
            self.consent.errors = [_l("Tick the notice, so that the center may call.")]
        try:
            self.phone.data = normal_phone(self.phone.data or "")
        except Refused as refused:
            self.phone.errors = [refused.sentence]
        return not (self.name.errors or self.consent.errors or self.phone.errors)

    def check_signed(self) -> bool:
        if not (self.signature.data or self.signed_name.data or self.signature.errors):
            self.signed_name.errors = [_l("The borrower signs on the glass, or the full name is typed.")]
        return not self.signed_name.errors


class PieceForm(Form):
    """One sample of the hand-over; its fields carry a prefix with the sample's number."""

    condition = SelectField(_l("Condition"), choices=CONDITIONS, default=Condition.FINE.value)
    note = StringField(_l("What is to be seen"), [Optional(), Length(max=200)])
    photo = FileField(_l("Photo"))
    kept_photo = HiddenField()


class ReturnForm(Form):
    """How one piece came back."""

    condition = RadioField(_l("Condition"), choices=CONDITIONS_BACK, default=Condition.FINE.value)
    note = StringField(_l("What is to be seen"), [Optional(), Length(max=200)])
    photo = FileField(_l("Photo"))


class LossForm(Form):
    note = StringField(_l("What happened"), [DataRequired(_l("Write what happened.")), Length(max=200)])


class OutcomeForm(Form):
    """What lending this piece brought."""

    outcome = SelectField(_l("What came of it"), choices=OUTCOMES)
    sold = IntegerField(
        _l("Sold, pieces"), [Optional(), NumberRange(0, MOST_SOLD, _l("Write a number from 0 to 999,999."))], default=0
    )


class ExtensionForm(Form):
    due_on = DateField(_l("Back by"), [InputRequired(_l("Choose the day they are due back."))])
    reason = StringField(_l("Reason"), [Optional(), Length(max=200)])

    def validate_due_on(self, field: Any) -> None:
        check_day(field)


class DepositForm(Form):
    kind = SelectField(_l("What"), choices=DEPOSITS)
    amount = MoneyField(_l("Amount (yuan)"), [InputRequired(_l("Write an amount."))])
    method = SelectField(_l("Paid by"), choices=METHODS)
    note = StringField(_l("Note"), [Optional(), Length(max=200)])

    def validate_amount(self, field: MoneyField) -> None:
        if field.data == 0:
            raise ValidationError(_l("Write an amount above zero."))

    def validate_note(self, field: StringField) -> None:
        if self.kind.data == DepositKind.KEPT.value and not field.data:
            raise ValidationError(_l("Write why it is kept."))


class ReminderForm(Form):
    way = SelectField(_l("How"), choices=WAYS)
    note = StringField(_l("What was said"), [Optional(), Length(max=200)])
