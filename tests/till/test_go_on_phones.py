"""The till lists what members put together on their phones just now, and takes it up by a tap."""

import re
from collections.abc import Callable
from datetime import timedelta

from selection_center.core.db import db, utcnow
from selection_center.till.models import Sale, SaleState
from selection_center.till.shown import Shown
from tests.till.making import Shop
from tests.till.walking import carry, cart, left_alone, scan, tag
from tests.visitors import Visitor

Phone = Callable[[], Visitor]


def test_the_till_lists_who_scans_by_phone_just_now(dee: Visitor, store: Shop, phone: Phone, cas: Visitor) -> None:
    bags, mugs = tag(store), tag(store, "mugs")
    for code in (bags, bags, mugs):
        scan(dee, code)
    first = cart()
    first.opened_at = utcnow() - timedelta(minutes=23, seconds=5)
    db.session.commit()
    li, nobody, away = phone(), phone(), phone()
    for each, name in ((li, "李小满"), (nobody, "赵小满"), (away, "钱小满")):
        carry(each, store.member(name=name))
        scan(each, bags)
    left_alone(cart())
    nobody.submit("/go/hangzhou/emptying")
    li.submit("/go/hangzhou/ready")
    listed = cas.get(f"/tills/{store.till.id}?step=held&lang=en").text.split('id="on-phones"')[1].split("</aside>")[0]
    rows = [re.sub(r"<[^>]*>", " ", row) for row in listed.split("<form")[1:]]
    assert len(rows) == 2, "an empty cart is none, and one that was left alone is over"
    assert ("李**" in rows[0], "At the exit" in rows[0]) == (True, True), "whoever waits comes first"
    assert ("陈" in rows[1], "3 pieces" in rows[1], "23 minutes" in rows[1]) == (True, True, True)
    assert Shown.of(db.session.get_one(Sale, first.id)).total_fen == 3 * 1280
    assert "38.40" in rows[1]
    assert "小满" not in listed
    assert "13800" not in listed


def test_a_cart_whose_phone_is_dead_is_taken_up_by_a_tap(dee: Visitor, store: Shop, cas: Visitor) -> None:
    scan(dee, tag(store))
    assert cas.submit(f"/sales/{cart().id}/recall", {"till": store.till.id}).status_code == 303
    assert (cart().state, cart().till_id) == (SaleState.OPEN, store.till.id)
    assert "On phones" not in cas.get(f"/tills/{store.till.id}?lang=en").text
