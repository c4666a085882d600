"""What a member's phone hears of a scan, with the way back; and a photo where it has no camera."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from selection_center.core.codes import address, qr_png_1bit
from selection_center.core.db import db, utcnow
from selection_center.floor import going as scans
from selection_center.samples.models import SampleKind
from selection_center.till.models import Sale
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.floor.scanning import JSON
from tests.till.making import Shop
from tests.till.walking import cart, tag
from tests.visitors import Visitor

Phone = Callable[[], Visitor]


def scanned(phone: Visitor, text: str) -> Any:
    return phone.submit("/go/hangzhou/scans", {"text": text}, headers=JSON)


def press(phone: Visitor, key: Any) -> Any:
    return phone.submit(key["url"], key["fields"], headers=JSON).json


def test_each_scan_is_answered_with_a_way_back(dee: Visitor, store: Shop) -> None:
    code = tag(store)
    first, again = scanned(dee, code).json, scanned(dee, code).json
    assert [(said["outcome"], len(said["keys"])) for said in (first, again)] == [("done", 1), ("already", 1)]
    assert "1 → 2" in again["text"]
    back = press(dee, again["keys"][0])
    assert ("2 → 1" in back["text"], cart().lines[0].quantity) == (True, 1)
    out = press(dee, first["keys"][0])
    assert cart().lines == []
    press(dee, out["keys"][0])
    assert [line.quantity for line in cart().lines] == [1]
    assert 'data-outcome="already"' in dee.get(again["location"]).text, "a page without scripts says the same"


def test_more_than_there_is_is_said_at_the_scan(dee: Visitor, store: Shop) -> None:
    code = tag(store, pieces=1)
    assert scanned(dee, code).json["outcome"] == "done"
    said = scanned(dee, code).json
    assert (said["outcome"], said["keys"][0]["fields"]) == ("wrong", {"quantity": "1"})
    typed = f"/go/lines/{cart().lines[0].id}/quantity"
    outcomes = [(dee.submit(typed, {"quantity": count}, headers=JSON).json or {})["outcome"] for count in "91"]
    assert outcomes == ["wrong", "done"]


def test_a_scan_that_names_no_goods_is_refused_in_words(dee: Visitor, store: Shop) -> None:
    tag(store)
    refused = scanned(dee, "nothing of ours")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "not_read")


def test_what_another_scanner_opens_leads_into_the_cart(dee: Visitor, store: Shop, phone: Phone) -> None:
    """WeChat opens the page of a shelf tag: on a member's phone it has a key for the cart, on no other one."""
    sku = store.goods("bags")
    facing = make.sample(sku.listing, store.site, sku=sku)
    facing.kind = SampleKind.SHELF_FACING
    db.session.commit()
    path, key = f"/s/{facing.code}?lang=en", 'id="into-cart"'
    stranger = phone()
    looks = [who.get(path).text for who in (stranger, dee, stranger, dee)]
    assert [key in look for look in looks] == [False, True, False, True], "also of pages that are kept"
    assert dee.submit("/go/hangzhou/scans", {"text": facing.code}).status_code == 303
    assert [line.sample_id for line in cart().lines] == [facing.id]


def test_only_shelf_tags_of_a_store_with_a_till_lead_there(dee: Visitor, store: Shop) -> None:
    sku = store.goods("bags")
    sample = make.sample(sku.listing, store.site, sku=sku)
    sample.kind = SampleKind.SAMPLE
    facing = make.sample(sku.listing, store.site, sku=sku)
    facing.kind = SampleKind.SHELF_FACING
    db.session.commit()
    assert 'id="into-cart"' not in dee.get(f"/s/{sample.code}").text
    store.till.closed_at = utcnow()
    db.session.commit()
    assert 'id="into-cart"' not in dee.get(f"/s/{facing.code}").text


def photo(*codes: str) -> bytes:
    """Labels with these codes beside each other."""
    shelf = Image.new("RGB", (700 * max(len(codes), 1), 700), (150, 140, 120))
    for place, code in enumerate(codes):
        label = Image.open(io.BytesIO(qr_png_1bit(address(code, PUBLIC_URL), "M", 8))).convert("RGB")
        shelf.paste(label, (700 * place + 150, 150))
    with io.BytesIO() as file:
        shelf.save(file, "JPEG")
        return file.getvalue()


def send_photo(phone: Visitor, data: bytes, headers: dict[str, str] | None = None) -> Any:
    files = {"picture": (io.BytesIO(data), "shelf.jpg"), "csrf_token": phone.csrf_token()}
    return phone.post("/go/hangzhou/photos", data=files, headers=headers)


def code_of(store: Shop, name: str, **values: Any) -> str:
    sku = store.goods(name, **values)
    return make.sample(sku.listing, store.site, sku=sku).code or ""


def test_the_code_in_a_photo_is_read_and_nothing_is_put_in_by_it(dee: Visitor, store: Shop) -> None:
    bags = code_of(store, "bags")
    answer = send_photo(dee, photo(bags), JSON)
    assert (answer.status_code, answer.json) == (200, {"texts": [address(bags, PUBLIC_URL)]})
    assert db.session.scalar(sa.select(sa.func.count(Sale.id))) == 0
    assert scanned(dee, answer.json["texts"][0]).json["outcome"] == "done"


def test_of_several_codes_in_a_photo_the_member_chooses(dee: Visitor, store: Shop) -> None:
    bags, mugs = code_of(store, "bags"), code_of(store, "mugs")
    elsewhere = make.sample(make.listing(make.supplier("x")), make.site("yiwu")).code or ""
    answer = send_photo(dee, photo(bags, mugs, elsewhere), JSON)
    assert answer.json["texts"] == []
    chosen = dee.get(answer.json["location"]).text.split('id="go-styles"')[1]
    assert chosen.count('name="sku"') == 2
    by_hand = send_photo(dee, photo(bags, mugs))
    assert (by_hand.status_code, "styles=" in by_hand.location) == (303, True)


def test_a_photo_without_goods_or_without_a_picture_is_refused(dee: Visitor, store: Shop) -> None:
    elsewhere = make.sample(make.listing(make.supplier("x")), make.site("yiwu")).code or ""
    assert send_photo(dee, photo(elsewhere)).status_code == 409
    assert send_photo(dee, photo(), JSON).json["error"]["code"] == "no_code"
    assert send_photo(dee, b"not a picture", JSON).json["error"]["code"] == "not_a_picture"
    assert dee.post("/go/hangzhou/photos", data={"csrf_token": dee.csrf_token()}).status_code == 400


def test_photos_are_read_for_members_alone_and_not_without_end(
    dee: Visitor, store: Shop, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = photo(code_of(store, "bags"))
    assert send_photo(phone(), shown, JSON).json["error"]["code"] == "no_card"
    monkeypatch.setattr(scans, "MOST_PHOTOS", 2)
    assert [send_photo(dee, shown, JSON).status_code for _ in range(3)] == [200, 200, 409]
