"""A store that sells, its cashier, and members' phones."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import new_visitor
from tests.till.making import Shop, shop
from tests.till.walking import carry
from tests.visitors import Visitor

Phone = Callable[[], Visitor]


@pytest.fixture
def store(app: Flask) -> Shop:
    return shop()


@pytest.fixture
def cas(store: Shop, visit: Callable[..., Visitor]) -> Visitor:
    return visit(store.cas)


@pytest.fixture
def phone(app: Flask) -> Phone:
    """`phone()` answers a phone that nobody is signed in on."""
    return lambda: new_visitor(app)


@pytest.fixture
def dee(store: Shop, phone: Phone) -> Visitor:
    """Dee's phone, which carries the card of a membership that holds."""
    dees = phone()
    carry(dees, store.member())
    return dees
