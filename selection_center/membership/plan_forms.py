"""Input of the plans' pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from selection_center.core.forms import Form, MoneyField
from selection_center.membership.plans import Plan, PlanKind

LONGEST = {"months": 60, "days": 366}
KIND_WORDS = {
    PlanKind.REGULAR: _l("Membership"),
    PlanKind.TRIAL: _l("Trial, once for each phone"),
    PlanKind.DAY_PASS: _l("Day pass"),
}
UNIT_WORDS = {"months": _l("months"), "days": _l("days")}


def whole(label: Any, most: int, default: int = 0) -> IntegerField:
    says = _l("Write a whole number from 0 to %(most)s.", most=most)
    return IntegerField(label, [InputRequired(says), NumberRange(0, most, says)], default=default)


class PlanForm(Form):
    """A plan's terms. What kind it is stays: whether somebody had a trial before hangs on it."""

    name = StringField(_l("Name in Chinese"), [DataRequired(_l("Write a name.")), Length(max=40)])
    name_en = StringField(_l("Name in English"), [Optional(), Length(max=60)])
    fee = MoneyField(_l("Fee (yuan)"), [InputRequired(_l("Write the fee; 0 for none."))])
    length = IntegerField(
        _l("Lasts"),
        [InputRequired(_l("Write how long it lasts.")), NumberRange(1, 366, _l("Write how long it lasts."))],
    )
    unit = RadioField(_l("Counted in"), choices=list(UNIT_WORDS.items()), default="months")
    grace_days = whole(_l("Days of grace"), 90)
    pays_member_price = BooleanField(_l("Pays member prices"), default=True)
    household_cards = whole(_l("Household cards"), 20)
    guests = whole(_l("Guests at each visit"), 20)
    is_everywhere = BooleanField(_l("Opens every store"), default=True)
    points_per_yuan = whole(_l("Points for each yuan"), 100, default=1)
    position = whole(_l("Place in the list"), 999)

    def validate_length(self, field: Any) -> None:
        most = LONGEST.get(self.unit.data or "", 0)
        if most and field.data is not None and field.data > most:
            raise ValidationError(_l("At most %(most)s.", most=most))

    @property
    def terms(self) -> dict[str, Any]:
        """The columns of Plan that this form fills."""
        same = (
            *("grace_days", "pays_member_price", "household_cards", "guests", "is_everywhere"),
            *("points_per_yuan", "position", "name"),
        )
        lasts = {unit: self.length.data if unit == self.unit.data else 0 for unit in UNIT_WORDS}
        return (
            {name: self[name].data for name in same}
            | lasts
            | {
                "name_en": self.name_en.data or "",
                "fee_fen": self.fee.data or 0,
            }
        )

    @staticmethod
    def said_of(plan: Plan) -> dict[str, Any]:
        """What the form shows of a plan."""
        unit = "months" if plan.months else "days"
        return {"fee": plan.fee_fen, "unit": unit, "length": getattr(plan, unit)}


class NewPlanForm(PlanForm):
    kind = RadioField(
        _l("Kind"), choices=[(kind.value, word) for kind, word in KIND_WORDS.items()], default=PlanKind.REGULAR.value
    )
