"""Input of the pages about sites, their floors and the belts."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from selection_center.core.db import db
from selection_center.core.forms import CountField, Form
from selection_center.sites.models import HIGHEST_LEVEL, Belt, City, SiteKind

RESERVED = {"new"}
FLOOR_DECIMETRES = 5_000
"""Half a kilometre: no showroom is longer."""

KIND_WORDS = {SiteKind.CENTER: _l("Selection center"), SiteKind.STORE: _l("Member store")}


def or_empty(text: str | None) -> str:
    return text or ""


def required(sentence: Any, longest: int) -> list[Any]:
    return [DataRequired(sentence), Length(max=longest, message=_l("%(max)d characters at most."))]


def optional(longest: int) -> dict[str, Any]:
    return {
        "validators": [Length(max=longest, message=_l("%(max)d characters at most."))],
        "filters": [or_empty],
    }


def whole_number(least: int, most: int) -> list[Any]:
    return [InputRequired(_l("Write a number.")), NumberRange(least, most, _l("From %(min)s to %(max)s."))]


def city_choices() -> list[tuple[int, str]]:
    cities = db.session.scalars(sa.select(City).order_by(City.adcode))
    named = [(city.id, city.name if city.name == city.province else f"{city.province} {city.name}") for city in cities]
    return [(0, _("Choose a city")), *named]


class SiteForm(Form):
    name = StringField(_l("Name in Chinese"), required(_l("Write the name in Chinese."), 60))
    name_en = StringField(_l("Name in English"), required(_l("Write the name in English."), 80))
    kind = RadioField(
        _l("Kind"),
        [InputRequired(_l("Choose the kind."))],
        choices=[(kind.value, word) for kind, word in KIND_WORDS.items()],
        default=SiteKind.CENTER.value,
    )
    city_id = SelectField(_l("City"), coerce=int, validators=[DataRequired(_l("Choose a city."))])
    address = StringField(_l("Address in Chinese"), **optional(200))
    address_en = StringField(_l("Address in English"), **optional(200))
    phone = StringField(_l("Phone"), **optional(24))
    opening_hours = StringField(_l("Opening hours"), **optional(80))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.city_id.choices = city_choices()

    @property
    def values(self) -> dict[str, Any]:
        """What the columns of a Site take."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if name not in {"csrf_token", "operation_id", "kind"}
        } | {"kind": SiteKind(self.kind.data)}


class NewSiteForm(SiteForm):
    slug = StringField(
        _l("Short name"),
        [
            *required(_l("Write a short name."), 40),
            Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", message=_l("Small letters, digits and hyphens, such as yiwu-2.")),
        ],
    )

    def validate_slug(self, field: StringField) -> None:
        if field.data in RESERVED:
            raise ValidationError(_("This short name is taken. Choose another one."))


class SiteBeltForm(Form):
    """A belt by its Chinese or English name."""

    belt = StringField(_l("Belt"), required(_l("Write the name of a belt."), 80))

    chosen: Belt

    def validate_belt(self, field: StringField) -> None:
        called_so = sa.or_(Belt.name == field.data, Belt.name_en == field.data)
        found = db.session.scalar(sa.select(Belt).where(called_so).limit(1))
        if found is None:
            raise ValidationError(_("No belt has this name. Choose one of the names offered."))
        self.chosen = found


class BeltForm(Form):
    name_en = StringField(_l("Name in English"), required(_l("Write the name in English."), 80))
    category = StringField(_l("Category"), required(_l("Write a category, such as toys."), 40))
    ten_billion = RadioField(
        _l("Above ten billion yuan a year"),
        choices=[("", _l("Not known")), ("yes", _l("Yes")), ("no", _l("No"))],
        default="",
    )

    @property
    def over_ten_billion(self) -> bool | None:
        answers = {"yes": True, "no": False}
        return answers.get(self.ten_billion.data)


class NewBeltForm(BeltForm):
    name = StringField(_l("Name in Chinese"), required(_l("Write the name in Chinese."), 60))
    city_id = SelectField(_l("City"), coerce=int, validators=[DataRequired(_l("Choose a city."))])
    place = StringField(_l("Place, if smaller than the city"), **optional(40))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.city_id.choices = city_choices()

    def validate_name(self, field: StringField) -> None:
        if db.session.scalar(sa.select(Belt.id).filter_by(city_id=self.city_id.data, name=field.data)):
            raise ValidationError(_("This city has a belt of that name already."))


class CityForm(Form):
    name = StringField(_l("Name in Chinese"), required(_l("Write the name in Chinese."), 40))
    province = StringField(_l("Province"), required(_l("Write the province."), 40))


class NewCityForm(CityForm):
    adcode = StringField(
        _l("Code of GB/T 2260"),
        [*required(_l("Write the code."), 6), Regexp(r"[0-9]{6}\Z", message=_l("Six digits, such as 330782."))],
    )

    def validate_adcode(self, field: StringField) -> None:
        if db.session.scalar(sa.select(City.id).filter_by(adcode=field.data)):
            raise ValidationError(_("A city with this code is on the list already."))


class ZoneForm(Form):
    name = StringField(_l("Name in Chinese"), required(_l("Write the name in Chinese."), 40))
    name_en = StringField(_l("Name in English"), **optional(60))
    position = CountField(_l("Place in the row of zones"), whole_number(0, 999), default=0)


class NewZoneForm(ZoneForm):
    letter = StringField(
        _l("Letter"),
        [
            DataRequired(_l("Write a letter, such as A.")),
            Regexp(r"[A-Z0-9]{1,4}\Z", message=_l("One to four capital letters or digits, such as A or B2.")),
        ],
        filters=[lambda text: text.upper() if text else text],
    )


class BayForm(Form):
    """Its place on the plan, in decimetres."""

    x = CountField(_l("From the left"), whole_number(0, FLOOR_DECIMETRES), default=0)
    y = CountField(_l("From the top"), whole_number(0, FLOOR_DECIMETRES), default=0)
    width = CountField(_l("Width"), whole_number(1, FLOOR_DECIMETRES), default=60)
    height = CountField(_l("Depth"), whole_number(1, FLOOR_DECIMETRES), default=10)

    @property
    def place(self) -> dict[str, int]:
        return {name: self[name].data for name in ("x", "y", "width", "height")}


class NewBayForm(BayForm):
    number = CountField(_l("Number of the bay"), whole_number(1, 999))
    levels = CountField(_l("Levels"), whole_number(1, HIGHEST_LEVEL), default=4)


class LevelsForm(Form):
    count = CountField(_l("More levels"), whole_number(1, HIGHEST_LEVEL), default=1)
