"""R20: forged, replayed, stale and out-of-order messages have no effect; of valid duplicates one has."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from selection_center.catalog.models import Listing, ListingState
from selection_center.core.db import db, utcnow, writing
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.inbox import STALE_AFTER, InboxMessage
from selection_center.marketplace.syncs import OfferLink
from tests.conftest import new_visitor
from tests.marketplace.confirmed_orders import confirmed
from tests.marketplace.parrot import Parrot
from tests.marketplace.test_pushing import hand_on
from tests.marketplace.test_syncing import offer, pages, sync
from tests.working import work_off

NewAccount = Callable[..., Account]


@pytest.fixture
def account(app: Flask, an_account: NewAccount) -> Account:
    return an_account(calls_per_minute=6000)


def push(app: Flask, account_id: int, ids: list[str], *, signature: str = "open sesame", **said: Any) -> TestResponse:
    """As a marketplace does: no cookie, no token, another origin."""
    usual = {"id": "210239", "subject": "listing", "ids": ids, "born": utcnow().timestamp()}
    fields = {"message": json.dumps(usual | said), "signature": signature}
    db.session.rollback()
    return new_visitor(app).post(f"/marketplace/accounts/{account_id}/messages", data=fields)


def kept() -> int:
    db.session.expire_all()
    return db.session.scalar(sa.select(sa.func.count(InboxMessage.id))) or 0


def asked_for() -> list[str]:
    """The single offers and orders that were read again."""
    work_off()
    found, Parrot.calls = [call for call in Parrot.calls if call.startswith(("one", "follow"))], []
    return found


@pytest.fixture
def listed(account: Account) -> str:
    """An offer that the account keeps fresh."""
    Parrot.pages = pages(offer(1))
    sync(account.id)
    Parrot.calls = []
    return offer(1).external_id


def test_what_it_names_is_read_again(app: Flask, account: Account, listed: str) -> None:
    Parrot.single = {listed: offer(1, 1390)}
    assert push(app, account.id, [listed]).status_code == 204
    assert asked_for() == [f"one {listed}"]
    db.session.expire_all()
    assert db.session.scalars(sa.select(Listing)).one().tiers[0].price_fen == 1390


def test_a_deleted_offer_leaves_the_shelf(app: Flask, account: Account, listed: str) -> None:
    push(app, account.id, [listed])
    work_off()
    db.session.expire_all()
    assert db.session.scalars(sa.select(Listing)).one().state is ListingState.OFF_SHELF
    assert db.session.scalars(sa.select(OfferLink)).one().gone_at is not None


def test_r20_a_forged_one_has_no_effect(app: Flask, account: Account, listed: str) -> None:
    for signature in ("", "wrong", "open sesame "):
        assert push(app, account.id, [listed], signature=signature).status_code == 401
    assert push(app, account.id + 1, [listed]).status_code == 401, "as for an account that is none"
    assert (kept(), asked_for()) == (0, [])


def test_r20_a_replayed_one_has_no_effect_and_of_duplicates_one_has(app: Flask, account: Account, listed: str) -> None:
    Parrot.single = {listed: offer(1)}
    for _time in range(5):
        assert push(app, account.id, [listed]).status_code == 204, "the sender is told to stop"
    assert (kept(), asked_for()) == (1, [f"one {listed}"])
    assert push(app, account.id, [listed]).status_code == 204
    assert asked_for() == []


def test_r20_without_the_unique_number_a_replay_is_read_again(
    app: Flask, account: Account, listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard taken away: each message counts as a new one."""
    numbers = iter(range(100))
    read = Parrot.read_message

    def careless(self: Parrot, fields: Any) -> Any:
        message = read(self, fields)
        assert message is not None
        return type(message)(f"{next(numbers)}", message.subject, message.kind, message.ids, message.born_at)

    monkeypatch.setattr(Parrot, "read_message", careless)
    Parrot.single = {listed: offer(1)}
    push(app, account.id, [listed])
    assert asked_for() == [f"one {listed}"]
    push(app, account.id, [listed])
    assert asked_for() == [f"one {listed}"]


def test_r20_a_stale_one_has_no_effect(app: Flask, account: Account, listed: str) -> None:
    old = (utcnow() - STALE_AFTER - timedelta(minutes=1)).timestamp()
    assert push(app, account.id, [listed], born=old).status_code == 204
    assert (kept(), asked_for()) == (0, [])


def test_r20_out_of_order_the_present_counts(app: Flask, account: Account, listed: str) -> None:
    """The younger message comes first: both read what is so now."""
    Parrot.single = {listed: offer(1, 1390)}
    push(app, account.id, [listed], id="2", born=utcnow().timestamp())
    work_off()
    push(app, account.id, [listed], id="1", born=utcnow().timestamp() - 3600)
    work_off()
    db.session.expire_all()
    assert db.session.scalars(sa.select(Listing)).one().tiers[0].price_fen == 1390


def test_an_offer_that_is_none_of_ours_is_not_asked_for(app: Flask, account: Account) -> None:
    assert push(app, account.id, ["600000999999"]).status_code == 204
    assert asked_for() == []


def test_news_of_an_order_is_followed(app: Flask, account: Account) -> None:
    order = confirmed(account)
    hand_on(order.id)
    remote_id = Parrot.orders[0].remote_id
    assert push(app, account.id, [remote_id], subject="order").status_code == 204
    assert len(work_off()) == 1
    assert push(app, account.id, ["1"], subject="order", id="2").status_code == 204
    assert work_off() == []


def test_what_cannot_be_read_is_sent_again_by_the_marketplace(app: Flask, account: Account) -> None:
    with writing():
        db.session.rollback()
    before = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "another key that is long enough for anything"
    try:
        assert push(app, account.id, ["1"]).status_code == 400
    finally:
        app.config["SECRET_KEY"] = before
