"""What a scan can turn out to be. `words()` says in one sentence what it is."""

from dataclasses import dataclass, field
from typing import Literal

from flask_babel import gettext as _

from selection_center.catalog.models import Listing, Sku
from selection_center.core.codes import CodeProblem
from selection_center.membership.reading import CardRead
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.selections.models import SelectionList
from selection_center.sites.models import Stand
from selection_center.till.sales import Sale
from selection_center.visits.models import Visit


@dataclass(frozen=True)
class SampleThing:
    """A bound tag of this site, and the sample that it hangs on."""

    sample: Sample
    tag: Tag

    def words(self) -> str:
        return self.sample.listing.label


@dataclass(frozen=True)
class BlankThing:
    """A tag drawn ahead that hangs on nothing yet."""

    tag: Tag

    def words(self) -> str:
        return str(_("A blank tag that hangs on nothing yet."))


@dataclass(frozen=True)
class RevokedThing:
    """A tag that was taken off, and the sample that it hung on, if any."""

    tag: Tag
    sample: Sample | None

    def words(self) -> str:
        return str(_("This tag was revoked: take it away."))


@dataclass(frozen=True)
class StandThing:
    """A stand of this site, open or closed."""

    stand: Stand

    def words(self) -> str:
        return str(_("Stand %(stand)s.", stand=self.stand.address))


@dataclass(frozen=True)
class ListThing:
    """An open list of a buyer who was here."""

    selection: SelectionList

    def words(self) -> str:
        return str(_("A buyer's list."))


@dataclass(frozen=True)
class VisitThing:
    """The visit of somebody who came in to this site, over or not."""

    visit: Visit

    def words(self) -> str:
        return str(_("A visit."))


@dataclass(frozen=True)
class MemberThing:
    """A member's card, from a phone or printed: who holds it, and whether it counts now."""

    read: CardRead

    def words(self) -> str:
        return str(_("A member's card."))


@dataclass(frozen=True)
class SaleThing:
    """A sale of this site that is put together: on hold, or on a member's phone."""

    sale: Sale

    def words(self) -> str:
        return str(_("A sale."))


@dataclass(frozen=True)
class OfferThing:
    """An online offer: in our catalog, or not yet."""

    listing: Listing | None
    external_id: str

    def words(self) -> str:
        return (
            self.listing.label
            if self.listing is not None
            else str(_("An online offer that is not in the catalog yet."))
        )


@dataclass(frozen=True)
class BarcodeThing:
    """A barcode of the goods themselves, and the styles that carry it."""

    gtin: str
    """Fourteen digits."""
    skus: list[Sku] = field(default_factory=list)

    def words(self) -> str:
        return str(_("The barcode %(number)s.", number=self.gtin.lstrip("0")))


@dataclass(frozen=True)
class ElsewhereThing:
    """Something that leads away from here. Another site's code says no more than that it is none of ours."""

    kind: Literal["other_site", "short_link", "foreign_address", "marketplace"]
    host: str = ""
    text: str = ""

    def words(self) -> str:
        match self.kind:
            case "other_site":
                return str(_("Not one of this center's codes."))
            case "short_link":
                return str(_("A short link of 1688 that only its app can open. Share the offer's own address instead."))
            case "marketplace":
                return str(_("An address of %(host)s, not of an offer of ours.", host=self.host))
            case "foreign_address":
                return str(_("An address elsewhere: %(host)s.", host=self.host))


@dataclass(frozen=True)
class UnknownThing:
    """Nothing that we know. `problem` says in which way the text is no code of ours, None that none was given out."""

    text: str
    problem: CodeProblem | None = None

    def words(self) -> str:
        match self.problem:
            case CodeProblem.MISTYPED:
                return str(_("One symbol of the code is wrong. Compare it once more."))
            case CodeProblem.HAS_U:
                return str(_("No code has a U: is it a V?"))
            case _other:
                return str(_("Not one of this center's codes."))


Thing = (
    SampleThing
    | BlankThing
    | RevokedThing
    | StandThing
    | ListThing
    | VisitThing
    | MemberThing
    | SaleThing
    | OfferThing
    | BarcodeThing
    | ElsewhereThing
    | UnknownThing
)
