"""Input of the stock pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from selection_center.core.forms import CountField, Form
from selection_center.stock.items import STANDARD_TAX_PERMILLE
from selection_center.stock.taking import MOST_PIECES

REASONS = [
    ("damaged", _l("Damaged")),
    ("expired", _l("Expired")),
    ("opened", _l("Opened or tasted")),
    ("stolen", _l("Stolen")),
    ("other", _l("Another reason")),
]
TAXES = [
    (STANDARD_TAX_PERMILLE, "13%"), (90, "9%"), (60, "6%"), (30, "3%"), (10, "1%"), (0, "0%"),
]  # fmt: skip
PLACES = [("back", _l("Into the back room")), ("shelf", _l("Straight onto the shelf"))]
DIRECTIONS = [("shelf", _l("To the shelf")), ("back", _l("To the back room"))]


def pieces_field(least: int = 1, **more: Any) -> CountField:
    between = NumberRange(
        least, MOST_PIECES, _l("Write from %(least)s to %(most)s pieces.", least=least, most=MOST_PIECES)
    )
    return CountField(_l("Pieces"), [InputRequired(_l("Write how many pieces.")), between], **more)


class LevelsForm(Form):
    low_at = CountField(_l("Few at"), [InputRequired(_l("Write how many pieces.")), NumberRange(0, MOST_PIECES)])
    fill_to = CountField(_l("Fill up to"), [InputRequired(_l("Write how many pieces.")), NumberRange(0, MOST_PIECES)])
    tax = SelectField(_l("Tax included"), coerce=int, choices=TAXES)


class RefillForm(Form):
    direction = RadioField(_l("Where to"), choices=DIRECTIONS, default="shelf")
    pieces = pieces_field()


class WasteForm(Form):
    pieces = pieces_field(default=1)
    reason = SelectField(_l("Why"), choices=REASONS)
    note = StringField(_l("In words"), [Optional(), Length(max=120)])

    @property
    def words(self) -> str:
        """As the ledger keeps it."""
        return str(self.note.data or self.reason.data)


class GoodsInForm(Form):
    supplier = SelectField(_l("Factory"), coerce=int, default=0)
    expected_on = DateField(_l("Expected on"), [Optional()])
    note = StringField(_l("Note"), [Optional(), Length(max=200)])


class ReceiveForm(Form):
    """Of a delivery: which style, how many, where to."""

    sku = HiddenField()
    pieces = pieces_field(default=1)
    place = RadioField(_l("Where to"), choices=PLACES, default="back")


class PiecesForm(Form):
    pieces = pieces_field(default=1)


class CountForm(Form):
    name = StringField(_l("What is counted"), [Optional(), Length(max=80)])


class CountedForm(Form):
    pieces = pieces_field(least=0)


class SendForm(Form):
    to = SelectField(_l("To which store"), coerce=int)
    note = StringField(_l("Note"), [Optional(), Length(max=200)])


class ReorderForm(Form):
    note = StringField(_l("Note to the factory"), [Optional(), Length(max=500)])
