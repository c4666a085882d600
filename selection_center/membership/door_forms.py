"""Input at the door."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired, Length

from selection_center.accounts.buyers import normal_phone
from selection_center.core.errors import Refused
from selection_center.core.forms import CountField, Form

LET_IN_REASONS = [
    _l("Renews inside"),
    _l("Showed the payment"),
    _l("Comes with a member"),
    _l("Only to the desk"),
]


class NumberForm(Form):
    """The whole number, since the phone is dead."""

    phone = StringField(_l("Mobile number"), [DataRequired(_l("Write the whole number.")), Length(max=40)])

    def validate_phone(self, field: StringField) -> None:
        try:
            field.data = normal_phone(field.data or "")
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused


class ReasonForm(Form):
    reason = StringField(
        _l("Why"),
        [DataRequired(_l("Write why.")), Length(max=200, message=_l("%(max)d characters at most."))],
    )


class GuestsForm(Form):
    guests = CountField(_l("Guests"), default=0)

    def validate_guests(self, field: CountField) -> None:
        if field.data is None:
            raise ValidationError(_l("Write how many guests."))
