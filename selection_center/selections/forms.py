"""Input of the list's pages."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from selection_center.core.forms import Form
from selection_center.selections.models import LARGEST_QUANTITY, LineKind


def quantity_field() -> IntegerField:
    return IntegerField(
        _l("Quantity"),
        [
            InputRequired(_l("Write a quantity in whole pieces.")),
            NumberRange(1, LARGEST_QUANTITY, _l("Write a quantity from 1 to 9,999,999.")),
        ],
    )


class AddForm(Form):
    """One SKU, seen at the sample with this code."""

    code = HiddenField(validators=[DataRequired(), Length(max=32)])
    sku = IntegerField(_l("Style"), [InputRequired(_l("Choose a style.")), NumberRange(1, 2**53)])
    quantity = quantity_field()
    kind = SelectField(choices=[kind.value for kind in LineKind], default=LineKind.BULK.value, validate_choice=True)


class QuantityForm(Form):
    quantity = quantity_field()


class StyleForm(Form):
    sku = IntegerField(_l("Style"), [InputRequired(_l("Choose a style.")), NumberRange(1, 2**53)])


class LineNoteForm(Form):
    note = StringField(_l("Note"), [Optional(), Length(max=200)])


class ListForm(Form):
    name = StringField(_l("Name of the list"), [Optional(), Length(max=60)])
    note = TextAreaField(_l("Note"), [Optional(), Length(max=500)])
