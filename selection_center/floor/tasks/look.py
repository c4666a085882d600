"""Look: whatever is scanned says what it is, where it stands, and what can be done next."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from selection_center.core.permissions import Permission
from selection_center.core.templating import day
from selection_center.floor.answers import Answer, Key, Outcome, Plate
from selection_center.floor.describing import describe
from selection_center.floor.keys import at_most_two, page_key, take_back_key, task_key
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.things import SampleThing
from selection_center.samples.forms import REASONS
from selection_center.samples.models import RetireReason, Sample
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
        if not isinstance(scan.thing, SampleThing):
            return describe(scan)
        sample = scan.thing.sample
        plates = (Plate(sample.stand.address),) if sample.stand else ()
        word, reason = state_of(sample)
        keys = at_most_two(*next_steps(sample, scan.user))
        return Answer.about(sample, Outcome.DONE, word, reason, plates=plates, keys=keys)


def state_of(sample: Sample) -> tuple[str, str]:
    """Where it is in a word or two, and a sentence where more is to be said."""
    if sample.retired_reason is not None:
        return _("Retired"), f"{dict(REASONS).get(sample.retired_reason, '')} {day(sample.retired_at)}".strip()
    if sample.loan is not None:
        lent = _("%(name)s has it until %(day)s.", name=sample.loan.borrower, day=day(sample.loan.due_on))
        return (_("Overdue") if sample.loan.is_overdue else _("Lent out")), lent
    if not sample.is_here:
        return _("Expected"), _("It has not come yet.")
    off_shelf = "" if sample.listing.is_on_shelf else _("Its offer is off the shelf.")
    return (_("On its stand") if sample.stand else _("Store room")), off_shelf


def next_steps(sample: Sample, user: Any) -> list[Key | None]:
    """What people do next with such a sample, the likeliest first."""
    site = sample.site
    if sample.is_retired:
        return [take_back_key(sample, user)]
    if sample.is_away:
        return [task_key(_("Give it back"), site, "give-back")]
    to_store = Key(_("To the store room"), url_for("samples.place", sample_id=sample.id), {"stand": ""})
    place = task_key(_("Place it"), site, "place")
    if not sample.is_here:
        return [to_store, place]
    may_retire = not sample.listing.is_on_shelf and user.can(Permission.RETIRE_SAMPLES, site_id=site.id)
    retire = Key(
        _("Retire it"), url_for("samples.retire", sample_id=sample.id), {"reason": RetireReason.OFF_SHELF.value}
    )
    lend = page_key(_("Lend it"), "loans.new", {"sample": str(sample.id)}, slug=site.slug)
    return [
        retire if may_retire else None,
        to_store if sample.stand else place,
        lend if sample.can_be_lent else None,
    ]
