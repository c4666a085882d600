"""The audit: who did what, readable by those who answer for it."""

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import selection_center
from selection_center.accounts.models import User
from selection_center.core import audit
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.sites import audit_words
from selection_center.sites.audit_words.detail_words import DETAILS
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


def entry(verb: str, subject: object, site_id: int | None, **values: object) -> audit.AuditEntry:
    audit.record(verb, subject, site_id=site_id)  # type: ignore[arg-type]
    made = db.session.scalars(sa.select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc()).limit(1)).one()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def test_a_manager_reads_what_happened_at_the_own_site(visit: Visit, app: Flask) -> None:
    here, there = make.site(), make.site("chenghai")
    ana = make.user("Ana", Role.MANAGER, at=here)
    entry("zone_added", here, here.id, detail={"address": "A"})
    entry("zone_changed", there, there.id, detail={"address": "Q"})
    entry("belt_changed", None, None)

    page = visit(ana).get("/audit?lang=en").text
    assert "Zone added" in page
    assert 'verb=zone_changed"' not in page
    assert page.count("Belt changed") == 1  # in the filter alone
    everything = visit(make.user("Hana", Role.HEAD_OFFICE)).get("/audit?lang=en").text
    assert everything.count("Belt changed") == 2


def test_it_is_filtered_by_person_verb_subject_and_day(visit: Visit, app: Flask) -> None:
    site = make.site()
    ana, bo = make.user("Ana", Role.MANAGER, at=site), make.user("Bo", Role.FLOOR_STAFF, at=site)
    old = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)  # 23:59 of 1 March in the shop
    entry("zone_added", site, site.id, user_id=ana.id, actor="Ana", detail={"name": "sunflower"}, at=old)
    entry(
        "bay_added", bo, site.id, user_id=bo.id, actor="Bo", detail={"name": "marigold"}, at=old + timedelta(minutes=2)
    )  # fmt: skip
    visitor = visit(ana)

    def shown(query: str) -> list[str]:
        page = visitor.get(f"/audit?{query}").text
        return [word for word in ("sunflower", "marigold") if word in page]

    assert shown("") == ["sunflower", "marigold"]
    assert shown(f"person={bo.id}") == ["marigold"]
    assert shown("verb=zone_added") == ["sunflower"]
    assert shown("subject=users") == ["marigold"]
    assert shown(f"subject=users&id={bo.id}") == ["marigold"]
    assert shown("day=2026-03-01") == ["sunflower"]
    assert shown("day=2026-03-02") == ["marigold"]
    for odd in ("day=x", "day=9999-12-31", "person=99999999999999999999", "person=x", "page=999999999"):
        assert visitor.get(f"/audit?{odd}").status_code == 200


@pytest.mark.parametrize("role", [Role.FLOOR_STAFF, Role.CASHIER])
def test_the_floor_does_not_read_it(visit: Visit, app: Flask, role: Role) -> None:
    assert visit(make.user("Bo", role, at=make.site())).get("/audit").status_code == 403


def test_hostile_details_stay_text(visit: Visit, app: Flask) -> None:
    site = make.site()
    entry("zone_added", site, site.id, detail={"name": "<script>alert(1)</script>{{7*7}}", "n": [None, True, 3]})
    page = visit(make.user("Ana", Role.MANAGER, at=site)).get("/audit").text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def calls() -> Iterator[ast.Call]:
    for path in Path(selection_center.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "audit.record",
                "audit.record_beside",
            }:
                yield node


def recorded() -> Iterator[str]:
    """Every verb that the code writes out in a call that records."""
    for call in calls():
        if call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def test_every_verb_has_its_word(app: Flask) -> None:
    assert sorted(set(recorded()) - set(audit_words.VERBS)) == []


def test_a_word_stands_with_one_noun_and_every_subject_is_a_table(app: Flask) -> None:
    families = audit_words.FAMILIES
    assert len(audit_words.VERBS) == sum(len(family.VERBS) for family in families)
    assert len(audit_words.SUBJECTS) == sum(len(family.SUBJECTS) for family in families)
    assert set(audit_words.SUBJECTS) <= set(db.metadata.tables)


def test_values_are_shown_as_people_write_them(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        shown = audit_words.details({"fen": 46080, "role": ["cashier", "manager"], "flag": [None, True], "to": None})
    assert shown == [("", "¥460.80"), ("Role", "Cashier → Manager"), ("Flag", "Not known → Yes")]


def test_each_entry_leads_to_the_page_of_what_it_is_about(visit: Visit, app: Flask) -> None:
    site = make.site()
    by = make.supplier()
    offer = make.listing(by)
    piece = make.sample(offer, site)
    entry("listing_changed", offer, site.id)
    entry("supplier_changed", by, site.id)
    entry("sample_placed", piece, site.id)
    entry("offers_imported", None, site.id, subject_type="offer_imports", subject_id=7)
    entry("printed", None, site.id, subject_type="print_runs", subject_id=8)
    entry("order_placed", None, site.id, subject_type="orders", subject_id=9, detail={"number": "YW-1"})
    entry("order_confirmed", None, site.id, subject_type="orders", subject_id=9)
    page = visit(make.user("Ana", Role.MANAGER, at=site)).get("/audit").text
    for address in (f"/catalog/{offer.id}", f"/suppliers/{by.id}", f"/samples/{piece.id}", "/imports/7", "/prints/8"):
        assert f'href="{address}"' in page
    assert page.count('href="/orders/YW-1"') == 1


def test_an_entry_names_its_subject_once_and_in_words(visit: Visit, app: Flask) -> None:
    site = make.site()
    ana = make.user("Ana", Role.MANAGER, at=site)
    entry("order_shipped", None, site.id, subject_type="orders", subject_id=9, detail={"number": "YW-1"})
    entry("sample_retired", None, site.id, subject_type="samples", subject_id=9, detail={"reason": "sold"})
    entry("signed_in", ana, site.id, user_id=ana.id, actor=ana.name, detail={"name": ana.name})
    page = visit(ana).get("/audit?lang=en").text
    assert ">Order YW-1</a>" in page
    assert '<span class="muted">Reason</span> Sold' in page
    assert f">Person {ana.name}</a>" not in page


def details_recorded() -> Iterator[str]:
    """Every detail that the code writes out in a call of audit.record."""
    for call in calls():
        yield from (str(given.arg) for given in call.keywords if given.arg not in {None, "site_id", "fen"})


def test_every_detail_has_its_word(app: Flask) -> None:
    assert sorted(set(details_recorded()) - set(DETAILS)) == []
