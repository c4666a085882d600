"""What the forms of the catalog are made of: fields within the columns' bounds, and the rows of tiers and styles."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from selection_center.catalog.models import PriceTier
from selection_center.core import gtins
from selection_center.core.forms import CountField, Form, MoneyField
from selection_center.core.money import show_fen

MOST_PIECES = 1_000_000
DEAREST_FEN = 100_000_000_00
LEAST_ROWS, SPARE_ROWS, MOST_ROWS = 4, 2, 24
"""Of a ladder's tiers on the page."""


def or_empty(text: str | None) -> str:
    return text or ""


def text(label: Any, longest: int, needed: Any = None, **values: Any) -> StringField:
    """One line of text; `needed` is what to say when it is missing."""
    too_long = Length(max=longest, message=_l("%(max)d characters at most."))
    checks = [too_long] if needed is None else [DataRequired(needed), too_long]
    return StringField(label, checks, filters=[or_empty], **values)


def count(label: Any, most: int = MOST_PIECES, least: int = 1, needed: bool = False, **values: Any) -> CountField:
    first = InputRequired(_l("Write a number.")) if needed else Optional()
    return CountField(label, [first, NumberRange(least, most, _l("From %(min)s to %(max)s."))], **values)


def price(label: Any, needed: Any = None) -> MoneyField:
    """A price of more than nothing."""
    first = InputRequired(needed) if needed else Optional()
    sentence = _l("Write a price from 0.01 to 100,000,000.")
    return MoneyField(label, [first, NumberRange(1, DEAREST_FEN, sentence)])


def right_barcode(_form: Any, field: Any) -> None:
    """Empty, or the number under the bars as a scanner gives it; kept without spaces."""
    digits = "".join(field.data.split())
    if digits and gtins.parse(digits) is None:
        raise ValidationError(_l("8, 12, 13 or 14 digits as under the bars, such as 6934582710047."))
    field.data = unicodedata.normalize("NFKC", digits).replace("-", "")


def choices(words: dict[Any, Any], none: Any = None) -> list[Any]:
    start = [] if none is None else [("", none)]
    return start + [(member.value, word) for member, word in words.items()]


class Part(Form):
    """A row inside a form, told apart by its prefix; the form around it carries the tokens."""

    class Meta(Form.Meta):
        csrf = False


class TierForm(Part):
    """From this quantity on, this price. Both, or neither: then the row is none."""

    min_quantity = count(_l("From"))
    price_fen = price(_l("Price"))

    def validate(self, *given: Any, **named: Any) -> bool:
        fits = super().validate(*given, **named)
        quantity, fen = self.min_quantity, self.price_fen
        if quantity.data is None and fen.data is not None and not quantity.errors:
            quantity.errors = [_("From how many?")]
        if fen.data is None and quantity.data is not None and not fen.errors:
            fen.errors = [_("Write the price too.")]
        return fits and not quantity.errors and not fen.errors

    @property
    def row(self) -> tuple[int, int] | None:
        if self.min_quantity.data is None or self.price_fen.data is None:
            return None
        return self.min_quantity.data, self.price_fen.data


class TierRows:
    """The tiers of an offer or of one style, and some empty rows more."""

    def __init__(self, prefix: str, tiers: list[PriceTier]) -> None:
        rows = max(LEAST_ROWS, min(len(tiers) + SPARE_ROWS, MOST_ROWS))
        while rows < MOST_ROWS and f"{prefix}-{rows}-min_quantity" in request.form:
            rows += 1
        self.forms = [
            TierForm(prefix=f"{prefix}-{row}", obj=tiers[row] if row < len(tiers) else None) for row in range(rows)
        ]

    def validate(self) -> bool:
        fits = False not in [form.validate() for form in self.forms]
        return self.each_once() and self.fall() and fits

    def fall(self) -> bool:
        """Nobody pays more for each piece because they take more."""
        fits = True
        rows = sorted(((form.row, form) for form in self.forms if form.row), key=lambda found: found[0])
        for (less, _less_form), (more, form) in pairwise(rows):
            if more[1] > less[1]:
                form.price_fen.errors = [
                    _("More pieces cannot cost more each: %(price)s at most.", price=show_fen(less[1]))
                ]
                fits = False
        return fits

    def each_once(self) -> bool:
        fits, seen = True, set[int]()
        for form in self.forms:
            if form.row and form.row[0] in seen:
                form.min_quantity.errors = [_("This quantity stands twice.")]
                fits = False
            seen.update(form.row[:1] if form.row else ())
        return fits

    @property
    def rows(self) -> list[tuple[int, int]]:
        return sorted(form.row for form in self.forms if form.row)


class SkuForm(Part):
    spec_en = text(_l("Style in English"), 200)
    cargo_number = text(_l("Cargo number"), 64)
    barcode = StringField(_l("Barcode"), [right_barcode], filters=[or_empty])
    price_fen = price(_l("Price"))
    member_fen = price(_l("Member price"))
    sample_fen = price(_l("Sample price"))
    stock = count(_l("Stock"), most=2**31 - 1, least=0)

    @property
    def values(self) -> dict[str, Any]:
        return {field.short_name: field.data for field in self}


class NewSkuForm(SkuForm):
    """A style more, when it has a name."""

    spec = text(_l("New style"), 160)
