"""Look: whatever is scanned shows what it is and leads to its page."""

from flask import url_for
from flask_babel import gettext as _

from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Outcome, Plate
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.things import SampleThing, StandThing
from selection_center.sites.models import Site


class Look(Task):
    name = "look"
    permission = Permission.HANDLE_SAMPLES
    icon = "search"

    def title(self) -> str:
        return str(_("Look up"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        back = url_for("floor.index", slug=site.slug)
        return Opening(heading=self.title(), hint=_("Scan anything to see what it is."), back=back)

    def answer(self, scan: Scan) -> Answer:
        thing = scan.thing
        if isinstance(thing, SampleThing):
            stand = thing.sample.stand
            plates = (Plate(stand.address),) if stand else ()
            return Answer.about(thing.sample, Outcome.DONE, _("Found"), plates=plates)
        if isinstance(thing, StandThing):
            href = url_for("stands.show", stand_id=thing.stand.id)
            return Answer(outcome=Outcome.DONE, word=_("Stand"), plates=(Plate(thing.stand.address),), href=href)
        return Answer(outcome=Outcome.UNKNOWN, word=_("Not known"), reason=thing.words())
