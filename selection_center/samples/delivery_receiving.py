"""Receiving: a piece that was announced is here now, by its printed tag or by a blank one; and what came beyond.

Locks are taken in one order: the delivery, the stand, the sample, its tag. So two tablets never wait in a ring, and
the second one sees what the first did.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.search import index_listings
from selection_center.core import audit
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.shop_time import TAKE_BACK_WITHIN
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.models import Move, RetireReason, Sample, SampleState
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Stand


def hold(sample: Sample) -> None:
    """The sample's delivery, if it has one."""
    if sample.delivery_line is not None:
        sample.delivery_line.delivery.hold()


def never_came(sample: Sample) -> bool:
    """Was it given up when its delivery was closed?"""
    return sample.is_retired and sample.retired_reason is RetireReason.NEVER_CAME


def receive(sample: Sample, stand: Stand | None, user_id: int | None) -> bool:
    """A piece that was expected is here, on this stand or in the store room; False when it was received before.

    One that was given up comes after all. Its delivery may be closed by now: it still counts there.
    """
    hold(sample)
    sample.hold_for(stand)
    if sample.is_here:
        return False
    if never_came(sample):
        sample.state, sample.retired_at, sample.retired_reason = SampleState.EXPECTED, None, None
        db.session.flush()
        index_listings([sample.listing_id])
    sample.place_on(stand, user_id)
    return True


def note(sample: Sample, **more: Any) -> None:
    """On its record: it came, onto this stand, by this delivery."""
    line, stand = sample.delivery_line, sample.stand
    address, delivery_id = stand.address if stand else None, line.delivery_id if line else None
    audit.record("sample_received", sample, stand=address, delivery=delivery_id, **more)


def note_move(sample: Sample, move: Move) -> None:
    """On its record: it was moved; or it came, since nobody had received it before."""
    if move.came:
        note(sample)
        return
    stand, before = move.stay.stand if move.stay else None, move.before
    audit.record(
        "sample_placed",
        sample,
        stand=stand.address if stand else None,
        before=before.address if before else None,
    )


def next_expected(line: DeliveryLine) -> Sample | None:
    """Of a held delivery: the piece that the next blank tag stands for.

    The last one of the line: labels that were sent to the factory are used up from the first one on.
    """
    query = sa.select(Sample).filter_by(delivery_line_id=line.id, state=SampleState.EXPECTED)
    return db.session.scalar(query.order_by(Sample.id.desc()).limit(1).execution_options(populate_existing=True))


def receive_with(tag: Tag, line: DeliveryLine, stand: Stand | None, user_id: int | None) -> Sample | None:
    """The next piece of this line is here, and this tag hangs on it; None when all of them have come."""
    line.delivery.hold_open()
    while (sample := next_expected(line)) is not None:
        sample.hold_for(stand)
        if sample.state is SampleState.EXPECTED:  # nobody placed it by its own tag meanwhile
            sample.place_on(stand, user_id)
            hang(tag, sample)
            return sample
    return None


def take_surplus(
    delivery: Delivery, listing: Listing, sku: Sku | None, tag: Tag | None, stand: Stand | None, user_id: int | None
) -> Sample:
    """A piece that came without being on the list, with this tag or one drawn for it: a fact of the delivery."""
    delivery.hold_open()
    line = delivery.line_or_new(listing, sku)
    if next_expected(line) is not None:
        raise Refused("still_missing", _("Pieces of it are still missing: receive it as one of those."))
    sample = Sample(listing=listing, sku=sku, site=delivery.site, delivery_line=line)
    if tag is None:
        sample.tags = [Tag.new(delivery.site, sample)]
    db.session.add(sample)
    db.session.flush()
    index_listings([listing.id])
    sample.place_on(stand, user_id)
    if tag is not None:
        hang(tag, sample)
    return sample


def receive_next(line: DeliveryLine, user_id: int | None) -> Sample | None:
    """Without a scan: the next piece of this line is in the store room, under the tag that was drawn for it."""
    line.delivery.hold_open()
    query = sa.select(Sample).filter_by(delivery_line_id=line.id, state=SampleState.EXPECTED).order_by(Sample.id)
    for sample in db.session.scalars(query.execution_options(populate_existing=True)).all():
        if receive(sample, None, user_id):
            return sample
    return None


def is_replaced(tag: Tag) -> bool:
    """Did another tag take this one's place when its piece came? Its label may still hang on a piece of that line."""
    of = tag.sample
    return (
        tag.state is TagState.REVOKED
        and of is not None
        and of.delivery_line_id is not None
        and of.tag is not None
        and of.tag.bound_at == tag.revoked_at
    )


def hang(tag: Tag, sample: Sample) -> None:
    """A blank tag, or one that was replaced while its label was on the way. The tag drawn before is replaced by it."""
    drawn = sample.tag
    if tag.state is TagState.REVOKED:
        tag.hold()
        if not is_replaced(tag):
            raise Refused("revoked", _("This tag was revoked. Take a blank one."))
        tag.state, tag.sample, tag.revoked_at = TagState.BLANK, None, None
        db.session.flush()
    tag.bind(sample)
    if drawn is not None:
        drawn.revoked_at = tag.bound_at
    db.session.flush()


def take_back(sample: Sample) -> None:
    """Within ten minutes: expected again, with the tag that was drawn for it; what was surplus never came."""
    hold(sample)
    sample.hold()
    db.session.expire(sample, ["placements", "tags", "tag", "loan_item"])
    if not sample.is_here or sample.is_away:
        raise Refused("not_here", _("This sample is not here."))
    if len(sample.placements) > 1:
        raise Refused("moved", _("It was placed elsewhere since. Take that back first."))
    if not sample.placements or utcnow() - sample.placements[0].placed_at > TAKE_BACK_WITHIN:
        raise Refused("too_late", _("Only within ten minutes. Retire the sample instead."))
    if sample.expected_on is None and sample.delivery_line_id is None:
        raise Refused("not_expected", _("This sample was never expected."))
    unhang(sample)
    if sample.expected_on is not None:
        sample.take_placement_back()
        return
    sample.retire(RetireReason.NEVER_CAME)
    line, sample.delivery_line = sample.delivery_line, None
    db.session.flush()
    if line is not None:
        line.drop_if_empty()


def unhang(sample: Sample) -> None:
    """The blank tag that was bound when it came is blank again; the drawn one hangs on it as before."""
    own = sample.tag
    if own is None:
        return
    drawn = next((tag for tag in sample.tags if tag.state is TagState.REVOKED and tag.revoked_at == own.bound_at), None)
    was_blank = drawn is not None or own.created_at < sample.created_at
    if was_blank:
        own.hold()
        own.state, own.sample, own.bound_at = TagState.BLANK, None, None
        db.session.flush()
    if drawn is not None:
        drawn.hold()
        drawn.state, drawn.revoked_at = TagState.BOUND, None
        db.session.flush()
    db.session.expire(sample, ["tag", "tags"])
