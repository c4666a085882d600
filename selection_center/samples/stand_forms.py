"""Input for closing and moving what samples stand on."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from selection_center.core.db import db
from selection_center.core.forms import CountField, Form
from selection_center.samples.stands import WhatStandsThere
from selection_center.sites.models import HIGHEST_LEVEL, Bay, Place, Site, Stand, Zone

GOES = (
    (WhatStandsThere.STAYS, _l("Nothing stands there")),
    (WhatStandsThere.STORE_ROOM, _l("To the store room")),
    (WhatStandsThere.OTHER_STAND, _l("To another stand")),
)


class ClosingForm(Form):
    """Where the samples of a place go when it closes."""

    samples = RadioField(_l("The samples go"), choices=[(choice.value, word) for choice, word in GOES], default="stays")
    stand = StringField(_l("Stand"), [Length(max=16, message=_l("%(max)d characters at most."))])

    def __init__(self, site: Site, **named: Any) -> None:
        super().__init__(**named)
        self.site = site
        self.to: Stand | None = None

    def show_ways_out(self) -> None:
        """For a place with samples: they go somewhere, to the store room unless told otherwise."""
        self.samples.choices = [choice for choice in self.samples.choices if choice.value != WhatStandsThere.STAYS]
        if self.samples.data == WhatStandsThere.STAYS:
            self.samples.data = WhatStandsThere.STORE_ROOM.value

    @property
    def choice(self) -> WhatStandsThere:
        return WhatStandsThere(self.samples.data)

    def validate_stand(self, field: StringField) -> None:
        if self.samples.data != WhatStandsThere.OTHER_STAND:
            return
        self.to = Stand.at(self.site.id, field.data or "")
        if self.to is None:
            raise ValidationError(_("No open stand has this address. Write one such as A-03-2."))


class MovingForm(Form):
    """A new address for a place. What stands there moves along, or nothing may stand there."""

    along = BooleanField(_l("The samples move along"))

    @property
    def choice(self) -> WhatStandsThere:
        return WhatStandsThere.ALONG if self.along.data else WhatStandsThere.STAYS


class ZoneLetterForm(MovingForm):
    letter = StringField(
        _l("Letter"),
        [
            DataRequired(_l("Write a letter, such as A.")),
            Regexp(r"[A-Z0-9]{1,4}\Z", message=_l("One to four capital letters or digits, such as A or B2.")),
        ],
        filters=[lambda text: text.upper() if text else text],
    )


class BayAddressForm(MovingForm):
    zone_id = SelectField(_l("Zone"), coerce=int)
    number = CountField(
        _l("Number of the bay"),
        [InputRequired(_l("Write a number.")), NumberRange(1, 999, _l("From %(min)s to %(max)s."))],
    )


class StandAddressForm(MovingForm):
    bay_id = SelectField(_l("Bay"), coerce=int)
    level = CountField(
        _l("Level"),
        [InputRequired(_l("Write a number.")), NumberRange(1, HIGHEST_LEVEL, _l("From %(min)s to %(max)s."))],
    )


def moving_form(place: Place) -> MovingForm:
    """The form for this kind of place, filled with where it is."""
    if isinstance(place, Zone):
        return ZoneLetterForm(letter=place.letter)
    zones = db.session.scalars(sa.select(Zone).filter_by(site_id=place.site_id).order_by(Zone.position, Zone.letter))
    if isinstance(place, Bay):
        form = BayAddressForm(zone_id=place.zone_id, number=place.number)
        form.zone_id.choices = [(zone.id, f"{zone.letter} {zone.label}") for zone in zones]
        return form
    stand_form = StandAddressForm(bay_id=place.bay_id, level=place.level)
    stand_form.bay_id.choices = [(bay.id, bay.address) for zone in zones for bay in zone.bays]
    return stand_form
