"""Input about one card."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, ValidationError
from wtforms.validators import DataRequired

from selection_center.core.errors import Refused
from selection_center.core.forms import Form
from selection_center.core.pictures import LARGEST_BYTES
from selection_center.membership import photos


class PhotoForm(Form):
    picture = FileField(_l("Photo of the holder"), [FileRequired(_l("Take a photo, or choose one."))])
    consent = BooleanField(
        _l("The holder agrees that the photo is kept to compare it at the door and the till."),
        [DataRequired(_l("Without this consent no photo is kept."))],
    )

    def validate_picture(self, field: Any) -> None:
        try:
            self.encoded = photos.encode(field.data.read(LARGEST_BYTES + 1))
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
