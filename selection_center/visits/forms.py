"""Input of the reception."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from selection_center.accounts.buyers import normal_phone
from selection_center.core.errors import Refused
from selection_center.core.forms import Form
from selection_center.core.i18n import LANGUAGES
from selection_center.sites.audit_words.detail_words import VALUES
from selection_center.visits.models import BuyerKind

KIND_WORDS = {kind: VALUES["buyer_kind"][kind.value] for kind in BuyerKind}
LANGUAGE_WORDS = {"zh": "中文", "en": "English"}


class VisitForm(Form):
    """Name and kind are enough; a number is kept only under the consent that was asked aloud."""

    name = StringField(_l("Name"), [DataRequired(_l("Write a name.")), Length(max=80)])
    kind = RadioField(
        _l("Kind of buyer"),
        [DataRequired(_l("Choose what kind of buyer this is."))],
        choices=[(kind.value, word) for kind, word in KIND_WORDS.items()],
    )
    language = RadioField(_l("Language"), choices=[(each, LANGUAGE_WORDS[each]) for each in LANGUAGES], default="zh")
    company = StringField(_l("Shop or company"), [Optional(), Length(max=120)])
    looking_for = StringField(_l("Looks for"), [Optional(), Length(max=200)])
    phone = StringField(_l("Mobile"), [Optional(), Length(max=24)])
    consent = BooleanField(_l("The buyer was told this and agrees"))

    def validate_phone(self, field: Any) -> None:
        if not field.data:
            return
        try:
            field.data = normal_phone(field.data)
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused

    def validate_consent(self, field: Any) -> None:
        if self.phone.data and not field.data:
            raise ValidationError(_l("Tick the notice, or leave the number out."))

    @property
    def said(self) -> dict[str, Any]:
        """The columns of Visit that this form fills."""
        words = {name: self[name].data or "" for name in ("company", "looking_for")}
        return words | {
            "name": self.name.data,
            "phone": self.phone.data,
            "language": self.language.data,
            "kind": BuyerKind(self.kind.data),
        }
