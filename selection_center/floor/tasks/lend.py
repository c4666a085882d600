"""Lend: samples scanned one after the other become one hand-over, once it is signed on the page at the end.

Until then nothing is written: the samples are the page's context, as `samples`, their codes with commas between.
"""

import sqlalchemy as sa
from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key, Outcome, Plate
from selection_center.floor.describing import not_a_sample
from selection_center.floor.keys import task_key
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.things import SampleThing
from selection_center.samples.lending_views import MOST_PIECES
from selection_center.samples.loans import why_not
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Site


class Lend(Task):
    name = "lend"
    permission = Permission.HANDLE_SAMPLES
    icon = "share"

    def title(self) -> str:
        return str(_("Lend samples"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        samples = gathered(site, context)
        return Opening(
            heading=self.title(),
            context={"samples": codes_of(samples)} if samples else {},
            hint=_("Scan everything that goes out together. Nothing is lent before it is signed."),
            back=url_for("loans.index", slug=site.slug),
        )

    def answer(self, scan: Scan) -> Answer:
        if not isinstance(scan.thing, SampleThing):
            return not_a_sample(scan)
        sample, samples = scan.thing.sample, gathered(scan.site, scan.context)
        obstacle = why_not(sample, scan.site)
        if obstacle is not None:
            return Answer.about(sample, Outcome.REFUSED, _("Cannot be lent"), obstacle[1], keys=way_back(sample, scan))
        if sample in samples:
            keys = (task_key(_("Leave it out"), scan.site, self.name, **without(sample, samples)),)
            return Answer.about(sample, Outcome.ALREADY, _("Noted already"), _("Not counted twice."), keys=keys)
        if len(samples) >= MOST_PIECES:
            reason = _("At most %(count)s pieces in one hand-over. Sign these first.", count=MOST_PIECES)
            return Answer.about(sample, Outcome.REFUSED, _("Full"), reason)
        return noted(sample, [*samples, sample])

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        samples = gathered(site, context)
        rows = [
            (sample, task_key(_("Leave it out"), site, self.name, **without(sample, samples))) for sample in samples
        ]
        form = url_for("loans.new", slug=site.slug, sample=[sample.id for sample in samples])
        return render_template("loans/_lend_panel.html", rows=rows, form=form)


def noted(sample: Sample, samples: list[Sample]) -> Answer:
    reason = ngettext("%(num)s piece so far.", "%(num)s pieces so far.", len(samples))
    plates = (Plate(sample.stand.address),) if sample.stand else ()
    context: dict[str, str | None] = {"samples": codes_of(samples)}
    return Answer.about(sample, Outcome.DONE, _("Noted"), reason, plates=plates, context=context, panel=True)


def way_back(sample: Sample, scan: Scan) -> tuple[Key, ...]:
    """What is away can be given back first, where somebody holds it in hand."""
    if sample.loan is None:
        return ()
    return (
        task_key(_("Give it back"), scan.site, "give-back", loan=str(sample.loan.id)),
        Key(_("See the loan"), url_for("loans.show", loan_id=sample.loan.id), method="get"),
    )


def codes_of(samples: list[Sample]) -> str:
    return ",".join(sample.code for sample in samples if sample.code)


def without(sample: Sample, samples: list[Sample]) -> dict[str, str]:
    """The context with this one left out."""
    rest = [other for other in samples if other != sample]
    return {"samples": codes_of(rest)} if rest else {}


def gathered(site: Site, context: dict[str, str]) -> list[Sample]:
    """The samples scanned so far, in that order; what is no code of a sample here falls away."""
    codes = [code for code in context.get("samples", "").upper().split(",") if code][:MOST_PIECES]
    query = (
        sa.select(Tag)
        .where(Tag.code.in_(codes), Tag.state == TagState.BOUND, Tag.site_id == site.id)
        .options(joinedload(Tag.sample).joinedload(Sample.listing))
    )
    found = {tag.code: tag.sample for tag in db.session.scalars(query)} if codes else {}
    return [sample for code in dict.fromkeys(codes) if (sample := found.get(code)) is not None]
