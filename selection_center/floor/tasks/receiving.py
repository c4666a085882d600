"""What a scan does while receiving, and what the tablet says to it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from selection_center.catalog.models import Listing, Sku
from selection_center.core.db import db
from selection_center.core.pictures import picture_url
from selection_center.core.templating import day
from selection_center.floor.answers import Answer, Key, Outcome, Plate, sentences
from selection_center.floor.tasks.base import Scan
from selection_center.samples import delivery_queries as queries
from selection_center.samples import delivery_receiving as receiving
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag
from selection_center.sites.models import Stand


@dataclass(frozen=True)
class At:
    """Where a receiving person is: the scan, and the delivery, the line and the stand that were chosen before."""

    scan: Scan
    delivery: Delivery | None
    line: DeliveryLine | None
    stand: Stand | None

    @property
    def fields(self) -> dict[str, str]:
        """For keys: what is put right goes to the same stand."""
        return {"stand": str(self.stand.id)} if self.stand else {}


# --- a tag with a sample ----------------------------------------------------------------------------------------


def sample_scanned(at: At, sample: Sample) -> Answer:
    line = sample.delivery_line
    if at.delivery is not None and (line is None or line.delivery_id != at.delivery.id):
        return not_on_this_list(at, sample)
    if sample.is_retired:
        return retired(at, sample)
    if not receiving.receive(sample, at.stand, at.scan.user.id):
        return already(at, sample)
    return received(at, sample)


def received(at: At, sample: Sample, **more: Any) -> Answer:
    """It is here: on the record, with the count of its line and the way back."""
    line = sample.delivery_line
    receiving.note(sample, **more)
    return Answer.about(
        sample,
        Outcome.DONE,
        _("Taken in") if at.stand is None else _("Received and placed"),
        so_far(line) if line else "",
        plates=(Plate(at.stand.address),) if at.stand else (),
        undo=Key(_("Undo"), url_for("receipts.take_back", sample_id=sample.id)),
        progress=progress(at),
        panel=True,
    )


def already(at: At, sample: Sample) -> Answer:
    plates = (Plate(sample.stand.address),) if sample.stand else ()
    return Answer.about(
        sample, Outcome.ALREADY, _("Received before"), _("Not counted twice."), plates=plates, progress=progress(at)
    )


def retired(at: At, sample: Sample) -> Answer:
    if not receiving.never_came(sample):
        return Answer.about(sample, Outcome.WRONG, _("Retired"), _("It was here before and is retired."))
    keys = (Key(_("It came after all"), url_for("receipts.create", sample_id=sample.id), at.fields),)
    return Answer.about(sample, Outcome.WRONG, _("Given up"), _("It was given up as never come."), keys=keys)


def not_on_this_list(at: At, sample: Sample) -> Answer:
    """A tag of another delivery, or of a sample that nobody waits for."""
    line = sample.delivery_line
    if sample.is_here:
        plates = (Plate(sample.stand.address),) if sample.stand else ()
        reason = _("It is not on this list, and stands here already.")
        return Answer.about(sample, Outcome.WRONG, _("Not on the list"), reason, plates=plates)
    if sample.is_retired and not receiving.never_came(sample):
        return retired(at, sample)
    keys = (
        Key(
            _("Receive it there") if line else _("Receive it"),
            url_for("receipts.create", sample_id=sample.id),
            at.fields,
        ),
    )
    if line is None:
        reason = _("It is expected, but not on this list.")
        return Answer.about(sample, Outcome.WRONG, _("Not on the list"), reason, keys=keys)
    reason = _(
        "It is on the list of %(name)s, expected on %(day)s.",
        name=line.delivery.supplier.label,
        day=day(line.delivery.expected_on),
    )
    return Answer.about(sample, Outcome.WRONG, _("Another delivery"), reason, keys=keys)


# --- a tag without one ------------------------------------------------------------------------------------------


def tag_scanned(at: At, tag: Tag) -> Answer:
    """A blank tag hangs on the next piece of the chosen line."""
    if at.delivery is None or at.line is None:
        return choose_first(at, tag)
    sample = receiving.receive_with(tag, at.line, at.stand, at.scan.user.id)
    if sample is None:
        return all_have_come(at, at.line, tag)
    return received(at, sample, code=tag.shown)


def choose_first(at: At, tag: Tag) -> Answer:
    if at.delivery is None:
        reason = _("Choose the delivery first, or scan the goods' barcode.")
        href = url_for("deliveries.index", slug=at.scan.site.slug)
        return Answer(outcome=Outcome.WRONG, word=_("Blank tag"), reason=reason, code=tag.shown, href=href)
    reason = _("Choose the product first: tap its line, or scan its barcode.")
    return Answer(outcome=Outcome.WRONG, word=_("Blank tag"), reason=reason, code=tag.shown)


def replaced_scanned(at: At, tag: Tag, sample: Sample) -> Answer:
    """The printed tag of a piece for which another tag was taken: it hangs on the next one of the same line."""
    line = sample.delivery_line
    if line is None or not line.delivery.is_open or (at.delivery is not None and line.delivery_id != at.delivery.id):
        return Answer.about(
            sample, Outcome.WRONG, _("Replaced tag"), _("Another tag counts for this piece."), code=tag.shown
        )
    next_one = receiving.receive_with(tag, line, at.stand, at.scan.user.id)
    if next_one is None:
        return all_have_come(at, line, tag)
    return received(at, next_one, code=tag.shown)


def all_have_come(at: At, line: DeliveryLine, tag: Tag) -> Answer:
    """A piece beyond the list is taken in as surplus, with the tag in hand."""
    said = so_far(line) if line.pieces else _("It is not on the list.")
    return Answer(
        outcome=Outcome.WRONG,
        word=_("One too many") if line.pieces else _("Not on the list"),
        reason=said,
        title=line.label,
        picture=picture_of(line.listing),
        code=tag.shown,
        keys=(surplus_key(at, line.delivery, line.listing, line.sku, tag),),
    )


def surplus_key(at: At, delivery: Delivery, listing: Listing, sku: Sku | None, tag: Tag | None = None) -> Key:
    fields = {"offer": str(listing.id), "style": str(sku.id) if sku else "", "tag": tag.code if tag else ""}
    url = url_for("receipts.take_surplus", delivery_id=delivery.id)
    return Key(_("Take in as surplus"), url, {name: text for name, text in fields.items() if text} | at.fields)


# --- the goods themselves ---------------------------------------------------------------------------------------


def goods_scanned(at: At, listing: Listing, sku: Sku | None) -> Answer:
    """An offer's address or a barcode chooses the line that the next blank tags are for."""
    lines = lines_of(at, listing, sku)
    if len(lines) == 1:
        return chosen(lines[0])
    shown: dict[str, Any] = {"title": listing.label, "picture": picture_of(listing)}
    if lines:
        reason = ngettext("%(num)s line has it. Tap one.", "%(num)s lines have it. Tap one.", len(lines))
        return Answer(outcome=Outcome.WRONG, word=_("Which style?"), reason=reason, **shown)
    if at.delivery is None:
        reason = _("No open delivery waits for it.")
        return Answer(outcome=Outcome.WRONG, word=_("Not expected"), reason=reason, **shown)
    if listing.supplier_id != at.delivery.supplier_id:
        reason = _("It is an offer of another factory: it cannot be of this delivery.")
        return Answer(outcome=Outcome.WRONG, word=_("Not on the list"), reason=reason, **shown)
    keys = (surplus_key(at, at.delivery, listing, sku),)
    reason = _("Not on the list. As surplus it gets a new tag, to be printed afterwards.")
    return Answer(outcome=Outcome.WRONG, word=_("Not on the list"), reason=reason, keys=keys, **shown)


