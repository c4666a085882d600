"""Retire: samples that leave the floor for good, many in a row for one reason."""

from flask import render_template, url_for
from flask_babel import gettext as _

from selection_center.core import audit
from selection_center.core.permissions import Permission
from selection_center.core.templating import day
from selection_center.floor.answers import Answer, Outcome
from selection_center.floor.describing import not_a_sample
from selection_center.floor.keys import at_most_two, take_back_key, undo_retiring
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.tasks.moving import refusal
from selection_center.floor.things import SampleThing
from selection_center.samples.forms import REASONS
from selection_center.samples.models import RetireReason, Sample
from selection_center.sites.models import Site

WORDS = dict(REASONS)


class Retire(Task):
    """The reason is chosen once on the page; each scan then retires one sample."""

    name = "retire"
    permission = Permission.RETIRE_SAMPLES
    icon = "trash"

    def title(self) -> str:
        return str(_("Retire samples"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        reason = reason_of(context)
        return Opening(
            heading=_("Retire: %(reason)s", reason=WORDS[reason.value]) if reason else self.title(),
            context={"reason": reason.value} if reason else {},
            hint=_("Scan every sample that leaves for this reason.") if reason else _("Choose the reason first."),
            back=url_for("floor.index", slug=site.slug),
        )

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        return render_template("floor/_reasons.html", site=site, reasons=REASONS, chosen=reason_of(context))

    def answer(self, scan: Scan) -> Answer:
        if not isinstance(scan.thing, SampleThing):
            return not_a_sample(scan)
        sample, reason = scan.thing.sample, reason_of(scan.context)
        if reason is None:
            return Answer.about(sample, Outcome.REFUSED, _("Reason first"), _("Choose why it leaves, then scan it."))
        sample.hold()
        if sample.is_retired:
            return self.left_already(sample, scan)
        return refusal(sample, scan) or self.retired(sample, reason)

    def left_already(self, sample: Sample, scan: Scan) -> Answer:
        said = f"{WORDS.get(str(sample.retired_reason), '')} {day(sample.retired_at)}".strip()
        keys = at_most_two(take_back_key(sample, scan.user))
        return Answer.about(sample, Outcome.ALREADY, _("Retired already"), said, keys=keys)

    def retired(self, sample: Sample, reason: RetireReason) -> Answer:
        before = sample.stand
        sample.retire(reason)
        audit.record("sample_retired", sample, reason=reason.value, before=before.address if before else None)
        gone = _("It stood on %(stand)s.", stand=before.address) if before else ""
        return Answer.about(sample, Outcome.DONE, _("Retired"), gone, undo=undo_retiring(sample))


def reason_of(context: dict[str, str]) -> RetireReason | None:
    said = context.get("reason", "")
    return RetireReason(said) if said in WORDS else None
