"""Lending and giving back by scanning: nothing is lent by a scan; each scan gives one piece back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.deposits import DepositKind, DepositMethod
from selection_center.samples.loan_items import Condition, LoanItem
from selection_center.samples.loans import Loan
from selection_center.samples.models import RetireReason, Sample
from tests import factories as make
from tests.floor.scanning import as_printed, press, scan
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def samples(app: Flask) -> list[Sample]:
    site = make.site()
    listing, stand = make.listing(make.supplier()), make.stand(site)
    return [make.sample(listing, site, stand) for _piece in range(3)]


@pytest.fixture
def bo_himself(samples: list[Sample]) -> Any:
    return make.user("Bo", Role.FLOOR_STAFF, samples[0].site)


@pytest.fixture
def bo(visit: Visit, bo_himself: Any) -> Visitor:
    return visit(bo_himself)


@pytest.fixture
def loan(samples: list[Sample], bo_himself: Any) -> Loan:
    return make.loan(samples[:2], bo_himself)


def lent_out() -> int:
    return db.session.scalar(sa.select(sa.func.count(LoanItem.id)).where(LoanItem.ended_at.is_(None))) or 0


def test_scans_gather_samples_and_the_form_takes_them(bo: Visitor, samples: list[Sample]) -> None:
    known: dict[str, str] = {}
    for number, sample in enumerate(samples, 1):
        answer = scan(bo, "lend", as_printed(sample.code), **known)
        known |= answer["context"]
        assert (answer["outcome"], answer["panel"]) == ("done", True)
        assert f"{number} 件" in answer["reason"]
        assert answer["plates"] == [{"address": "A-03-2", "kind": "at"}]
    assert known == {"samples": ",".join(str(sample.code) for sample in samples)}
    assert lent_out() == 0
    again = scan(bo, "lend", samples[0].code, **known)
    assert again["outcome"] == "already"
    assert samples[0].tag
    assert samples[0].tag.shown not in press(bo, again["keys"][0]).text
    panel = bo.get("/sites/yiwu/floor/lend/panel", query_string=known).text
    form = panel.split('id="to-signature" href="')[1].split('"')[0].replace("&amp;", "&")
    page = bo.get(form).text
    assert all(f'name="sample" value="{sample.id}" checked' in page for sample in samples)


def test_what_cannot_be_lent_is_refused_with_a_way_on(bo: Visitor, samples: list[Sample], loan: Loan) -> None:
    away = scan(bo, "lend", samples[0].code)
    assert away["outcome"] == "refused"
    assert "林小满" in away["reason"]
    assert "loan" in press(bo, away["keys"][0]).request.query_string.decode()
    samples[2].retire(RetireReason.SOLD)
    assert scan(bo, "lend", samples[2].code)["outcome"] == "refused"
    assert scan(bo, "lend", "A-03-2")["outcome"] == "refused"
    assert scan(bo, "lend", "nonsense")["outcome"] == "unknown"
    foreign = make.sample(samples[0].listing, make.site("chenghai"))
    answer = scan(bo, "lend", foreign.code, samples=f"{foreign.code},x,{samples[0].code}")
    assert answer["outcome"] == "unknown"
    assert answer["title"] != foreign.listing.label


def test_each_scan_gives_one_piece_back_and_can_be_undone(bo: Visitor, samples: list[Sample], loan: Loan) -> None:
    first = scan(bo, "give-back", as_printed(samples[0].code))
    assert (first["outcome"], first["word"], first["progress"]) == ("done", "还了", {"done": 1, "total": 2})
    assert first["plates"] == [{"address": "A-03-2", "kind": "belongs"}]
    assert first["context"] == {"loan": str(loan.id)}
    assert lent_out() == 1
    assert scan(bo, "give-back", samples[0].code, **first["context"])["outcome"] == "already"
    press(bo, first["undo"])
    assert lent_out() == 2
    panel = bo.get("/sites/yiwu/floor/give-back/panel", query_string=first["context"]).text
    assert panel.count("在外") == 2
    again = scan(bo, "give-back", samples[0].code, **first["context"])
    last = scan(bo, "give-back", samples[1].code, **again["context"])
    assert (last["progress"], lent_out()) == ({"done": 2, "total": 2}, 0)
    assert "都还清了" in last["reason"]


def test_what_came_back_damaged_is_told_after_its_scan(bo: Visitor, samples: list[Sample], loan: Loan) -> None:
    answer = scan(bo, "give-back", samples[0].code)
    page = press(bo, answer["keys"][0])
    item = loan.items[0].id
    assert f"/loan-items/{item}/return/condition" in page.text
    told = {"condition": "damaged", "note": "开裂"}
    assert bo.submit(f"/loan-items/{item}/return/condition", {"condition": "lost"}).status_code == 422
    assert bo.submit(f"/loan-items/{item}/return/condition", told).status_code == 303
    db.session.expire_all()
    assert (loan.items[0].condition_back, loan.items[0].note_back) == (Condition.DAMAGED, "开裂")
    assert bo.submit(f"/loan-items/{loan.items[1].id}/return/condition", told).status_code == 409


def test_what_nobody_has_is_shown_where_it_belongs(bo: Visitor, samples: list[Sample], loan: Loan) -> None:
    answer = scan(bo, "give-back", samples[2].code)
    assert (answer["outcome"], answer["plates"]) == ("wrong", [{"address": "A-03-2", "kind": "belongs"}])
    samples[2].retire(RetireReason.SOLD)
    assert scan(bo, "give-back", samples[2].code)["outcome"] == "refused"
    assert lent_out() == 2


def test_the_last_piece_reminds_of_the_deposit(bo: Visitor, samples: list[Sample], loan: Loan, bo_himself: Any) -> None:
    loan.enter_deposit(DepositKind.TAKEN, 5000, DepositMethod.CASH, bo_himself)
    assert len(scan(bo, "give-back", samples[0].code)["keys"]) == 1
    last = scan(bo, "give-back", samples[1].code)
    assert last["keys"][1]["url"] == f"/loans/{loan.id}"
    press(bo, last["keys"][1])


def test_late_pieces_come_back_too(bo: Visitor, samples: list[Sample], loan: Loan) -> None:
    make.overdue(loan, days=40)
    assert scan(bo, "give-back", samples[0].code)["outcome"] == "done"
    assert loan.due_on < loan.at.date() + timedelta(days=1)


def test_a_loan_of_another_site_is_nobodys(visit: Visit, bo: Visitor, samples: list[Sample], loan: Loan) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.get(f"/sites/chenghai/floor/give-back?loan={loan.id}").status_code == 404
    assert scan(cy, "give-back", samples[0].code, slug="chenghai")["outcome"] == "unknown"
    for bad in ("x", "9" * 40, "٣", ""):
        assert bo.get("/sites/yiwu/floor/give-back", query_string={"loan": bad}).status_code == 404
    assert bo.get(f"/sites/yiwu/floor/give-back?loan={loan.id}").status_code == 200
    assert lent_out() == 2


@pytest.mark.parametrize("task", ["lend", "give-back"])
def test_a_cashier_does_neither(visit: Visit, samples: list[Sample], task: str) -> None:
    cas = visit(make.user("Cas", Role.CASHIER, samples[0].site))
    assert cas.get(f"/sites/yiwu/floor/{task}").status_code == 403
    assert cas.submit(f"/sites/yiwu/floor/{task}/scans", {"text": samples[0].code}).status_code == 403
