"""Input about tablets and PINs."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, EqualTo, Length

from selection_center.accounts import pins
from selection_center.core.forms import Form

IDLE_WORDS = [
    (2, _l("2 minutes")),
    (5, _l("5 minutes")),
    (15, _l("15 minutes")),
]


class TabletForm(Form):
    name = StringField(
        _l("Name of the tablet"),
        [
            DataRequired(_l("Write a name, such as Tablet 2.")),
            Length(max=60, message=_l("%(max)d characters at most.")),
        ],
    )
    idle_minutes = RadioField(_l("Locks by itself after"), coerce=int, choices=IDLE_WORDS, default=5)


class PinForm(Form):
    """Choosing a PIN; the password says that it is really this person."""

    password = PasswordField(_l("Password now"), [DataRequired(_l("Write your password.")), Length(max=200)])
    pin = PasswordField(_l("New PIN"), [DataRequired(_l("Write 4 to 6 digits."))])
    pin_again = PasswordField(_l("New PIN again"), [EqualTo("pin", _l("Both PINs must be the same."))])

    def validate_pin(self, field: PasswordField) -> None:
        if not pins.is_shaped(field.data or ""):
            raise ValidationError(_("Write 4 to 6 digits."))
        if pins.is_weak(field.data or ""):
            raise ValidationError(_("This one is guessed too easily. Choose digits without a pattern, no year."))


class PinEntry(Form):
    """A PIN typed on a tablet."""

    pin = PasswordField(_l("PIN"), [DataRequired(_l("Type your PIN."))])

    def validate_pin(self, field: PasswordField) -> None:
        if not pins.is_shaped(field.data or ""):
            raise ValidationError(_("A PIN has 4 to 6 digits. Type it by finger."))
