"""Collect: a visit's or a list's code, then samples onto that list, beside the buyer."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.accounts.models import User
from selection_center.catalog.models import ListingState
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.models import RetireReason, Sample
from selection_center.selections.models import SelectionList
from selection_center.visits.models import Visit as Stay
from tests import factories as make
from tests.buyers import put_on_list, the_line, the_list
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
PAGE = "/sites/yiwu/floor/collect"


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier(), lot_size=12), site, make.stand(site))


@pytest.fixture
def bo_user(sample: Sample) -> User:
    return make.user("Bo", Role.FLOOR_STAFF, sample.site)


@pytest.fixture
def bo(visit: Visit, bo_user: User) -> Visitor:
    return visit(bo_user)


@pytest.fixture
def stay(sample: Sample, bo_user: User) -> Stay:
    return make.visitor(sample.site, bo_user, looking_for="垃圾袋")


def scan(person: Visitor, text: str | None, **context: str) -> Any:
    fields = {"text": text or ""} | {f"context-{name}": value for name, value in context.items()}
    answer = person.submit(f"{PAGE}/scans", fields, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json


def press(person: Visitor, key: dict[str, Any]) -> Any:
    answer = person.submit(key["url"], key["fields"], headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_visit_then_samples_fill_the_visitors_list(bo: Visitor, stay: Stay, sample: Sample) -> None:
    met = scan(bo, f"HTTPS://YP.EXAMPLE.COM/V/{stay.code}")
    assert (met["outcome"], met["title"], met["context"]) == ("done", "陈女士", {"visit": stay.code, "list": None})
    added = scan(bo, sample.code, visit=stay.code)
    assert (added["outcome"], added["panel"], added["code"]) == ("done", True, sample.tag and sample.tag.shown)
    line = the_line()
    assert (line.quantity, line.added_by and line.added_by.name) == (12, "Bo")
    db.session.expire_all()
    assert the_list().buyer_id == stay.buyer_id
    panel = bo.get(f"{PAGE}/panel?visit={stay.code}").text
    assert ("陈女士" in panel, "Bo" in panel, "153" in panel) == (True, True, True)
    page = bo.get(f"{PAGE}?visit={stay.code}")
    assert (page.status_code, "陈女士" in page.text) == (200, True)


def test_again_adds_nothing_by_itself_and_offers_one_lot_more(bo: Visitor, stay: Stay, sample: Sample) -> None:
    scan(bo, sample.code, visit=stay.code)
    again = scan(bo, sample.code, visit=stay.code)
    assert (again["outcome"], again["undo"], the_line().quantity) == ("already", None, 12)
    press(bo, again["keys"][0])
    assert the_line().quantity == 24


def test_undo_takes_the_line_off(bo: Visitor, stay: Stay, sample: Sample) -> None:
    added = scan(bo, sample.code, visit=stay.code)
    press(bo, added["undo"])
    assert not the_line().is_open
    assert scan(bo, sample.code, visit=stay.code)["outcome"] == "done"


def test_a_buyers_own_list_is_taken_up_by_its_code(bo: Visitor, client: Visitor, sample: Sample) -> None:
    other = make.sample(make.listing(sample.listing.supplier, title="锅刷", tiers=((12, 360),)), sample.site)
    put_on_list(client, other)
    code = the_list().code
    taken_up = scan(bo, code)
    assert (taken_up["outcome"], taken_up["context"]) == ("done", {"list": code, "visit": None})
    scan(bo, sample.code, list=code)
    mine = scan(bo, other.code, list=code)
    assert (mine["outcome"], "the buyer" in mine["reason"] or "买家" in mine["reason"]) == ("already", True)
    assert "Bo" in client.get("/list").text
    assert len(the_list().open_lines) == 2


def test_a_list_that_became_a_visits_is_followed(bo: Visitor, client: Visitor, stay: Stay, sample: Sample) -> None:
    """The phone's own list was taken up, then its phone opened the visit's code: samples go where the buyer looks."""
    put_on_list(client, sample)
    code = the_list().code
    bo.submit(f"/visits/{stay.id}/list")
    client.submit(f"/v/{stay.code}/phone")
    other = make.sample(make.listing(sample.listing.supplier, title="锅刷", tiers=((12, 360),)), sample.site)
    assert scan(bo, other.code, list=code)["outcome"] == "done"
    assert "锅刷" in client.get("/list").text


def test_without_a_buyer_nothing_is_added(bo: Visitor, sample: Sample) -> None:
    answer = bo.submit(f"{PAGE}/scans", {"text": sample.code}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "no_list")
    assert db.session.scalars(sa.select(SelectionList)).all() == []


@pytest.mark.parametrize("gone", ["retired", "off the shelf"])
def test_what_cannot_be_ordered_is_refused(bo: Visitor, stay: Stay, sample: Sample, gone: str) -> None:
    if gone == "retired":
        sample.retire(RetireReason.SOLD)
    else:
        sample.listing.state = ListingState.OFF_SHELF
    refused = scan(bo, sample.code, visit=stay.code)
    assert (refused["outcome"] in {"refused", "unknown"}, refused["keys"]) == (True, [])
    assert the_list().open_lines == []


def test_other_things_are_told(bo: Visitor, stay: Stay, sample: Sample) -> None:
    assert sample.stand is not None
    for text in (sample.stand.code, "nonsense", "https://qr.1688.com/s/abc"):
        answer = scan(bo, text, visit=stay.code)
        assert (answer["outcome"], bool(answer["reason"])) == ("unknown", True)


def test_the_visit_scanned_by_a_colleague_offers_to_take_over(visit: Visit, stay: Stay, sample: Sample) -> None:
    ana = visit(make.user("Ana", Role.MANAGER, sample.site))
    met = scan(ana, stay.code)
    assert "Bo" in met["reason"]
    take_over, goodbye = met["keys"]
    press(ana, take_over)
    db.session.expire_all()
    assert [care.user.name for care in stay.cares] == ["Bo", "Ana"]
    again = scan(ana, stay.code, visit=stay.code)
    assert (again["outcome"], [key["url"] for key in again["keys"]]) == ("already", [goodbye["url"]])
    press(ana, again["keys"][0])
    db.session.expire_all()
    assert not stay.is_here
    over = scan(ana, stay.code, visit=stay.code)
    press(ana, over["keys"][0])
    db.session.expire_all()
    assert stay.is_here


def test_a_foreign_context_leads_nowhere(bo: Visitor, visit: Visit, stay: Stay, sample: Sample) -> None:
    there = make.site("chenghai")
    cy_user = make.user("Cy", Role.FLOOR_STAFF, there)
    cy, theirs = visit(cy_user), make.visitor(there, cy_user)
    assert bo.get(f"{PAGE}?visit={theirs.code}").status_code == 404
    assert bo.get(f"{PAGE}?list=00000000000").status_code == 404
    answer = bo.submit(
        f"{PAGE}/scans", {"text": sample.code, "context-visit": theirs.code}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 409
    assert scan(bo, theirs.code)["outcome"] == "unknown"
    assert cy.get(f"{PAGE}?visit={stay.code}").status_code == 404
    assert db.session.scalars(sa.select(SelectionList)).all() == []


@pytest.mark.parametrize("role", [Role.CASHIER, Role.SUPPLIER])
def test_roles_without_orders_are_refused(visit: Visit, sample: Sample, role: Role) -> None:
    own = {"supplier": sample.listing.supplier} if role is Role.SUPPLIER else {"at": sample.site}
    person = visit(make.user("Kay", role, **own))
    assert person.get(PAGE).status_code in (403, 404)
    assert person.submit(f"{PAGE}/scans", {"text": sample.code}).status_code in (403, 404)


def test_the_undo_is_in_the_audit(bo: Visitor, stay: Stay, sample: Sample) -> None:
    press(bo, scan(bo, sample.code, visit=stay.code)["undo"])
    verbs = db.session.scalars(sa.select(AuditEntry.verb)).all()
    assert "list_line_removed_at_desk" in verbs
