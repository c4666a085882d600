"""The demo network as rows: complete, in keeping with every rule, and told to its owner alone."""

import json
import re
import stat
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.buyers import Buyer, normal_phone
from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, PriceChange, Sku, Supplier
from selection_center.catalog.pricing import Wanted, price_samples, price_supplier
from selection_center.catalog.search import search
from selection_center.catalog.terms import mix_rule, offer_terms
from selection_center.core import codes, pictures
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.orders.models import Order, OrderKind, OrderLine, OrderNote, OrderState, Payment
from selection_center.pages.work import Work
from selection_center.samples.models import Placement, Sample, SampleState
from selection_center.samples.scans import Scan, ScanDay
from selection_center.samples.tags import Tag, TagState
from selection_center.selections.models import SelectionLine, SelectionList
from selection_center.sites.models import Belt, Site, SiteKind, Stand
from tests.demo.conftest import Network
from tests.visitors import Visitor

NOBODYS = re.compile(r"1400000\d{4}|\+120255501\d\d")
"""Eleven digits in a block of thirteen-digit numbers, and the block that is kept for fiction."""


def count(model: Any, *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def all_of(model: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(model)))


def test_the_command_says_what_it_built(network: Network) -> None:
    assert network.said.exit_code == 0, network.said.output
    assert network.said.output.startswith("The demo network is built: 8 sites, 1200 offers,")
    assert network.said.output.count("\n") == 1


def test_a_second_run_refuses_with_one_clear_line(network: Network) -> None:
    again = network.app.test_cli_runner().invoke(args=["demo"])
    assert again.exit_code == 1
    assert again.output == "Error: The database is not empty: the demo network is built in an empty one alone.\n"


def test_it_has_what_a_network_has(demo: Flask) -> None:
    assert count(Site, Site.kind == SiteKind.CENTER) == 6
    assert count(Site, Site.kind == SiteKind.STORE) == 2
    assert count(Supplier) == 60
    assert count(Listing) == 1200
    assert count(Belt) > 200
    assert count(PriceChange) > 50
    assert count(Scan) > 4000
    assert count(SelectionList) > 200
    assert count(SelectionLine, SelectionLine.order_id.is_(None)) > 400
    assert all(count(Sample, Sample.state == state) > 20 for state in SampleState)
    assert all(count(Tag, Tag.state == state) > 5 for state in TagState)


def test_sites_have_several_belts_and_every_role_has_people(demo: Flask) -> None:
    assert all(len(site.belts) >= 2 for site in all_of(Site))
    roles = Counter(grant.role for user in all_of(User) for grant in user.grants)
    assert set(roles) == set(Role)


def test_codes_are_valid_and_none_is_used_twice(demo: Flask) -> None:
    found = [*codes_of(Tag), *codes_of(Stand), *codes_of(SelectionList)]
    assert all(codes.parse(code) == code for code in found)
    assert len(set(found)) == len(found)


def codes_of(model: Any) -> list[str]:
    return list(db.session.scalars(sa.select(model.code)))


def test_every_piece_has_one_tag_and_stands_where_its_site_has_a_stand(demo: Flask) -> None:
    assert count(Tag, Tag.state == TagState.BOUND) == count(Sample)
    query = sa.select(Placement).join(Stand, Stand.id == Placement.stand_id).join(Sample)
    assert db.session.scalar(query.where(Stand.site_id != Sample.site_id)) is None
    open_stays = sa.select(Placement.sample_id).filter_by(ended_at=None)
    assert count(Sample, Sample.state == SampleState.HERE) == count(Sample, Sample.id.in_(open_stays))
    assert count(Placement, Placement.ended_at < Placement.placed_at) == 0


def test_phones_are_nobodys(demo: Flask) -> None:
    phones = [
        *db.session.scalars(sa.select(Supplier.phone)),
        *db.session.scalars(sa.select(Site.phone)),
        *db.session.scalars(sa.select(Order.phone)),
        *db.session.scalars(sa.select(Buyer.phone).where(Buyer.phone.is_not(None))),
    ]
    assert all(NOBODYS.fullmatch(phone) and normal_phone(phone) == phone for phone in phones)


def test_scans_and_their_days_agree(demo: Flask) -> None:
    assert db.session.scalar(sa.select(sa.func.sum(ScanDay.scans))) == count(Scan)
    days = db.session.scalar(sa.select(sa.func.count(sa.distinct(ScanDay.day))))
    assert days in (20, 21)  # the last day may not have begun
    assert count(Scan, Scan.at > utcnow()) == 0


@pytest.mark.parametrize("state", OrderState)
def test_orders_are_in_every_state(demo: Flask, state: OrderState) -> None:
    assert count(Order, Order.state == state) >= 8


def test_bulk_orders_cost_what_pricing_says(demo: Flask) -> None:
    overridden = 0
    for order in db.session.scalars(sa.select(Order).filter_by(kind=OrderKind.BULK)):
        terms = {line.listing_id: offer_terms(db.session.get_one(Listing, line.listing_id)) for line in order.lines}
        wanted = [Wanted(line.sku_id, line.quantity) for line in order.lines]
        priced = price_supplier(terms.values(), wanted, mix_rule(order.supplier)).lines
        assert [line.unit_fen for line in order.lines] == [line.unit_fen for line in priced]
        check_sums(order)
        assert bool(order.moq_override_reason) is any(not line.is_orderable for line in priced)
        assert not order.moq_override_reason or order.written_by_id
        overridden += bool(order.moq_override_reason)
    assert overridden >= 3


