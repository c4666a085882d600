"""Scan and go over real HTTP: however many scans of a card come at one moment, from two phones too, they fill one.

That this can fail is shown beside it: without the lock the index refuses all but one; without both it has many.
"""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db, writing
from selection_center.core.errors import Refused
from selection_center.membership.models import Card
from selection_center.sites.models import Site
from selection_center.till import going
from selection_center.till.models import Sale, SaleLine, SaleState
from tests import factories as make
from tests.promises.town import Person
from tests.promises.wire import Answer, Wire, at_once, is_clean
from tests.servers import LiveServer
from tests.till.making import Shop, shop

SCANS = 24
CARELESS = 12


@dataclass(frozen=True)
class Walk:
    """Dee's card, her old phone that has it, and the new one; the tag of what she scans."""

    store: Shop
    card_id: int
    old: Wire
    new: Wire
    old_device: str
    new_device: str
    code: str


@pytest.fixture(scope="module")
def walk(server: LiveServer) -> Walk:
    store = shop()
    card = store.member()
    bags = store.goods("bags", pieces=1_000)
    tag = make.sample(bags.listing, store.site, sku=bags)
    old, new = (Person(name, secrets.token_hex(12)) for name in ("old phone", "new phone"))
    db.session.commit()
    return Walk(
        store, card.id, Wire(server, old), Wire(server, new), old.device, new.device, tag.code or ""
    )  # fmt: skip


@pytest.fixture
def fresh(walk: Walk) -> Iterator[Walk]:
    """The card on the old phone, and no cart."""
    forget_all()
    db.session.execute(sa.update(Card).values(device=walk.old_device))
    db.session.commit()
    yield walk
    forget_all()


def forget_all() -> None:
    db.session.rollback()
    db.session.execute(sa.delete(SaleLine))
    db.session.execute(sa.delete(Sale))
    db.session.commit()


def scan(wire: Wire, code: str) -> Answer:
    return wire.submit("/go/hangzhou/scans", {"text": code})


def went_in(answers: list[Answer]) -> int:
    """How many say that they filled the cart; a refused one leads back to where it came from."""
    assert {answer.status for answer in answers} == {303}
    return sum(answer.location.startswith("/go/hangzhou?did=") for answer in answers)


def carts() -> list[Sale]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Sale).order_by(Sale.id)))


@pytest.mark.seeds(5)
def test_many_scans_of_one_phone_fill_one_cart(server: LiveServer, fresh: Walk, seed: int) -> None:
    answers = at_once(SCANS, lambda _number: scan(fresh.old, fresh.code))
    assert went_in(answers) == SCANS
    (cart,) = carts()
    assert [line.quantity for line in cart.lines] == [SCANS], "each scan is a piece, and none is lost"
    assert is_clean(server)


@pytest.mark.seeds(5)
def test_one_card_on_two_phones_at_once_has_one_cart(server: LiveServer, fresh: Walk, seed: int) -> None:
    """The card is moved to the new phone while both phones scan."""

    def one(number: int) -> Answer | None:
        if number == seed:
            with server.app.app_context(), writing():
                card = db.session.get_one(Card, fresh.card_id)
                card.let_another_phone_in()
                db.session.commit()
                card.take_on(fresh.new_device)
                db.session.commit()
            return None
        return scan(fresh.old if number % 2 else fresh.new, fresh.code)

    answers = [answer for answer in at_once(SCANS, one) if answer is not None]
    last = scan(fresh.new, fresh.code)
    assert went_in([last]) == 1
    (cart,) = carts()
    assert [line.quantity for line in cart.lines] == [went_in(answers) + 1], "those of whoever had the card"
    assert (cart.state, cart.device, cart.card_id) == (SaleState.OPEN, fresh.new_device, fresh.card_id)
    assert went_in([scan(fresh.old, fresh.code)]) == 0, "the old phone has no card any more"
    assert is_clean(server)


def careless(app: Flask, monkeypatch: pytest.MonkeyPatch, walk: Walk) -> list[bool]:
    """Many scans that only looked whether there is a cart, and then began one: who believes to have begun it?"""
    line = threading.Barrier(CARELESS)
    site_id = walk.store.site.id
    db.session.rollback()

    def only_look(device: str, _site: Site) -> Card:
        card = going.card_on(device)
        assert card is not None
        db.session.rollback()
        return card

    def no_cart(_card: Card, _site: Site) -> None:
        db.session.rollback()
        line.wait()

    def one(_number: int) -> bool:
        with app.app_context(), writing():
            try:
                going.cart_to_fill(walk.old_device, db.session.get_one(Site, site_id))
            except Refused:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    with monkeypatch.context() as patched:
        patched.setattr(going, "locked_card", only_look)
        patched.setattr(going, "newest_of", no_cart)
        return at_once(CARELESS, one)


def test_without_the_lock_the_index_still_holds(
    server: LiveServer, fresh: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert careless(server.app, monkeypatch, fresh).count(True) == 1
    assert len(carts()) == 1


def test_without_lock_and_index_one_card_has_many_carts(
    server: LiveServer, fresh: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = next(index for index in sa.inspect(db.engine).get_indexes("sales") if index["name"] == "uq_sales_one_cart")
    assert index["unique"]
    made = next(index for index in Sale.__table__.indexes if index.name == "uq_sales_one_cart")  # type: ignore[attr-defined]
    db.session.rollback()
    with db.engine.begin() as connection:
        made.drop(connection)
    try:
        assert careless(server.app, monkeypatch, fresh).count(True) > 1
        assert len(carts()) > 1
    finally:
        forget_all()
        with db.engine.begin() as connection:
            made.create(connection)
