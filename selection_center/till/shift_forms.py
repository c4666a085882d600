"""Input of tills, of their rules, and of a shift from the float to the count."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, IntegerField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from selection_center.core.forms import Form, MoneyField
from selection_center.till.shifts import PayMethod

NOTES_AND_COINS = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 1)
"""China's money by its fen: notes, coins, and the fen that are left."""
COUNTED_BY_SUM = (PayMethod.WECHAT, PayMethod.ALIPAY, PayMethod.CARD)
"""Read off the provider's or the terminal's own total."""
MOST_PIECES = 99_999
MOST_CASH_FEN = 99_999_900
IN, OUT = "in", "out"


class TillForm(Form):
    name = StringField(_l("Name of the till"), [DataRequired(_l("Write a name, such as 1.")), Length(max=40)])


class RulesForm(Form):
    """How far a cashier goes alone."""

    percent = DecimalField(
        _l("Discount up to (%)"),
        [InputRequired(_l("Write a number from 0 to 100.")), NumberRange(0, 100, _l("Write a number from 0 to 100."))],
        places=1,
    )
    refund = MoneyField(_l("Refund up to (yuan)"), [InputRequired(_l("Write an amount, 0 for none."))])

    below = DecimalField(
        _l("Below a factory's minimum by (%)"),
        [InputRequired(_l("Write a number from 0 to 100.")), NumberRange(0, 100, _l("Write a number from 0 to 100."))],
        places=1,
    )

    @property
    def discount_permille(self) -> int:
        return int(self.percent.data * 10)

    @property
    def minimum_permille(self) -> int:
        return int(self.below.data * 10)


class OpenForm(Form):
    float_fen = MoneyField(_l("Cash in the drawer to begin with (yuan)"), [InputRequired(_l("Count it, 0 for none."))])

    def validate_float_fen(self, field: MoneyField) -> None:
        check_cash(field)


class CashForm(Form):
    """Cash by no sale."""

    direction = RadioField(
        _l("Which way"), choices=[(OUT, _l("Out of the drawer")), (IN, _l("Into the drawer"))], default=OUT
    )
    amount = MoneyField(_l("Amount (yuan)"), [InputRequired(_l("Write an amount."))])
    reason = StringField(_l("What for"), [DataRequired(_l("Write what for, such as to the bank.")), Length(max=200)])

    def validate_amount(self, field: MoneyField) -> None:
        check_cash(field)
        if not field.errors and not field.data:
            raise ValidationError(_l("Write an amount above zero."))

    @property
    def signed_fen(self) -> int:
        fen: int = self.amount.data or 0
        return fen if self.direction.data == IN else -fen


class CountForm(Form):
    """How many of each note and coin, and the totals of the other ways to pay. What is left empty is none."""

    wechat = MoneyField(_l("WeChat Pay"), [Optional()])
    alipay = MoneyField(_l("Alipay"), [Optional()])
    card = MoneyField(_l("Bank card"), [Optional()])

    @property
    def pieces(self) -> list[tuple[int, Any]]:
        """Each note and coin by its fen, with its field."""
        return [(fen, self[f"pieces_{fen}"]) for fen in NOTES_AND_COINS]

    @property
    def notes_and_coins(self) -> dict[int, int]:
        return {fen: field.data or 0 for fen, field in self.pieces}

    @property
    def counted(self) -> dict[PayMethod, int]:
        cash = sum(fen * number for fen, number in self.notes_and_coins.items())
        sums = {method: self[method.value].data or 0 for method in COUNTED_BY_SUM}
        return sums | {PayMethod.CASH: cash}


def pieces_field() -> IntegerField:
    return IntegerField(_l("Pieces"), [Optional(), NumberRange(0, MOST_PIECES, _l("Write how many there are."))])


for _fen in NOTES_AND_COINS:
    setattr(CountForm, f"pieces_{_fen}", pieces_field())


class CloseForm(Form):
    note = TextAreaField(_l("Why it differs"), [Optional(), Length(max=500)])


def check_cash(field: MoneyField) -> None:
    if not field.errors and (field.data or 0) > MOST_CASH_FEN:
        raise ValidationError(_l("This is more than a drawer holds."))