def test_sample_orders_keep_to_price_and_limit(demo: Flask) -> None:
    taken: Counter[tuple[int, int]] = Counter()
    for order in db.session.scalars(sa.select(Order).filter_by(kind=OrderKind.SAMPLE)):
        check_sums(order)
        for line in order.lines:
            offer = offer_terms(db.session.get_one(Listing, line.listing_id))
            already = {line.sku_id: taken[order.buyer_id, line.sku_id]}
            priced = price_samples(offer, [Wanted(line.sku_id, line.quantity)], already)[0]
            assert priced.is_orderable
            assert priced.unit_fen == line.unit_fen
            taken[order.buyer_id, line.sku_id] += line.quantity


def check_sums(order: Order) -> None:
    assert order.lines
    assert all(line.total_fen == line.unit_fen * line.quantity for line in order.lines)
    assert order.goods_fen == sum(line.total_fen for line in order.lines)
    assert sum(payment.amount_fen for payment in order.payments) <= order.total_fen


def test_an_order_is_of_one_supplier_and_one_site(demo: Flask) -> None:
    for line in all_of(OrderLine):
        assert db.session.get_one(Sample, line.sample_id).site_id == line.order.site_id
        assert db.session.get_one(Listing, line.listing_id).supplier_id == line.order.supplier_id
        assert db.session.get_one(Sku, line.sku_id).listing_id == line.listing_id


def test_an_order_that_is_confirmed_has_its_freight_settled(demo: Flask) -> None:
    went_on = (OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.COMPLETED)
    unsettled = (Order.state.in_(went_on), Order.freight_fen.is_(None), Order.freight_agreed.is_(False))
    assert count(Order, *unsettled) == 0
    assert all(order.open_fen == 0 for order in all_of(Order) if order.state is OrderState.COMPLETED)


def test_the_log_tells_how_each_order_came_to_its_state(demo: Flask) -> None:
    for order in all_of(Order):
        states = [note.state for note in reversed(order.notes) if note.state]
        assert states[0] is OrderState.SUBMITTED
        assert states[-1] is order.state
        assert all(note.at <= utcnow() for note in order.notes)
    assert count(OrderNote, OrderNote.state.is_(None)) > 20
    assert count(Payment) > 100
    assert count(Payment, Payment.at > utcnow()) == 0


def test_what_is_ordered_stands_on_the_list_too(demo: Flask) -> None:
    pairs = sa.select(SelectionLine.order_id, SelectionLine.sku_id, SelectionLine.quantity)
    on_lists = sorted(db.session.execute(pairs.where(SelectionLine.order_id.is_not(None))).all())
    ordered = sorted(db.session.execute(sa.select(OrderLine.order_id, OrderLine.sku_id, OrderLine.quantity)).all())
    assert on_lists == ordered


def test_there_is_work_at_every_site_today(demo: Flask) -> None:
    for site in all_of(Site):
        work = Work.at(site)
        assert work.expected.count
        assert work.empty_stands.count
        assert work.scans_this_week > 20
    assert sum(Work.at(site).follow_ups.count for site in all_of(Site)) >= 8
    assert sum(Work.at(site).new_orders.count for site in all_of(Site)) >= 8


def test_the_audit_tells_who_did_it(demo: Flask) -> None:
    verbs = set(db.session.scalars(sa.select(AuditEntry.verb).distinct()))
    assert {"signed_in", "sample_received", "sample_retired", "order_confirmed", "payment_recorded"} <= verbs
    moments = list(db.session.scalars(sa.select(AuditEntry.at).order_by(AuditEntry.id)))
    assert moments == sorted(moments)


def test_offers_are_found_by_words_of_both_languages(demo: Flask) -> None:
    for words in ("雨伞", "umbrella", "诸暨袜业"):
        assert db.session.scalars(search(words)).all()


def test_every_picture_is_kept_in_every_size(demo: Flask) -> None:
    names = {name for listing in all_of(Listing) for name in listing.pictures}
    names |= set(db.session.scalars(sa.select(Sku.picture).where(Sku.picture.is_not(None))))
    assert len(names) > 60
    assert all(pictures.path(name, size).exists() for name in names for size in pictures.SIZES)


def test_the_licence_stays_beside_the_pictures() -> None:
    folder = Path(pictures.__file__).parents[1] / "demo" / "pictures"
    assert "MIT License" in (folder / "LICENSE").read_text("utf-8")


def test_sign_ins_are_kept_for_their_owner_alone(demo: Flask) -> None:
    file = Path(demo.config["DATA_DIR"]) / "demo-sign-ins.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = json.loads(file.read_text("utf-8"))
    for sign_in in told["sign_ins"]:
        user = db.session.scalars(sa.select(User).filter_by(login=sign_in["login"])).one()
        assert user.has_password(sign_in["password"])
    assert len(told["sign_ins"]) == 7


def test_the_scan_address_that_is_told_opens_a_page(network: Network, demo: Flask) -> None:
    told = json.loads((Path(demo.config["DATA_DIR"]) / "demo-sign-ins.json").read_text("utf-8"))
    visitor = Visitor(network.app)
    answer = visitor.get(urlsplit(told["scan"]).path, follow_redirects=True)
    assert answer.status_code == 200
    assert "¥" in answer.text
