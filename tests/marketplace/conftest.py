"""An account at a marketplace of the tests."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors.registry import CONNECTORS
from selection_center.orders.models import Order
from tests import factories as make
from tests.marketplace.confirmed_orders import confirmed
from tests.marketplace.parrot import Parrot


@pytest.fixture
def parrot(monkeypatch: pytest.MonkeyPatch) -> type[Parrot]:
    monkeypatch.setitem(CONNECTORS, "parrot", Parrot)
    Parrot.says, Parrot.asked, Parrot.calls = [lambda _self: "Yiwu Heyi"], [], []
    Parrot.pages, Parrot.single = [], {}
    Parrot.orders, Parrot.price, Parrot.creating, Parrot.previewing, Parrot.hidden = [], {}, [], [], []
    Parrot.preview_parts, Parrot.left_out, Parrot.cancelling = 1, [], []
    Parrot.followed = set()
    return Parrot


@pytest.fixture
def an_account(parrot: type[Parrot]) -> Callable[..., Account]:
    def made(**values: Any) -> Account:
        account = Account(connector="parrot", name="禾一 1688", given={"address": "here"}, **values)
        account.write_secrets({"key": "open sesame"})
        make.add(account)
        db.session.commit()
        return account

    return made


@pytest.fixture
def order(app: Flask, an_account: Callable[..., Account]) -> Order:
    """Confirmed, and its goods are the account's."""
    return confirmed(an_account(calls_per_minute=6000))
