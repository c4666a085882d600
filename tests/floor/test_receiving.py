"""Receiving by scanning: printed and blank tags, the goods themselves, stands, and what is not on the list."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import Listing
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples import delivery_queries as queries
from selection_center.samples.deliveries import Delivery, DeliveryLine
from selection_center.samples.models import Sample, SampleState
from selection_center.samples.tags import Tag, TagState
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
JSON = {"Accept": "application/json"}
PAGE = "/sites/yiwu/floor/receive"


@pytest.fixture
def cup(app: Flask) -> Listing:
    listing = make.listing(make.supplier(), title_en="Glass cup")
    listing.skus[0].barcode = "6901234567892"
    return listing


@pytest.fixture
def bag(cup: Listing) -> Listing:
    return make.listing(cup.supplier, specs=("红", "金"), title_en="Bin bags")


@pytest.fixture
def delivery(cup: Listing, bag: Listing) -> Delivery:
    """Two cups and one bag in any style."""
    assert cup.supplier is not None
    return make.delivery(cup.supplier, make.site(), (cup, 2), (bag, 1))


@pytest.fixture
def bo(visit: Visit, delivery: Delivery) -> Visitor:
    browser = visit(make.user("Bo", Role.FLOOR_STAFF, delivery.site))
    browser.set_cookie("language", "en", domain="yp.example.com")
    return browser


def scan(browser: Visitor, text: str | None, **context: Any) -> dict[str, Any]:
    fields = {"text": text} | {f"context-{name}": str(value) for name, value in context.items()}
    answer = browser.submit(f"{PAGE}/scans", fields, headers=JSON)
    db.session.expire_all()
    assert answer.status_code in (200, 409), answer.text
    return dict(answer.json or {})


def press(browser: Visitor, key: dict[str, Any]) -> int:
    answer = browser.submit(key["url"], key["fields"], headers=JSON)
    db.session.expire_all()
    return answer.status_code


def state_of(sample: Sample) -> SampleState:
    """As it is now: the type checker takes what it saw before for granted."""
    return sample.state


def samples_of(delivery: Delivery, place: int = 0) -> list[Sample]:
    return list(db.session.scalars(delivery.samples(Sample.delivery_line_id == delivery.lines[place].id)))


def blank(delivery: Delivery) -> Tag:
    tag = make.add(Tag.new(delivery.site))
    db.session.commit()
    return tag


def test_a_printed_tag_says_which_piece_has_come(bo: Visitor, delivery: Delivery) -> None:
    sample = samples_of(delivery)[0]
    said = scan(bo, sample.code, delivery=delivery.id)
    assert (said["outcome"], said["progress"]) == ("done", {"done": 1, "total": 3})
    assert said["reason"] == "1 of 2 of it have come."
    assert said["panel"] is True
    assert state_of(sample) is SampleState.HERE
    again = scan(bo, sample.code, delivery=delivery.id)
    assert (again["outcome"], again["progress"]) == ("already", {"done": 1, "total": 3})
    assert press(bo, said["undo"]) == 200
    assert state_of(sample) is SampleState.EXPECTED


def test_without_a_delivery_a_tag_is_received_wherever_it_belongs(bo: Visitor, delivery: Delivery) -> None:
    sample = samples_of(delivery)[0]
    said = scan(bo, f"HTTPS://YP.EXAMPLE.COM/S/{sample.code}")
    assert (said["outcome"], said["progress"]) == ("done", None)
    assert state_of(sample) is SampleState.HERE


def test_a_blank_tag_is_bound_to_the_chosen_line(bo: Visitor, delivery: Delivery) -> None:
    line, tag = delivery.lines[0], blank(delivery)
    first = scan(bo, tag.code, delivery=delivery.id)
    assert (first["outcome"], tag.state) == ("wrong", TagState.BLANK)
    assert "tap its line" in first["reason"]
    chosen = scan(bo, f"line:{line.id}", delivery=delivery.id)
    assert chosen["outcome"] == "done"
    assert chosen["context"] == {"delivery": str(delivery.id), "line": str(line.id)}
    said = scan(bo, tag.code, **chosen["context"])
    assert (said["outcome"], said["code"]) == ("done", tag.shown)
    assert queries.counts_of_line(line).received == 1
    assert press(bo, said["undo"]) == 200
    assert tag.state is TagState.BLANK


def test_a_barcode_or_an_offers_address_chooses_the_line(
    bo: Visitor, delivery: Delivery, cup: Listing, bag: Listing
) -> None:
    by_barcode = scan(bo, "6901234567892", delivery=delivery.id)
    assert by_barcode["context"]["line"] == str(delivery.lines[0].id)
    assert ". Now scan blank tags." in by_barcode["reason"]
    by_address = scan(bo, f"https://detail.1688.com/offer/{bag.external_id}.html", delivery=delivery.id)
    assert by_address["context"]["line"] == str(delivery.lines[1].id)
    anywhere = scan(bo, "6901234567892")
    assert anywhere["context"] == {"delivery": str(delivery.id), "line": str(delivery.lines[0].id)}


def test_in_chinese_one_sentence_follows_the_other_without_a_space(bo: Visitor, delivery: Delivery) -> None:
    bo.set_cookie("language", "zh", domain="yp.example.com")
    assert "。现在扫空白标签。" in scan(bo, "6901234567892", delivery=delivery.id)["reason"]


def test_the_goods_are_sent_on_where_they_do_not_belong(
    bo: Visitor, delivery: Delivery, cup: Listing, bag: Listing
) -> None:
    delivery.add_all([(bag, sku, 1) for sku in bag.skus])
    which = scan(bo, bag.external_id, delivery=delivery.id)
    assert (which["outcome"], which["reason"]) == ("wrong", "3 lines have it. Tap one.")
    foreign = make.listing(make.supplier("澄海玩具厂"))
    db.session.commit()
    said = scan(bo, foreign.external_id, delivery=delivery.id)
    assert (said["outcome"], said["keys"]) == ("wrong", [])
    assert scan(bo, foreign.external_id)["reason"] == "No open delivery waits for it."


def test_one_too_many_becomes_surplus_with_the_tag_in_hand(bo: Visitor, delivery: Delivery) -> None:
    line = delivery.lines[1]
    assert scan(bo, blank(delivery).code, delivery=delivery.id, line=line.id)["outcome"] == "done"
    tag = blank(delivery)
    said = scan(bo, tag.code, delivery=delivery.id, line=line.id)
    assert (said["outcome"], said["word"]) == ("wrong", "One too many")
    assert press(bo, said["keys"][0]) == 200
    assert tag.state is TagState.BOUND
    counts = queries.counts_of_line(line)
    assert (counts.received, counts.surplus, counts.missing) == (2, 1, 0)
    assert scan(bo, f"line:{line.id}", delivery=delivery.id)["outcome"] == "already"


def test_an_offer_that_is_not_on_the_list_becomes_surplus(bo: Visitor, delivery: Delivery, cup: Listing) -> None:
    stand = make.stand(delivery.site)
    other = make.listing(cup.supplier)
    db.session.commit()
    said = scan(bo, other.external_id, delivery=delivery.id, stand=stand.code)
    assert said["outcome"] == "wrong"
    assert press(bo, said["keys"][0]) == 200
    sample = db.session.scalars(sa.select(Sample).filter_by(listing_id=other.id)).one()
    assert (sample.state, sample.stand) == (SampleState.HERE, stand)


def test_a_tag_of_another_delivery_is_received_there(bo: Visitor, delivery: Delivery, cup: Listing) -> None:
    other = make.delivery(delivery.supplier, delivery.site, (cup, 1))
    sample = samples_of(other)[0]
    said = scan(bo, sample.code, delivery=delivery.id)
    assert (said["outcome"], said["word"]) == ("wrong", "Another delivery")
    assert state_of(sample) is SampleState.EXPECTED
    assert press(bo, said["keys"][0]) == 200
    assert state_of(sample) is SampleState.HERE
    assert queries.counts_of(other).received == 1
    assert queries.counts_of(delivery).received == 0


def test_a_sample_that_nobody_waits_for_says_where_it_stands(bo: Visitor, delivery: Delivery, cup: Listing) -> None:
    stand = make.stand(delivery.site)
    sample = make.sample(cup, delivery.site, stand)
    said = scan(bo, sample.code, delivery=delivery.id)
    assert (said["outcome"], said["plates"]) == ("wrong", [{"address": "A-03-2", "kind": "at"}])
    assert scan(bo, sample.code)["outcome"] == "already"


def test_what_was_given_up_may_come_after_all(bo: Visitor, delivery: Delivery) -> None:
    sample = samples_of(delivery)[0]
    delivery.close(give_up=True)
    db.session.commit()
    said = scan(bo, sample.code)
    assert (said["outcome"], said["word"]) == ("wrong", "Given up")
    assert press(bo, said["keys"][0]) == 200
    assert state_of(sample) is SampleState.HERE


def test_the_printed_tag_of_a_piece_with_a_blank_one_hangs_on_the_next(bo: Visitor, delivery: Delivery) -> None:
    line = delivery.lines[0]
    printed = samples_of(delivery)[1].tag
    assert printed is not None
    code = printed.code
    assert scan(bo, blank(delivery).code, delivery=delivery.id, line=line.id)["outcome"] == "done"
    said = scan(bo, code, delivery=delivery.id)
    assert (said["outcome"], said["reason"]) == ("done", "2 of 2 of it have come.")
    assert printed.state is TagState.BOUND


def test_what_comes_stands_on_the_scanned_stand_at_once(bo: Visitor, delivery: Delivery) -> None:
    stand = make.stand(delivery.site)
    db.session.commit()
    placed = scan(bo, "A-03-2", delivery=delivery.id)
    assert (placed["outcome"], placed["place"], placed["context"]) == ("done", "A-03-2", {"stand": stand.code})
    sample = samples_of(delivery)[0]
    said = scan(bo, sample.code, delivery=delivery.id, **placed["context"])
    assert (said["outcome"], said["plates"]) == ("done", [{"address": "A-03-2", "kind": "at"}])
    assert sample.stand is stand
    assert press(bo, said["undo"]) == 200
    assert state_of(sample) is SampleState.EXPECTED
    assert sample.placement is None


def test_what_is_no_sample_is_said_so(bo: Visitor, delivery: Delivery) -> None:
    for text in ("nonsense", "https://example.org/x", f"line:{10**9}", "line:"):
        assert scan(bo, text, delivery=delivery.id)["outcome"] == "unknown"
    foreign = make.sample(make.listing(), make.site("chenghai"))
    assert scan(bo, foreign.code, delivery=delivery.id)["outcome"] == "unknown"


def test_the_page_shows_the_lines_and_how_far_they_are(bo: Visitor, delivery: Delivery) -> None:
    page = bo.get(f"{PAGE}?delivery={delivery.id}").text
    assert "Glass cup" in page
    assert "0 / 2" in page
    assert f'value="line:{delivery.lines[1].id}"' in page
    scan(bo, samples_of(delivery)[0].code, delivery=delivery.id)
    panel = bo.get(f"{PAGE}/panel?delivery={delivery.id}&line={delivery.lines[0].id}").text
    assert "1 / 2" in panel
    assert panel.count("chosen") == 1
    assert delivery.supplier.name_en in bo.get(PAGE).text


def test_a_delivery_with_one_line_needs_no_choosing(bo: Visitor, delivery: Delivery, cup: Listing) -> None:
    single = make.delivery(delivery.supplier, delivery.site, (cup, 1))
    line = db.session.scalars(sa.select(DeliveryLine).filter_by(delivery_id=single.id)).one()
    assert f"&#34;line&#34;: &#34;{line.id}&#34;" in bo.get(f"{PAGE}?delivery={single.id}").text.replace(
        "&quot;", "&#34;"
    )


def test_other_sites_and_roles_are_kept_out(bo: Visitor, visit: Visit, delivery: Delivery) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.get(f"{PAGE}?delivery={delivery.id}").status_code == 404
    assert cy.get(f"/sites/chenghai/floor/receive?delivery={delivery.id}").status_code == 404
    assert bo.get(f"{PAGE}?delivery=987654").status_code == 404
    assert bo.get(f"{PAGE}?delivery=x").status_code == 404
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=delivery.supplier))
    assert eve.get(f"{PAGE}?delivery={delivery.id}").status_code in (403, 404)
    cas = visit(make.user("Cas", Role.CASHIER, delivery.site))
    assert cas.get(PAGE).status_code == 403