def lines_of(at: At, listing: Listing, sku: Sku | None) -> list[DeliveryLine]:
    """The lines that it may be of, those with missing pieces first of all; without a delivery, of all open ones."""
    query = sa.select(DeliveryLine).join(Delivery).where(DeliveryLine.listing_id == listing.id)
    query = query.where(Delivery.site_id == at.scan.site.id, Delivery.closed_at.is_(None))
    if at.delivery is not None:
        query = query.where(Delivery.id == at.delivery.id)
    if sku is not None:
        query = query.where(sa.or_(DeliveryLine.sku_id == sku.id, DeliveryLine.sku_id.is_(None)))
    lines = list(
        db.session.scalars(query.order_by(DeliveryLine.sku_id.is_(None), Delivery.expected_on, DeliveryLine.id))
    )
    missing = [line for line in lines if queries.counts_of_line(line).missing]
    if at.delivery is None or sku is not None:
        return missing[:1] or (lines[:1] if at.delivery else [])
    return missing or lines


def chosen(line: DeliveryLine) -> Answer:
    """The next blank tags are for this line."""
    is_missing = bool(queries.counts_of_line(line).missing)
    on = _("Now scan blank tags.") if is_missing else _("One more is surplus: scan a blank tag.")
    return Answer(
        outcome=Outcome.DONE if is_missing else Outcome.ALREADY,
        word=_("Chosen") if is_missing else _("All have come"),
        reason=sentences(so_far(line), on),
        title=line.label,
        picture=picture_of(line.listing),
        context={"delivery": str(line.delivery_id), "line": str(line.id)},
        progress=queries.counts_of(line.delivery).progress,
        panel=True,
        counts=False,
    )


# --- counts -----------------------------------------------------------------------------------------------------


def so_far(line: DeliveryLine) -> str:
    counts = queries.counts_of_line(line)
    said = _("%(done)s of %(all)s of it have come.", done=counts.of_list, all=counts.listed)
    more = ngettext("%(num)s piece is surplus.", "%(num)s pieces are surplus.", counts.surplus)
    return sentences(said, more) if counts.surplus else str(said)


def progress(at: At) -> tuple[int, int] | None:
    return queries.counts_of(at.delivery).progress if at.delivery else None


def picture_of(listing: Listing) -> str | None:
    return picture_url(listing.picture, "thumb") if listing.picture else None
