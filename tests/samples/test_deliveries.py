"""What deliveries do: announce, receive by printed and blank tags, surplus, close, reopen, take back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import Listing
from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.samples import delivery_queries as queries
from selection_center.samples import delivery_receiving as receiving
from selection_center.samples.deliveries import MOST_PER_LINE, Delivery
from selection_center.samples.models import Placement, RetireReason, Sample, SampleState
from selection_center.samples.tags import Tag, TagState
from tests import factories as make

EXPECTED, HERE, RETIRED = SampleState.EXPECTED, SampleState.HERE, SampleState.RETIRED


@pytest.fixture
def listing(app: Flask) -> Listing:
    return make.listing(make.supplier(), specs=("",))


@pytest.fixture
def delivery(listing: Listing) -> Delivery:
    """Three pieces of one offer."""
    assert listing.supplier is not None
    return make.delivery(listing.supplier, make.site(), (listing, 3))


def samples_of(delivery: Delivery) -> list[Sample]:
    return list(db.session.scalars(delivery.samples()))


def counts(delivery: Delivery) -> queries.Counts:
    return queries.counts_of(delivery)


def blank(delivery: Delivery) -> Tag:
    return make.add(Tag.new(delivery.site))


def refused(code: str, verb: Callable[[], object]) -> None:
    with pytest.raises(Refused) as refusal:
        verb()
    assert refusal.value.code == code


def test_each_piece_on_the_list_is_an_expected_sample_with_a_tag(delivery: Delivery) -> None:
    samples = samples_of(delivery)
    assert [sample.state for sample in samples] == [EXPECTED] * 3
    assert len({sample.code for sample in samples if sample.code}) == 3
    assert counts(delivery) == queries.Counts(listed=3, missing=3)
    assert samples[0].expected_on is not None
    assert today(samples[0].expected_on) == delivery.expected_on


def test_a_received_piece_stands_in_the_store_room_and_counts_once(delivery: Delivery) -> None:
    sample = samples_of(delivery)[1]
    assert receiving.receive(sample, None, None)
    assert not receiving.receive(sample, None, None)
    assert sample.state is HERE
    assert sample.placement is not None
    assert sample.stand is None
    assert counts(delivery) == queries.Counts(listed=3, received=1, missing=2)
    assert counts(delivery).progress == (1, 3)


def test_a_piece_may_come_straight_onto_a_stand(delivery: Delivery) -> None:
    stand, sample = make.stand(delivery.site), samples_of(delivery)[0]
    receiving.receive(sample, stand, None)
    assert sample.stand is stand
    assert len(sample.placements) == 1


def test_a_blank_tag_stands_for_the_next_piece_of_its_line(delivery: Delivery) -> None:
    tag = blank(delivery)
    sample = receiving.receive_with(tag, delivery.lines[0], None, None)
    assert sample is samples_of(delivery)[-1]
    assert sample.code == tag.code
    assert [old.state for old in sample.tags if old is not tag] == [TagState.REVOKED]
    assert counts(delivery).received == 1


def test_blank_tags_stand_for_no_more_pieces_than_are_expected(delivery: Delivery) -> None:
    line = delivery.lines[0]
    for _piece in range(3):
        assert receiving.receive_with(blank(delivery), line, None, None) is not None
    left = blank(delivery)
    assert receiving.receive_with(left, line, None, None) is None
    assert left.state is TagState.BLANK
    assert counts(delivery) == queries.Counts(listed=3, received=3)


def test_the_printed_tag_of_a_piece_that_got_a_blank_one_hangs_on_the_next(delivery: Delivery) -> None:
    printed = samples_of(delivery)[-1].tag
    assert printed is not None
    assert receiving.receive_with(blank(delivery), delivery.lines[0], None, None)
    assert receiving.is_replaced(printed)
    sample = receiving.receive_with(printed, delivery.lines[0], None, None)
    assert sample is not None
    assert sample.code == printed.code
    assert printed.state is TagState.BOUND
    assert counts(delivery).received == 2


def test_a_tag_that_was_revoked_on_purpose_is_not_hung_up_again(delivery: Delivery) -> None:
    sample = samples_of(delivery)[0]
    tag = sample.tag
    assert tag is not None
    tag.revoke()
    db.session.flush()
    db.session.expire_all()
    assert not receiving.is_replaced(tag)
    refused("revoked", lambda: receiving.receive_with(tag, delivery.lines[0], None, None))


def test_a_used_tag_is_refused_and_nothing_is_received(delivery: Delivery) -> None:
    used = samples_of(delivery)[0].tag
    assert used is not None
    db.session.commit()
    refused("not_blank", lambda: receiving.receive_with(used, delivery.lines[0], None, None))
    db.session.rollback()
    assert counts(delivery).received == 0


# --- surplus ----------------------------------------------------------------------------------------------------


def receive_all(delivery: Delivery) -> None:
    for sample in samples_of(delivery):
        receiving.receive(sample, None, None)


def test_a_piece_beyond_the_list_is_surplus(delivery: Delivery, listing: Listing) -> None:
    sku = listing.skus[0]
    refused("still_missing", lambda: receiving.take_surplus(delivery, listing, sku, None, None, None))
    receive_all(delivery)
    tag = blank(delivery)
    sample = receiving.take_surplus(delivery, listing, sku, tag, None, None)
    assert (sample.state, sample.code) == (HERE, tag.code)
    assert counts(delivery) == queries.Counts(listed=3, received=4)
    assert (counts(delivery).surplus, counts(delivery).progress) == (1, (3, 3))


def test_another_offer_of_the_factory_is_surplus_with_a_line_of_its_own(delivery: Delivery, listing: Listing) -> None:
    other = make.listing(listing.supplier)
    sample = receiving.take_surplus(delivery, other, other.skus[0], None, None, None)
    assert sample.code is not None
    rows = queries.rows(delivery)
    assert [(row.counts.listed, row.counts.surplus) for row in rows] == [(3, 0), (0, 1)]


def test_another_factorys_offer_is_no_surplus(delivery: Delivery) -> None:
    foreign = make.listing(make.supplier("澄海玩具厂"))
    refused("other_factory", lambda: receiving.take_surplus(delivery, foreign, foreign.skus[0], None, None, None))


def test_surplus_taken_back_leaves_nothing_with_the_delivery(delivery: Delivery, listing: Listing) -> None:
    other, tag = make.listing(listing.supplier), blank(delivery)
    sample = receiving.take_surplus(delivery, other, None, tag, None, None)
    receiving.take_back(sample)
    assert (sample.state, sample.retired_reason) == (RETIRED, RetireReason.NEVER_CAME)
    assert (tag.state, tag.sample_id) == (TagState.BLANK, None)
    assert counts(delivery) == queries.Counts(listed=3, missing=3)
    assert len(queries.rows(delivery)) == 1


# --- taking back ------------------------------------------------------------------------------------------------


def test_a_receipt_can_be_taken_back_again_and_again(delivery: Delivery) -> None:
    sample = samples_of(delivery)[0]
    for _time in range(2):
        receiving.receive(sample, None, None)
        receiving.take_back(sample)
        assert sample.state is EXPECTED
    assert db.session.scalar(sa.select(sa.func.count(Placement.id))) == 0
    assert counts(delivery).missing == 3


def test_taking_back_gives_the_blank_tag_back_too(delivery: Delivery) -> None:
    tag, last = blank(delivery), samples_of(delivery)[-1]
    drawn = last.code
    sample = receiving.receive_with(tag, delivery.lines[0], None, None)
    assert sample is last
    receiving.take_back(sample)
    assert (tag.state, tag.sample_id) == (TagState.BLANK, None)
    assert sample.code == drawn
    assert receiving.receive_with(tag, delivery.lines[0], None, None) is last


def test_what_moved_since_or_came_long_ago_is_not_taken_back(delivery: Delivery) -> None:
    moved, old, waits, *_ = samples_of(delivery)
    receiving.receive(moved, None, None)
    moved.place_on(make.stand(delivery.site))
    refused("moved", lambda: receiving.take_back(moved))
    receiving.receive(old, None, None)
    db.session.execute(sa.update(Placement).values(placed_at=utcnow() - timedelta(minutes=11)))
    db.session.expire_all()
    refused("too_late", lambda: receiving.take_back(old))
    refused("not_here", lambda: receiving.take_back(waits))


# --- its end ----------------------------------------------------------------------------------------------------


def test_closing_keeps_what_is_missing_expected(delivery: Delivery) -> None:
    assert delivery.close(give_up=False) == 3
    refused("closed", lambda: delivery.close(give_up=False))
    assert counts(delivery).missing == 3
    late = samples_of(delivery)[0]
    assert receiving.receive(late, None, None)
    assert counts(delivery) == queries.Counts(listed=3, received=1, missing=2)
    refused("closed", lambda: receiving.receive_with(blank(delivery), delivery.lines[0], None, None))


def test_what_is_given_up_is_expected_again_while_the_closing_is_fresh(delivery: Delivery) -> None:
    receiving.receive(samples_of(delivery)[0], None, None)
    assert delivery.close(give_up=True) == 2
    assert counts(delivery) == queries.Counts(listed=3, received=1, given_up=2)
    assert (counts(delivery).surplus, counts(delivery).missing) == (0, 0)
    assert delivery.reopen() == 2
    assert counts(delivery) == queries.Counts(listed=3, received=1, missing=2)


def test_later_it_opens_again_but_what_was_given_up_stays_so(delivery: Delivery) -> None:
    delivery.close(give_up=True)
    long_ago = utcnow() - timedelta(minutes=11)
    delivery.closed_at = long_ago
    for sample in samples_of(delivery):
        sample.retired_at = long_ago
    assert delivery.reopen() == 0
    assert delivery.is_open
    assert counts(delivery).given_up == 3
    late = samples_of(delivery)[0]
    assert receiving.receive(late, None, None)
    assert late.state is HERE
    assert counts(delivery) == queries.Counts(listed=3, received=1, given_up=2)


def test_a_piece_that_was_sold_since_has_come_all_the_same(delivery: Delivery) -> None:
    sample = samples_of(delivery)[0]
    receiving.receive(sample, None, None)
    sample.retire(RetireReason.SOLD)
    assert counts(delivery) == queries.Counts(listed=3, received=1, missing=2)


# --- its list ---------------------------------------------------------------------------------------------------


def test_the_list_changes_while_nothing_has_come(delivery: Delivery) -> None:
    line = delivery.lines[0]
    line.set_pieces(5)
    assert counts(delivery) == queries.Counts(listed=5, missing=5)
    line.set_pieces(2)
    assert counts(delivery) == queries.Counts(listed=2, missing=2)
    assert len(samples_of(delivery)) == 2
    receiving.receive(samples_of(delivery)[0], None, None)
    refused("begun", delivery.hold_unbegun)


def test_a_withdrawn_piece_is_gone_unless_its_label_is_printed(delivery: Delivery) -> None:
    first, _second, last = samples_of(delivery)
    run = make.add(
        PrintRun(site=delivery.site, user=make.user("Bo", Role.FLOOR_STAFF, delivery.site), layout="label",
                 medium="L7160", state=PrintState.READY, pages=1)
    )  # fmt: skip
    make.add(PrintedItem(run=run, number=1, sample_id=last.id, code=last.code))
    tag = last.tag
    delivery.lines[0].set_pieces(0)
    db.session.expire_all()
    assert tag is not None
    assert (last.state, last.retired_reason, last.delivery_line_id) == (RETIRED, RetireReason.NEVER_CAME, None)
    assert tag.state is TagState.REVOKED
    assert db.session.get(Sample, first.id) is None
    assert db.session.scalar(sa.select(sa.func.count(Sample.id))) == 1
    assert delivery.lines == []
    delivery.discard()


def test_lists_have_their_limits(delivery: Delivery, listing: Listing) -> None:
    refused("too_many", lambda: delivery.lines[0].set_pieces(MOST_PER_LINE + 1))
    more = [make.listing(listing.supplier) for _offer in range(3)]
    wanted = [(offer, offer.skus[0], 180) for offer in more]
    refused("too_many", lambda: delivery.add_all(wanted))


def test_a_delivery_is_overdue_while_pieces_are_missing(delivery: Delivery) -> None:
    site = delivery.site
    assert queries.how_many(site) == {"open": 1, "overdue": 0, "closed": 0}
    delivery.expected_on = today() - timedelta(days=1)
    assert queries.how_many(site)["overdue"] == 1
    receive_all(delivery)
    assert queries.how_many(site)["overdue"] == 0


def test_postponing_tells_the_samples_that_are_missing(delivery: Delivery) -> None:
    came, *waiting = samples_of(delivery)
    receiving.receive(came, None, None)
    before = came.expected_on
    delivery.postpone(today() + timedelta(days=9), "顺丰 SF100")
    db.session.expire_all()
    assert came.expected_on == before
    assert {today(sample.expected_on) for sample in waiting} == {today() + timedelta(days=9)}


def test_a_delivery_of_nothing_but_taken_back_surplus_can_be_thrown_away(delivery: Delivery, listing: Listing) -> None:
    empty = make.delivery(delivery.supplier, delivery.site)
    sample = receiving.take_surplus(empty, listing, listing.skus[0], None, None, None)
    receiving.take_back(sample)
    assert empty.lines == []
    empty.discard()
