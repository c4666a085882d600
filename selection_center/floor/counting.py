"""One thing scanned while counting: what is kept of it, and what the person hears."""

from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from selection_center.core.templating import clock
from selection_center.floor.answers import Answer, Key, Outcome, Plate
from selection_center.floor.describing import describe
from selection_center.floor.keys import at_most_two, take_back_key, task_key
from selection_center.floor.tasks.base import Scan
from selection_center.floor.things import (
    BarcodeThing,
    BlankThing,
    ElsewhereThing,
    OfferThing,
    RevokedThing,
    SampleThing,
    UnknownThing,
)
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktake_results import Kind, Result, Why, result_of
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tag_findings import TagFinding
from selection_center.samples.tags import Tag
from selection_center.sites.models import Stand

LONGEST_SHOWN = 120


@dataclass(frozen=True)
class Counted:
    """A scan at a stand of a running count."""

    count: Stocktake
    stand: Stand
    scan: Scan

    def answer(self) -> Answer:
        match self.scan.thing:
            case SampleThing(_sample, tag):
                return self.of_sample(self.scan.thing, tag)
            case RevokedThing(tag, sample):
                reason = _("An old label. Take it off, tick the sample in the list, and print a new one.")
                title = sample.listing.label if sample is not None else ""
                return replace(self.unknown(tag.shown, _("Old label"), reason, tag), title=title, code=tag.shown)
            case BlankThing(tag):
                return self.unknown(
                    tag.shown, _("Blank tag"), _("It hangs on no sample. Bind it after the count."), tag
                )
            case ElsewhereThing(kind="other_site", text=text):
                said = self.unknown(text, _("Other center"), _("Not one of this center's codes."))
                return replace(said, outcome=Outcome.REFUSED)
            case ElsewhereThing():
                return self.of_sticker(self.scan.thing)
            case OfferThing(_listing, external_id):
                return self.unknown(external_id, _("Not our tag"), _("An online offer. Scan the tag with our code."))
            case BarcodeThing(gtin):
                return self.unknown(gtin.lstrip("0"), _("Not our tag"), _("The goods' own barcode. Scan our tag."))
            case UnknownThing(text):
                return self.unknown(text, _("Not known"), self.scan.thing.words())
            case _other:  # a buyer's code: not kept, since it tells nothing of the floor
                return replace(
                    describe(self.scan), outcome=Outcome.REFUSED, reason=_("Scan the tag with our code on the sample.")
                )

    def unknown(self, text: str, word: str, reason: str, tag: Tag | None = None) -> Answer:
        """Kept in the list with its text."""
        if not text:
            return Answer(outcome=Outcome.UNKNOWN, word=word, reason=reason)
        sighting, is_new = Sighting.note_unknown(self.count, text, self.stand, self.scan.user.id, tag)
        return Answer(
            outcome=Outcome.UNKNOWN if is_new else Outcome.ALREADY,
            word=word if is_new else _("Already scanned"),
            reason=reason,
            title=text[:LONGEST_SHOWN],
            plates=(Plate(self.stand.address, "seen"),),
            undo=undo(sighting) if is_new else None,
        )

    def of_sticker(self, thing: ElsewhereThing) -> Answer:
        """A code that leads elsewhere: work for the site until somebody has taken it off."""
        finding, is_new = TagFinding.report(self.scan.site, self.stand, thing.text, self.scan.user.id, self.count)
        taken_back = Key(_("Undo"), url_for("tag_findings.take_back", finding_id=finding.id))
        return Answer(
            outcome=Outcome.UNKNOWN if is_new else Outcome.ALREADY,
            word=_("Foreign sticker") if is_new else _("Flagged already"),
            reason=_("It leads elsewhere. Do not open it: take it off, and look at the label below."),
            title=(finding.host or finding.text)[:LONGEST_SHOWN],
            plates=(Plate(self.stand.address, "seen"),),
            keys=(Key(_("I took it off"), url_for("tag_findings.remove", finding_id=finding.id)),),
            undo=taken_back if is_new else None,
        )

    # --- samples ----------------------------------------------------------------------------------------------------

    def of_sample(self, thing: SampleThing, tag: Tag) -> Answer:
        sighting, is_new = Sighting.see(self.count, thing.sample, self.stand, self.scan.user.id, tag=tag)
        more: dict[str, Any] = {"undo": undo(sighting) if is_new else None}
        result = None if self.count.is_blind else result_of(self.count, thing.sample)
        said = self.counted(thing, **more) if result is None else self.judged(thing, sighting, result, **more)
        return said if is_new else self.again(said, sighting)

    def counted(self, thing: SampleThing, **more: Any) -> Answer:
        plates = (Plate(self.stand.address),)
        return Answer.about(thing.sample, Outcome.DONE, _("Counted"), plates=plates, **more)

    def again(self, said: Answer, sighting: Sighting) -> Answer:
        """Twice at one stand is no error; what is still wrong keeps its keys."""
        by = sighting.user.name if sighting.user is not None else ""
        reason = _("%(who)s, %(time)s: not counted twice.", who=by, time=clock(sighting.at))
        return replace(said, outcome=Outcome.ALREADY, word=_("Already counted"), reason=reason)

    def judged(self, thing: SampleThing, sighting: Sighting, result: Result, **more: Any) -> Answer:
        """What is so, and what settles it."""
        if result.kind in (Kind.WRONG_PLACE, Kind.UNEXPECTED) and result.belongs is not None and not is_gone(result):
            return self.misplaced(thing, sighting, result.belongs, **more)
        match result.why:
            case Why.STORE_ROOM:
                keys: tuple[Key, ...] = (self.key_here(sighting),)
                more |= {"plates": (Plate(self.stand.address, "seen"),)}
                said = Outcome.WRONG, _("Not expected"), _("By the records it is on no stand.")
            case Why.RETIRED:
                keys = at_most_two(take_back_key(thing.sample, self.scan.user))
                said = Outcome.REFUSED, _("Retired"), _("It was retired. It stays in the report.")
            case Why.LENT:
                keys = (task_key(_("Give it back"), self.scan.site, "give-back"),)
                name = thing.sample.loan.borrower if thing.sample.loan is not None else ""
                said = Outcome.REFUSED, _("Lent out"), _("Lent to %(name)s. Give it back first.", name=name)
            case _other:
                return self.counted(thing, **more)
        return Answer.about(thing.sample, *said, keys=keys, **more)

    def misplaced(self, thing: SampleThing, sighting: Sighting, home: Stand, **more: Any) -> Answer:
        back = url_for("sightings.put_back", sighting_id=sighting.id)
        return Answer.about(
            thing.sample,
            Outcome.WRONG,
            _("Wrong place"),
            plates=(Plate(self.stand.address, "seen"), Plate(home.address, "belongs")),
            keys=(Key(_("Put back on %(stand)s", stand=home.address), back), self.key_here(sighting)),
            **more,
        )

    def key_here(self, sighting: Sighting) -> Key:
        url = url_for("sightings.place_here", sighting_id=sighting.id)
        return Key(_("Move to %(stand)s", stand=self.stand.address), url)


def is_gone(result: Result) -> bool:
    """By the records it is not on the floor at all."""
    return result.why in (Why.RETIRED, Why.LENT)


def undo(sighting: Sighting) -> Key:
    return Key(_("Undo"), url_for("sightings.take_back", sighting_id=sighting.id))
