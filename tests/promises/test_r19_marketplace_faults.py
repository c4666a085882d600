"""R19 over real HTTP: whatever the marketplace does to an order on its way, nothing is lost and nothing doubled.

The stand-in's own log is the judge. What is not known is said on the order's page and comes to an end there, and
buyers' pages answer as ever meanwhile.
"""

import itertools
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from selection_center.accounts.models import SignIn
from selection_center.catalog.models import Listing
from selection_center.core import fetch
from selection_center.core.db import db, writing
from selection_center.core.job_runs import JobRun, JobState
from selection_center.core.permissions import Role
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.pushes import CONCLUSIVE_AFTER, Push, PushState
from selection_center.orders.models import OrderState
from selection_center.sites.models import Site
from tests import databases
from tests import factories as make
from tests.promises.market import (
    CREATE,
    LOOK_UP,
    PREVIEW,
    Market,
    Stall,
    account_at,
    is_plain,
    order_of,
    push_of,
    stall,
)
from tests.promises.town import Person
from tests.promises.wire import Wire
from tests.servers import LiveServer
from tests.working import work_off

SILENCE = 0.4
"""Seconds after which no answer is none, here."""
HANGING = 1.5
BUYER_WAITS = 2.0
"""Seconds within which a buyer's page stands, on a machine that tests share."""
BEFORE = ["refused", "hang", "too_many", "limit", "error", "bad_gateway"]
AFTER = ["lost", "lost_hang", "error_after", "bad_gateway_after", "cut", "torn", "types"]
NUMBERS = itertools.count(1000)
NOT_TO_BE_HAD = ["sku_gone", "off_shelf", "deleted", "gone", "sold_out"]


@dataclass
class Place:
    server: LiveServer
    market: Market
    stall: Stall
    staff: Wire
    buyer: Wire
    tag: str
    """The code on the sample, as phones scan it."""

    def confirm(self, number: str, way: str = "", **values: object) -> None:
        """A new order, confirmed over HTTP: its job is enqueued with that."""
        order_of(self.stall, number, state=OrderState.SUBMITTED, **values)
        db.session.commit()
        assert self.staff.submit(f"/orders/{number}/confirmation", {"way": way}).status == 303

    def work(self, number: str) -> None:
        """Does the jobs that wait, while a buyer looks at pages: the order's, the sample's, the list."""
        token = f"token-of-{number}"
        pages = [f"/o/{token}", "/list", f"/s/{self.tag}"]
        working = threading.Thread(target=self.work_off)
        working.start()
        looked = 0
        while working.is_alive() or looked < len(pages):
            begun = time.monotonic()
            answer = self.buyer.get(pages[looked % len(pages)])
            assert answer.status == 200, answer.body[:500]
            assert time.monotonic() - begun < BUYER_WAITS
            looked += 1
        working.join()

    def work_off(self) -> None:
        with self.server.app.app_context():
            work_off()

    def page(self, number: str) -> str:
        return self.staff.get(f"/orders/{number}/push?lang=en").body

    def look(self, number: str) -> None:
        """Staff press the key, and what rests goes on: some time went by."""
        time_goes_by()
        assert self.staff.submit(f"/orders/{number}/push/look-ups", {}).status == 303
        self.work(number)


def time_goes_by() -> None:
    """The account's rest is over, and jobs that were put off are due."""
    db.session.rollback()  # what was read before may be old by now: scans are written behind the answers
    with writing():
        db.session.execute(sa.update(Account).values(rests_until=None, failures=0))
        db.session.execute(sa.update(JobRun).where(JobRun.state == JobState.WAITING).values(due_at=None))
        db.session.commit()


def ten_minutes_later() -> None:
    db.session.rollback()
    with writing():
        push = db.session.scalars(sa.select(Push).where(Push.sent_at.is_not(None)).order_by(Push.id.desc())).first()
        assert push is not None
        assert push.sent_at is not None
        push.sent_at -= CONCLUSIVE_AFTER + timedelta(seconds=1)
        db.session.commit()


