"""Input of the sample pages."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from selection_center.core.forms import Form
from selection_center.samples.models import RetireReason, SampleKind

REASONS = [
    (RetireReason.SOLD.value, _l("Sold")),
    (RetireReason.RETURNED.value, _l("Returned to the factory")),
    (RetireReason.LOST.value, _l("Lost")),
    (RetireReason.DAMAGED.value, _l("Damaged")),
    (RetireReason.OFF_SHELF.value, _l("Offer is off shelf")),
]
KINDS = [(SampleKind.SAMPLE.value, _l("Sample")), (SampleKind.SHELF_FACING.value, _l("Shelf facing"))]
MOST_PIECES = 50


class NewSampleForm(Form):
    """Pieces of one listing: how many, of which style, and where they stand first."""

    sku = SelectField(_l("Style"), coerce=int)
    kind = SelectField(_l("Kind"), choices=KINDS, default=SampleKind.SAMPLE.value)
    pieces = IntegerField(
        _l("Pieces"),
        [InputRequired(_l("Write how many pieces.")), NumberRange(1, MOST_PIECES, _l("From 1 to 50 pieces."))],
        default=1,
    )
    stand = StringField(_l("Stand"), [Optional(), Length(max=16)])


class PlaceForm(Form):
    """An address such as A-03-2, a stand's code, or nothing: the store room."""

    stand = StringField(_l("Stand"), [Optional(), Length(max=80)])


class RetireForm(Form):
    reason = SelectField(_l("Reason"), choices=REASONS)


class BlankTagsForm(Form):
    count = IntegerField(
        _l("Blank tags"),
        [InputRequired(_l("Write how many tags.")), NumberRange(1, 500, _l("From 1 to 500 tags."))],
        default=24,
    )


class BindForm(Form):
    """Which sample this blank tag hangs on from now on."""

    sample = IntegerField(_l("Sample"), [InputRequired(_l("Choose a sample.")), NumberRange(1, 2**53)])
