"""The shared base of all forms: CSRF by Flask-WTF, texts stripped and normalised before they are checked."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectChoice, StringField, ValidationError

from selection_center.core import money, pictures
from selection_center.core.errors import Refused

LARGEST = 2**31 - 1


def clean(text: str | None) -> str | None:
    """Stripped; without control characters and unpaired surrogates; None when nothing is left."""
    if text is None:
        return None
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return kept.strip() or None


FARTHEST = 10**15


def within_reach(number: Any) -> Any:
    """A number beyond every column and every range becomes one that is just as wrong, but can be compared."""
    return max(-FARTHEST, min(number, FARTHEST)) if isinstance(number, int) else number


def as_choice(written: Any) -> Any:
    """A (value, word) pair as WTForms wants it."""
    return SelectChoice(*written) if isinstance(written, tuple) else written


class Form(FlaskForm):
    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = list(unbound_field.kwargs.get("filters", ()))
            holds_text = issubclass(unbound_field.field_class, StringField)
            if holds_text and not issubclass(unbound_field.field_class, MoneyField) and clean not in filters:
                unbound_field.kwargs["filters"] = [clean, *filters]
            if issubclass(unbound_field.field_class, IntegerField) and within_reach not in filters:
                unbound_field.kwargs["filters"] = [within_reach, *filters]
            if "choices" in unbound_field.kwargs:
                unbound_field.kwargs["choices"] = [as_choice(each) for each in unbound_field.kwargs["choices"]]
            return unbound_field.bind(form=form, **options)


class MoneyField(StringField):
    """Yuan as people write them, kept as integer fen in `.data`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw_text = (valuelist[0] if valuelist else "").strip()
        self.data: int | None = None
        if not self.raw_text:
            return
        try:
            self.data = money.parse_fen(self.raw_text)
        except ValueError as error:
            raise ValueError(_l("Write yuan with at most two decimals, such as 12.80.")) from error
        if self.data > LARGEST * 100:
            raise ValueError(_l("This amount is too large."))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else money.show_fen(self.data).replace("¥", "").replace(",", "")


class CountField(IntegerField):
    """A whole number that a database column can hold."""

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and not 0 <= self.data <= LARGEST:
            raise ValidationError(_l("Write a whole number from 0 to %(largest)s.", largest=LARGEST))


def first_error(form: FlaskForm) -> str:
    """The first message of a form that came back wrong, where the page has no field to show it at."""
    return next((str(errors[0]) for errors in form.errors.values() if errors), _("Check the input."))


@contextmanager
def said_at(field: Any) -> Iterator[None]:
    """A business no from within is said at this field; `form.errors` then holds it."""
    try:
        yield
    except Refused as refused:
        field.errors = [refused.sentence]


__all__ = ["CountField", "Form", "MoneyField", "clean", "first_error", "said_at"]


def keep_picture(field: Any) -> str | None:
    """The name of the uploaded picture; None for none, and for one that cannot be kept, which the field then says."""
    if not field.data:
        return None
    try:
        return pictures.keep(field.data.read(pictures.LARGEST_BYTES + 1))
    except Refused as refused:
        field.errors = [refused.sentence]
        return None