@pytest.fixture(scope="module")
def place(migrated: databases.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("server")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("FETCH_LOOPBACK", "yes")
        patched.setattr(fetch, "PAUSE_SECONDS", SILENCE)
        server = LiveServer(migrated.create(), folder)
        with server, server.app.app_context():
            market = Market.beside(server, folder)
            market.post("settings", split="never")
            site = make.site()
            stand = stall(market, account_at(market), site, market.offers(is_plain)[0])
            bo = make.user("Bo", Role.FLOOR_STAFF, site)
            staff = Person("Bo", secrets.token_hex(12), bo, SignIn.start(bo, "tests"))
            db.session.commit()
            yield Place(
                server, market, stand, Wire(server, staff), Wire(server, Person("Dee", secrets.token_hex(12))),
                tag=stand.sample.tags[0].code,
            )  # fmt: skip
            db.session.remove()


@pytest.fixture
def number(place: Place) -> Iterator[str]:
    """A number that no order has had; before and afterwards the marketplace is well."""
    db.session.rollback()
    place.market.well()
    yield f"YW-{next(NUMBERS)}-19"
    place.market.well()
    time_goes_by()


def is_placed_once(place: Place, number: str) -> None:
    push = push_of(number)
    assert push.state is PushState.PLACED, (push.state, push.problem, push.said)
    there = place.market.orders_of(number)
    assert [row.remote_id for row in push.placed] == [order["order_id"] for order in there]
    assert len(there) == 1
    verdict = place.market.verdict()
    assert verdict["doubled"] == []
    assert verdict["creations"] == verdict["references"]
    db.session.rollback()


@pytest.mark.parametrize("kind", BEFORE)
def test_r19_a_creation_that_does_nothing_is_sent_again_only_when_that_is_sure(
    place: Place, number: str, kind: str
) -> None:
    place.market.fault(kind, CREATE, seconds=HANGING)
    place.confirm(number)
    place.work(number)
    assert push_of(number).state is PushState.UNKNOWN
    assert "Not known whether it arrived" in place.page(number)
    place.look(number)
    assert push_of(number).state is PushState.UNKNOWN, "that it does not show proves nothing yet"
    assert place.market.orders_of(number) == []
    ten_minutes_later()
    place.look(number)
    is_placed_once(place, number)


@pytest.mark.parametrize("kind", [*AFTER, "documented"])
def test_r19_a_creation_whose_reply_is_lost_or_broken_is_found(place: Place, number: str, kind: str) -> None:
    place.market.fault(kind, CREATE, seconds=HANGING)
    place.confirm(number)
    place.work(number)
    is_placed_once(place, number)


@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
def test_r19_no_look_up_that_fails_is_taken_for_nothing_found(place: Place, number: str, kind: str) -> None:
    """Not even after ten minutes."""
    place.market.fault("lost", CREATE)
    place.market.fault(kind, LOOK_UP, times=None, seconds=HANGING)
    place.confirm(number)
    place.work(number)
    ten_minutes_later()
    place.look(number)
    assert push_of(number).state is PushState.UNKNOWN
    assert "Not known whether it arrived" in place.page(number)
    assert number in place.staff.get("/sites/yiwu/pushes").body
    place.market.well()
    place.look(number)
    is_placed_once(place, number)


def test_r19_a_stale_look_up_does_not_send_it_again(place: Place, number: str) -> None:
    place.market.fault("lost", CREATE)
    place.market.fault("stale", LOOK_UP, times=None, seconds=600)
    place.confirm(number)
    place.work(number)
    place.look(number)
    assert (push_of(number).state, push_of(number).problem) == (PushState.UNKNOWN, "not_seen_yet")
    assert "does not show an order of ours yet" in place.page(number)
    place.market.well()
    place.look(number)
    is_placed_once(place, number)


@pytest.mark.parametrize("kind", [*BEFORE, *AFTER])
def test_r19_a_preview_that_fails_is_asked_again_later(place: Place, number: str, kind: str) -> None:
    place.market.fault(kind, PREVIEW, seconds=HANGING)
    place.confirm(number)
    place.work(number)
    assert push_of(number).state is PushState.WAITING
    assert place.market.orders_of(number) == []
    time_goes_by()
    place.work(number)
    is_placed_once(place, number)


def test_r19_a_marketplace_that_is_away_takes_the_order_when_it_is_back(place: Place, number: str) -> None:
    place.market.post("away", seconds=2)
    place.confirm(number)
    place.work(number)
    assert push_of(number).state is PushState.WAITING
    time.sleep(2.5)
    time_goes_by()
    place.work(number)
    is_placed_once(place, number)


def test_r19_a_price_that_rose_comes_back_to_staff_before_anything_is_ordered(place: Place, number: str) -> None:
    place = with_another_offer(place)
    place.market.fault("price", PREVIEW, percent=10)
    place.confirm(number)
    place.work(number)
    push = push_of(number)
    assert (push.state, push.problem) == (PushState.HELD, "price_rose")
    assert "costs more there than was agreed" in place.page(number)
    assert place.market.orders_of(number) == []
    asked = push.asked_fen
    db.session.rollback()
    assert place.staff.submit(f"/orders/{number}/push", {"agreed_fen": str(asked)}).status == 303
    place.work(number)
    is_placed_once(place, number)


def test_r19_a_price_that_rose_between_preview_and_creation_is_told(place: Place, number: str) -> None:
    """It is ordered, and not paid: people say whether it stays."""
    place = with_another_offer(place)
    place.market.fault("price", CREATE, percent=10)
    place.confirm(number)
    place.work(number)
    is_placed_once(place, number)
    assert push_of(number).problem == "other_sum"
    assert "was said before" in place.page(number)


@pytest.mark.parametrize("kind", NOT_TO_BE_HAD)
@pytest.mark.parametrize("api", [PREVIEW, CREATE])
def test_r19_what_is_not_to_be_had_any_more_comes_back_to_staff_in_words(
    place: Place, number: str, kind: str, api: str
) -> None:
    place = with_another_offer(place)
    place.market.fault(kind, api)
    place.confirm(number)
    place.work(number)
    push = push_of(number)
    assert push.state is PushState.HELD, (push.state, push.problem, push.said)
    assert push.said
    assert push.said in place.page(number)
    assert place.market.orders_of(number) == []
    db.session.rollback()


def with_another_offer(place: Place) -> Place:
    """The same with an offer that no order has named, for what happens to it does not pass."""
    used = set(db.session.scalars(sa.select(Listing.external_id)))
    offer = next(one for one in place.market.offers(is_plain) if str(one["offer_id"]) not in used)
    site, account = db.session.scalars(sa.select(Site)).one(), db.session.scalars(sa.select(Account)).one()
    made = replace(place, stall=stall(place.market, account, site, offer))
    db.session.commit()
    return made
