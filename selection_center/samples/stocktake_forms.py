"""Input of the stocktake pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.forms import CountField, Form
from selection_center.samples import queries
from selection_center.samples.stocktake_changes import Change, choices_for
from selection_center.samples.stocktake_results import Found
from selection_center.sites.models import Site, Stand, Zone

SCOPES = [("site", _l("The whole site")), ("zone", _l("A zone")), ("stand", _l("A stand"))]
STAYS = "stays"


class BeginForm(Form):
    """What is counted, and whether whoever counts is told what should be there."""

    scope = RadioField(_l("What is counted"), choices=SCOPES, default="zone")
    zone = SelectField(_l("Zone"), coerce=int, validate_choice=False)
    stand = StringField(_l("Stand"), [Length(max=80, message=_l("%(max)d characters at most."))])
    blind = BooleanField(_l("Blind count"))

    def __init__(self, site: Site, **named: Any) -> None:
        super().__init__(**named)
        self.zones: dict[int, Zone] = {zone.id: zone for zone in queries.zones(site)}
        self.zone.choices = [(zone.id, f"{zone.letter} {zone.label}".strip()) for zone in self.zones.values()]
        self.site = site
        self.chosen_stand: Stand | None = None

    @property
    def chosen_zone(self) -> Zone | None:
        return self.zones.get(self.zone.data) if self.scope.data == "zone" else None

    def validate_zone(self, _field: SelectField) -> None:
        if self.scope.data == "zone" and self.chosen_zone is None:
            raise ValidationError(_("Choose a zone of this site."))

    def validate_stand(self, field: StringField) -> None:
        if self.scope.data == "stand":
            self.chosen_stand = queries.stand_named(self.site, field.data or "")
            if self.chosen_stand is None:
                raise ValidationError(_("No open stand has this address. Write one such as A-03-2."))


class TickForm(Form):
    """A sample whose label is torn, and the stand where it was seen."""

    sample = CountField(_l("Sample"), [DataRequired(_l("Choose a sample."))])
    stand = StringField(_l("Stand"), [DataRequired(_l("Write a stand.")), Length(max=80)])


class FindingForm(Form):
    """A code that leads elsewhere, and where it sticks."""

    text = StringField(
        _l("What the code says"),
        [
            DataRequired(_l("Scan the code, or write what it says.")),
            Length(max=LONGEST_SCANNED, message=_l("%(max)d characters at most.")),
        ],
    )
    stand = StringField(_l("Stand"), [Length(max=80, message=_l("%(max)d characters at most."))])


def choices_of(results: Sequence[Found], form: Mapping[str, str]) -> tuple[dict[int, Change], list[int]]:
    """What was chosen for each difference by its sample's id; and the ids whose choice does not fit.

    `all-<kind>` settles a whole kind alike, else each row says for itself; what nothing is said of stays.
    """
    chosen: dict[int, Change] = {}
    wrong: list[int] = []
    for result in results:
        fitting = {change.value: change for change in choices_for(result)}
        word = form.get(f"all-{result.kind}") or form.get(f"choice-{result.sample_id}") or STAYS
        if word in fitting:
            chosen[result.sample_id] = fitting[word]
        elif fitting and word != STAYS:
            wrong.append(result.sample_id)
    return chosen, wrong
