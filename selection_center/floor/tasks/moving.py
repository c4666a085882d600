"""Place and store: where samples stand, one scan each."""

from flask import url_for
from flask_babel import gettext as _

from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Outcome, Plate
from selection_center.floor.describing import not_a_sample
from selection_center.floor.keys import at_most_two, take_back_key, task_key, undo_placing
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.things import SampleThing, StandThing
from selection_center.samples.delivery_receiving import note_move
from selection_center.samples.models import Sample
from selection_center.samples.queries import stand_named
from selection_center.sites.models import Site, Stand


class Place(Task):
    """Scan the stand, then any number of samples; another stand, and the next ones stand there."""

    name = "place"
    permission = Permission.HANDLE_SAMPLES
    icon = "map-pin"

    def title(self) -> str:
        return str(_("Place samples"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        stand = stand_of(site, context)
        return Opening(
            heading=self.title(),
            context={"stand": stand.code} if stand else {},
            place=stand.address if stand else "",
            hint=_("Scan the stand, then the samples that go there. Another stand: scan it."),
            back=url_for("floor.index", slug=site.slug),
        )

    def answer(self, scan: Scan) -> Answer:
        if isinstance(scan.thing, StandThing):
            return self.go_to(scan, scan.thing.stand)
        if not isinstance(scan.thing, SampleThing):
            return not_a_sample(scan)
        sample = scan.thing.sample
        no = refusal(sample, scan)
        if no is not None:
            return no
        stand = stand_of(scan.site, scan.context)
        if stand is None:
            reason = _("Scan the stand first, then what stands there.")
            return Answer.about(sample, Outcome.REFUSED, _("Stand first"), reason, context={"stand": None}, place="")
        return moved(sample, stand, scan)

    def go_to(self, scan: Scan, stand: Stand) -> Answer:
        plates, href = (Plate(stand.address),), url_for("stands.show", stand_id=stand.id)
        if not stand.is_open:
            reason = _("Nothing can stand here. Scan another stand.")
            return Answer(outcome=Outcome.REFUSED, word=_("Stand is closed"), reason=reason, plates=plates, href=href)
        same = scan.context.get("stand") == stand.code
        return Answer(
            outcome=Outcome.ALREADY if same else Outcome.DONE,
            word=_("Same stand") if same else _("Place here"),
            reason=_("Now scan the samples."),
            plates=plates,
            href=href,
            context={"stand": stand.code},
            place=stand.address,
            counts=False,
        )


class Store(Task):
    """Off the floor for a while: into the store room (库房)."""

    name = "store"
    permission = Permission.HANDLE_SAMPLES
    icon = "package"

    def title(self) -> str:
        return str(_("To the store room"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        return Opening(
            heading=self.title(),
            place=_("Store room"),
            hint=_("Scan every sample that goes into the store room."),
            back=url_for("floor.index", slug=site.slug),
        )

    def answer(self, scan: Scan) -> Answer:
        if not isinstance(scan.thing, SampleThing):
            return not_a_sample(scan)
        return refusal(scan.thing.sample, scan) or moved(scan.thing.sample, None, scan)


def stand_of(site: Site, context: dict[str, str]) -> Stand | None:
    """The open stand that the page works at."""
    return stand_named(site, context["stand"]) if context.get("stand") else None


def refusal(sample: Sample, scan: Scan) -> Answer | None:
    """What is retired or with somebody else is not moved."""
    if sample.is_retired:
        keys = at_most_two(take_back_key(sample, scan.user))
        reason = _("Take the retiring back first, then scan it again.") if keys else _("It left the floor for good.")
        return Answer.about(sample, Outcome.REFUSED, _("Retired"), reason, keys=keys)
    if sample.loan is not None:
        reason = _("Lent to %(name)s. Give it back first.", name=sample.loan.borrower)
        keys = (task_key(_("Give it back"), scan.site, "give-back"),)
        return Answer.about(sample, Outcome.REFUSED, _("Lent out"), reason, keys=keys)
    return None


def moved(sample: Sample, stand: Stand | None, scan: Scan) -> Answer:
    """Moves it; twice is no error, and of two colleagues the second hears that it stands there."""
    move = sample.move_to(stand, scan.user.id)
    stay, before = move.stay, move.before
    plates = (Plate(stand.address),) if stand else ()
    if stay is None:
        return Answer.about(sample, Outcome.ALREADY, _("There already"), _("Not moved twice."), plates=plates)
    address = stand.address if stand else None
    note_move(sample, move)
    word = _("Stored") if stand is None else _("Moved") if before else _("Placed here")
    came_from = _("It stood on %(stand)s.", stand=before.address) if before else ""
    return Answer.about(
        sample, Outcome.DONE, word, came_from, plates=plates, undo=undo_placing(sample, stay), place=address
    )
