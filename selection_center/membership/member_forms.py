"""Input of the members' pages: joining, renewing, cancelling, cards, and what a member is asked in between."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from selection_center.accounts.buyers import normal_phone
from selection_center.core.errors import Refused
from selection_center.core.forms import Form
from selection_center.membership.plans import Plan
from selection_center.membership.renewals import FeeMethod
from selection_center.samples.loan_forms import WAYS

AT_TILL = "till"
LANGUAGE_WORDS = [("zh", "中文"), ("en", "English")]
METHODS = [
    (FeeMethod.WECHAT.value, _l("WeChat Pay")),
    (FeeMethod.ALIPAY.value, _l("Alipay")),
    (FeeMethod.CARD.value, _l("Bank card")),
    (FeeMethod.BANK.value, _l("Bank transfer")),
]
METHOD_WORDS = dict(METHODS) | {FeeMethod.TILL.value: _l("At the till"), FeeMethod.FREE.value: _l("No fee")}
MOST_POINTS = 1_000_000


def check_phone(field: Any) -> None:
    """The number as it is kept; nothing where nothing was written."""
    if not field.data:
        return
    try:
        field.data = normal_phone(field.data)
    except Refused as refused:
        raise ValidationError(refused.sentence) from refused


class PhoneField(StringField):
    """A number that can be called, as `normal_phone` writes it."""

    def pre_validate(self, form: Any) -> None:
        check_phone(self)


class PlanChoice(RadioField):
    """One of the plans on sale, by its number."""

    data: int | None

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, [DataRequired(_l("Choose a plan."))], coerce=to_number, **options)
        self.plans: dict[int, Plan] = {}

    def offer(self, plans: list[Plan]) -> None:
        """The only one is chosen beforehand, while nothing was sent."""
        self.plans = {plan.id: plan for plan in plans}
        self.choices = [(plan.id, plan.label) for plan in plans]
        if self.data is None and self.raw_data is None and len(plans) == 1:
            self.data = plans[0].id

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.plans:
            raise ValidationError(_l("Choose a plan."))

    @property
    def chosen(self) -> Plan:
        return self.plans[self.data or 0]


def to_number(text: Any) -> int | None:
    written = str(text or "")
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 18 else None


class FeeForm(Form):
    """Which plan, and how its fee was paid. Cash is taken at the till alone."""

    plan = PlanChoice(_l("Plan"))
    method = RadioField(
        _l("Fee paid by"), choices=[(AT_TILL, _l("At the till")), *METHODS], default=AT_TILL, validators=[Optional()]
    )
    reference = StringField(_l("Number of the payment"), [Optional(), Length(max=80)])

    @property
    def fee_method(self) -> FeeMethod:
        return FeeMethod.FREE if self.plan.chosen.is_free else FeeMethod(self.method.data)

    @property
    def is_paid_at_till(self) -> bool:
        return bool(self.method.data == AT_TILL) and not self.plan.chosen.is_free

    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) and self.check_fee()

    def check_fee(self) -> bool:
        if self.plan.chosen.is_free or self.is_paid_at_till:
            return True
        if not self.method.data:
            self.method.errors = [_l("Choose how the fee was paid.")]
        elif not self.reference.data:
            self.reference.errors = [_l("Write the number that stands on the payment.")]
        return not (self.method.errors or self.reference.errors)


class JoinForm(FeeForm):
    """Somebody joins at the desk; the notice was read out or shown."""

    name = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=80)])
    phone = PhoneField(_l("Mobile"), [DataRequired(_l("Write a mobile number.")), Length(max=24)])
    language = RadioField(_l("Language"), choices=LANGUAGE_WORDS, default="zh")
    note = StringField(_l("Note"), [Optional(), Length(max=500)])
    consent = BooleanField(_l("The customer was told this and agrees"))

    def validate_consent(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Nobody becomes a member without agreeing to the notice."))


class WishForm(Form):
    """The same on the visitor's own phone, without a payment."""

    plan = PlanChoice(_l("Plan"))
    name = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=80)])
    phone = PhoneField(_l("Mobile"), [DataRequired(_l("Write a mobile number.")), Length(max=24)])
    consent = BooleanField(_l("I agree that the store keeps these and calls me"))

    def validate_consent(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Tick the notice, so that the store may keep your name and number."))


class MemberForm(Form):
    name = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=80)])
    phone = PhoneField(_l("Mobile"), [DataRequired(_l("Write a mobile number.")), Length(max=24)])
    language = RadioField(_l("Language"), choices=LANGUAGE_WORDS)
    note = StringField(_l("Note"), [Optional(), Length(max=500)])


class CancelForm(Form):
    """Why, and by which payment the rest goes back; `seen` is what the page said would go back, in fen."""

    reason = StringField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=200)])
    method = RadioField(_l("Goes back by"), choices=METHODS, validators=[Optional()])
    reference = StringField(_l("Number of that payment"), [Optional(), Length(max=80)])
    seen = HiddenField()


class BlockForm(Form):
    reason = StringField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=200)])


class CardForm(Form):
    """A household card: whose it is, and their own number where they have one."""

    holder = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=80)])
    phone = PhoneField(_l("Mobile"), [Optional(), Length(max=24)])


class ReminderForm(Form):
    way = RadioField(_l("How"), choices=WAYS, validators=[DataRequired(_l("Choose how."))])


class PointsForm(Form):
    """Puts the balance right by hand: above zero gives, below zero takes."""

    points = IntegerField(
        _l("Points"),
        [
            InputRequired(_l("Write how many points; below zero takes.")),
            NumberRange(-MOST_POINTS, MOST_POINTS, _l("At most a million points.")),
        ],
    )
    note = StringField(_l("Reason"), [DataRequired(_l("Write the reason.")), Length(max=200)])

    def validate_points(self, field: Any) -> None:
        if field.data == 0:
            raise ValidationError(_l("Write how many points; below zero takes."))
