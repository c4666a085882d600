"""Reports on lending: by offer, by factory, and deposits by day and by the way they were paid."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.core.shop_time import start_of_day, today
from selection_center.samples.deposits import DepositEntry, DepositKind, DepositMethod
from selection_center.samples.loan_items import Outcome
from selection_center.samples.loan_reports import Deposits, Period
from selection_center.samples.models import Sample
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
PATH = "/sites/yiwu/loans"


@pytest.fixture
def samples(app: Flask) -> list[Sample]:
    site = make.site()
    bags = make.listing(make.supplier(), title="垃圾袋", title_en="Bin bags")
    cups = make.listing(make.supplier("宁波杯业", name_en="Ningbo Cups"), title="水杯", title_en="Cups")
    return [make.sample(listing, site) for listing in (bags, bags, cups)]


@pytest.fixture
def bo_himself(samples: list[Sample]) -> Any:
    return make.user("Bo", Role.FLOOR_STAFF, samples[0].site)


@pytest.fixture
def bo(visit: Visit, bo_himself: Any) -> Visitor:
    return visit(bo_himself)


def test_what_lending_brought_by_offer_and_by_factory(bo: Visitor, bo_himself: Any, samples: list[Sample]) -> None:
    lent = make.loan(samples, bo_himself)
    of = {item.sample.listing.title: item for item in lent.items}
    of["水杯"].set_outcome(Outcome.SHOWN_LIVE, 1200)
    of["垃圾袋"].set_outcome(Outcome.PUBLISHED, 30)
    db.session.commit()
    for path, first, second in (("offers", "水杯", "垃圾袋"), ("factories", "宁波杯业", "义乌市禾一日用品有限公司")):
        page = bo.get(f"{PATH}/{path}").text
        table = page[page.index("<tbody>") : page.index("</tbody>")]
        assert table.index(first) < table.index("1,200") < table.index(second) < table.index(">30<"), path
        assert table.count("<tr>") == 2


def test_deposits_by_day_and_method_sum_to_the_fen(bo: Visitor, bo_himself: Any, samples: list[Sample]) -> None:
    lent = make.loan(samples[:1], bo_himself)
    other = make.loan(samples[1:2], bo_himself, name="李四")
    lent.enter_deposit(DepositKind.TAKEN, 50000, DepositMethod.CASH, bo_himself)
    lent.enter_deposit(DepositKind.TAKEN, 12345, DepositMethod.WECHAT, bo_himself)
    other.enter_deposit(DepositKind.TAKEN, 20000, DepositMethod.CASH, bo_himself)
    lent.enter_deposit(DepositKind.GIVEN_BACK, 30000, DepositMethod.CASH, bo_himself)
    lent.enter_deposit(DepositKind.KEPT, 101, DepositMethod.CASH, bo_himself, "broken")
    old = other.enter_deposit(DepositKind.GIVEN_BACK, 1, DepositMethod.CASH, bo_himself)
    db.session.get_one(DepositEntry, old.id).at = start_of_day(today() - timedelta(days=3))
    db.session.commit()
    period = Period(today() - timedelta(days=5), today())
    found = Deposits.of(lent.site, period)
    cash = found.by_day[today(), DepositMethod.CASH]
    assert (cash.taken, cash.given_back, cash.kept, cash.in_hand) == (70000, 30000, 101, 40000)
    assert found.by_day[today(), DepositMethod.WECHAT].taken == 12345
    assert found.by_day[today() - timedelta(days=3), DepositMethod.CASH].given_back == 1
    assert (found.total.taken, found.total.given_back, found.total.kept) == (82345, 30001, 101)
    held = lent.deposit_fen + other.deposit_fen
    assert found.total.taken - found.total.given_back - found.total.kept == held
    page = bo.get(f"{PATH}/deposits?from={today().isoformat()}&to={today().isoformat()}&method=wechat&lang=en").text
    assert "123<" in page
    assert "李四" not in page


@pytest.mark.parametrize("said", ["0000-13-99", "x", "9999-12-31", "0001-01-01", "2026-11-25'"])
def test_days_that_make_no_sense_show_this_month(bo: Visitor, said: str) -> None:
    assert bo.get(f"{PATH}/deposits", query_string={"from": said, "to": said, "method": said}).status_code == 200


@pytest.mark.parametrize("page", ["offers", "factories", "deposits"])
def test_other_sites_and_roles_are_kept_out(visit: Visit, samples: list[Sample], page: str) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    cas = visit(make.user("Cas", Role.CASHIER, samples[0].site))
    assert (cy.get(f"{PATH}/{page}").status_code, cas.get(f"{PATH}/{page}").status_code) == (404, 403)
