"""Input of the delivery pages."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from selection_center.core.forms import Form
from selection_center.core.shop_time import today
from selection_center.samples.deliveries import MOST_PER_LINE

USUAL_WAIT = timedelta(days=3)
FARTHEST = timedelta(days=366)


def usual_day() -> date:
    return today() + USUAL_WAIT


class DeliveryForm(Form):
    """When it is expected, and what to know about it."""

    expected_on = DateField(_l("Expected on"), [InputRequired(_l("Choose the day it is expected."))], default=usual_day)
    note = StringField(_l("Note"), [Optional(), Length(max=200, message=_l("%(max)d characters at most."))])

    def validate_expected_on(self, field: DateField) -> None:
        if field.data is None or abs(field.data - today()) > FARTHEST:
            raise ValidationError(_("Choose a day within a year."))


class LineForm(Form):
    """How many pieces of a line are expected; 0 takes it off the list."""

    pieces = IntegerField(
        _l("Pieces"),
        [
            InputRequired(_l("Write how many pieces.")),
            NumberRange(0, MOST_PER_LINE, _l("From %(min)s to %(max)s.")),
        ],
    )


KEEP, GIVE_UP = "keep", "give_up"


class ClosingForm(Form):
    """What becomes of the pieces that did not come."""

    missing = SelectField(_l("What is missing"), default=KEEP)

    def __init__(self, may_give_up: bool, **named: Any) -> None:
        super().__init__(**named)
        self.missing.choices = [(KEEP, _("stays expected")), *([(GIVE_UP, _("is given up"))] if may_give_up else [])]


class SurplusForm(Form):
    """A piece that came without being on the list: its offer, its style, and the blank tag that hangs on it, if any."""

    offer = IntegerField(_l("Offer"), [InputRequired(_l("Choose an offer.")), NumberRange(1, 2**53)])
    style = IntegerField(_l("Style"), [Optional(), NumberRange(1, 2**53)])
    tag = StringField(_l("Tag"), [Optional(), Length(max=16)])
    stand = IntegerField(_l("Stand"), [Optional(), NumberRange(1, 2**53)])


class ReceiptForm(Form):
    """Where a piece goes that has come; nowhere said: the store room."""

    stand = IntegerField(_l("Stand"), [Optional(), NumberRange(1, 2**53)])
