"""A sync writes what changed and nothing else, keeps every change as a fact, and goes on after a stop."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import Listing, ListingState, PriceChange, Sku
from selection_center.catalog.offer_import.offers import OfferRow, SkuRow, SupplierRow
from selection_center.core import jobs
from selection_center.core.db import db, utcnow, writing
from selection_center.marketplace import offer_jobs, syncing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError, OfferPage
from selection_center.marketplace.syncs import OfferLink, Sync
from tests.marketplace.parrot import Parrot
from tests.working import work_off

NewAccount = Callable[..., Account]
HEYI = SupplierRow(name="义乌市禾一日用品有限公司", source_id="b2b-1")


def offer(number: int, fen: int = 1280, **values: Any) -> OfferRow:
    usual: dict[str, Any] = {
        "supplier": HEYI,
        "tiers": ((3, fen), (48, fen - 100)),
        "moq": 3,
        "on_shelf": True,
        "unit": "件",
    }
    skus = (SkuRow(spec="红", stock=100, source_id=f"{number}-r"), SkuRow(spec="蓝", stock=80, source_id=f"{number}-b"))
    return OfferRow(str(600_000_000_000 + number), f"抽绳垃圾袋 {number}", **({"skus": skus} | usual | values))


def pages(*offers: OfferRow, of: int = 2) -> list[OfferPage | Exception]:
    chunks = [offers[at : at + of] for at in range(0, len(offers), of)]
    return [OfferPage(tuple(chunk), None, len(offers)) for chunk in chunks]


def sync(account_id: int, name: str = "") -> Sync:
    """A whole run in this process."""
    with writing():
        found = Sync.open_of(account_id)
        if found is None:
            found = Sync(account_id=account_id)
            db.session.add(found)
            db.session.flush()
        jobs.enqueue("sync-account", key=f"sync {found.id} {name}", sync_id=found.id)
        sync_id = found.id
    work_off()
    db.session.expire_all()
    return db.session.get_one(Sync, sync_id)


@pytest.fixture
def account_id(app: Flask, an_account: NewAccount) -> int:
    return an_account(calls_per_minute=6000).id


def facts() -> list[tuple[str, str, str | None, str | None]]:
    """All changes after the first writing."""
    query = sa.select(PriceChange).where(PriceChange.old.is_not(None)).order_by(PriceChange.id)
    return [(row.field, row.spec, row.old, row.new) for row in db.session.scalars(query)]


def test_offers_come_in_with_their_factory_and_prices(account_id: int) -> None:
    Parrot.pages = pages(*(offer(number) for number in range(5)))
    done = sync(account_id)
    assert (done.seen_count, done.new_count, done.changed_count, done.refused_count) == (5, 5, 0, 0)
    assert done.ended_at is not None
    listings = db.session.scalars(sa.select(Listing)).all()
    assert {listing.supplier.name for listing in listings if listing.supplier} == {HEYI.name}
    assert [tier.price_fen for tier in listings[0].tiers] == [1280, 1180]
    links = db.session.scalars(sa.select(OfferLink)).all()
    assert len(links) == 5
    assert links[0].online == {"tiers": "3:1280 48:1180", "skus": {}}


def test_a_second_run_writes_nothing_where_nothing_changed(account_id: int) -> None:
    Parrot.pages = pages(*(offer(number) for number in range(5)))
    sync(account_id)
    before = db.session.execute(sa.select(Listing.id, Listing.version, Listing.updated_at)).all()
    again = sync(account_id)
    assert (again.seen_count, again.new_count, again.changed_count) == (5, 0, 0)
    assert db.session.execute(sa.select(Listing.id, Listing.version, Listing.updated_at)).all() == before
    assert facts() == []


def test_every_change_of_price_stock_and_state_is_a_fact(account_id: int) -> None:
    Parrot.pages = pages(offer(1), offer(2))
    sync(account_id)
    less = (SkuRow(spec="红", stock=7, source_id="1-r"), SkuRow(spec="蓝", stock=80, source_id="1-b"))
    Parrot.pages = pages(offer(1, 1390, skus=less), offer(2, on_shelf=False))
    done = sync(account_id)
    assert done.changed_count == 2
    assert sorted(facts()) == [
        ("state", "", "on_shelf", "off_shelf"),
        ("stock", "红", "100", "7"),
        ("tiers", "", "3:1280 48:1180", "3:1390 48:1290"),
    ]
    sources = set(db.session.scalars(sa.select(PriceChange.source).where(PriceChange.old.is_not(None))))
    assert sources == {done.source}


def test_a_style_that_is_gone_stays_and_is_said_so(account_id: int) -> None:
    Parrot.pages = pages(offer(1))
    sync(account_id)
    Parrot.pages = pages(offer(1, skus=(SkuRow(spec="红", stock=100, source_id="1-r"),)))
    sync(account_id)
    gone = db.session.scalars(sa.select(Sku).where(Sku.gone_at.is_not(None))).one()
    assert gone.spec == "蓝"
    assert facts() == [("style", "蓝", "offered", "gone")]
    Parrot.pages = pages(offer(1))
    sync(account_id)
    assert db.session.scalars(sa.select(Sku).where(Sku.gone_at.is_not(None))).all() == []
    assert facts()[-1] == ("style", "蓝", "gone", "offered")


def test_what_no_page_names_is_asked_for_and_taken_off_the_shelf_when_it_is_gone(account_id: int) -> None:
    Parrot.pages = pages(offer(1), offer(2), offer(3))
    sync(account_id)
    Parrot.pages, Parrot.single = pages(offer(1)), {offer(2).external_id: offer(2)}
    done = sync(account_id)
    assert done.gone_count == 1
    states = dict(db.session.execute(sa.select(Listing.external_id, Listing.state)).all())
    assert states[offer(3).external_id] is ListingState.OFF_SHELF
    assert states[offer(2).external_id] is ListingState.ON_SHELF
    assert facts() == [("state", "", "on_shelf", "off_shelf")]
    Parrot.calls.clear()
    sync(account_id)
    assert f"one {offer(3).external_id}" not in Parrot.calls, "what is gone is not asked for every time"


def test_a_run_that_stopped_goes_on_at_its_page(account_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "PER_BATCH", 2)
    Parrot.pages = pages(*(offer(number) for number in range(6)))
    Parrot.pages.insert(2, ConnectorError("no_answer", permanent=False))
    stopped = sync(account_id, "first")
    assert (stopped.seen_count, stopped.cursor, stopped.ended_at) == (4, "2", None)
    put_off = db.session.scalars(sa.select(jobs.JobRun)).one()
    assert (put_off.state, put_off.tries) == (jobs.JobState.WAITING, 1)
    Parrot.calls.clear()
    went_on = sync(account_id, "second")
    assert went_on.id == stopped.id
    assert (went_on.seen_count, went_on.ended_at is not None) == (6, True)
    assert Parrot.calls == ["page 2"]


class Killed(BaseException):
    """As a kill is: nothing in the program catches it."""


def test_a_killed_run_loses_a_batch_at_most_and_doubles_nothing(
    account_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "PER_BATCH", 2)
    Parrot.pages = pages(*(offer(number) for number in range(6)))
    note, count = syncing.note_seen, []

    def dies(*given: Any) -> None:
        count.append(1)
        if len(count) == 2:
            raise Killed
        note(*given)

    with monkeypatch.context() as patched:
        patched.setattr(syncing, "note_seen", dies)
        with pytest.raises(Killed):
            sync(account_id)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 2, "the second batch is absent as a whole"
    db.session.rollback()
    done = sync(account_id, "again")
    assert (done.seen_count, done.new_count) == (6, 6)
    assert db.session.scalar(sa.select(sa.func.count(Listing.id))) == 6


def test_what_is_changed_by_hand_stays_until_the_source_says_something_else(account_id: int) -> None:
    Parrot.pages = pages(offer(1))
    sync(account_id)
    with writing():
        db.session.scalars(sa.select(Listing)).one().tiers[0].price_fen = 1500
        db.session.commit()
    sync(account_id)
    assert db.session.scalars(sa.select(Listing)).one().tiers[0].price_fen == 1500
    assert db.session.scalars(sa.select(OfferLink)).one().online["tiers"] == "3:1280 48:1180"
    Parrot.pages = pages(offer(1, 1300))
    sync(account_id)
    assert db.session.scalars(sa.select(Listing)).one().tiers[0].price_fen == 1300


def test_offers_that_cannot_be_read_are_named(account_id: int) -> None:
    Parrot.pages = [OfferPage((offer(1),), None, 2, (("600000000009", "no price"),))]
    done = sync(account_id)
    assert (done.seen_count, done.refused_count, done.refused) == (2, 1, [["600000000009", "no price"]])


def test_new_and_other_pictures_are_wanted(account_id: int) -> None:
    Parrot.pages = pages(offer(1, pictures=("https://cbu01.alicdn.com/a.jpg",)), offer(2))
    sync(account_id)
    wanted = sa.select(OfferLink).where(OfferLink.pictures_wanted_at.is_not(None))
    assert len(db.session.scalars(wanted).all()) == 1


def test_an_offer_that_comes_twice_in_a_run_is_written_once(account_id: int) -> None:
    Parrot.pages = pages(offer(1), offer(1, 1390), replace(offer(2), title="别的"))
    done = sync(account_id)
    assert (done.seen_count, done.new_count) == (3, 2)
    assert (
        replace(offer(1, 1390)).tiers[0][1] == db.session.scalars(sa.select(Listing).limit(1)).one().tiers[0].price_fen
    )


# --- by themselves ---------------------------------------------------------------------------------------------------


def waiting() -> list[str]:
    return list(db.session.scalars(sa.select(jobs.JobRun.name).where(jobs.JobRun.state == jobs.JobState.WAITING)))


def ask_due() -> list[str]:
    with writing():
        offer_jobs.fetch_due()
        db.session.commit()
    return waiting()


def test_offers_are_fetched_by_themselves_when_they_are_due(app: Flask, an_account: NewAccount) -> None:
    account = an_account(calls_per_minute=6000, checked_at=utcnow(), fetch_every_hours=4)
    Parrot.pages = pages(offer(1))
    assert ask_due() == ["sync-account"]
    assert ask_due() == ["sync-account"], "not a second time while the first waits"
    work_off()
    assert ask_due() == []
    with writing():
        db.session.execute(sa.update(Sync).values(started_at=utcnow() - timedelta(hours=4, minutes=1)))
        db.session.commit()
    assert ask_due() == ["sync-account"]
    assert len(Sync.last_of(account.id, 9)) == 2


@pytest.mark.parametrize(
    "values",
    [{"paused_at": utcnow()}, {"checked_at": None}, {"fetch_every_hours": 0}],
    ids=["paused", "unknown", "by hand"],
)
def test_an_account_that_rests_is_not_asked_by_itself(
    app: Flask, an_account: NewAccount, values: dict[str, Any]
) -> None:
    an_account(**({"checked_at": utcnow(), "fetch_every_hours": 1} | values))
    assert ask_due() == []
