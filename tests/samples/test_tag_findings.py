"""Stickers that lead elsewhere: flagged once, shown as text, and work until somebody has taken them off."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.samples.tag_findings import TagFinding, host_of
from selection_center.sites.models import Stand
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
PATH = "/sites/yiwu/tag-findings"
TEXT = "https://pay.evil.example/x"


@pytest.fixture
def stand(app: Flask) -> Stand:
    return make.stand(make.site(), level=1)


@pytest.fixture
def bo(visit: Visit, stand: Stand) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, stand.site))


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (TEXT, "pay.evil.example"),
        ("qr.1688.com/s/abc", "qr.1688.com"),
        ("HTTP://EVIL.EXAMPLE:8080/a", "evil.example"),
        ("https://good.example@evil.example/", "evil.example"),
        ("weixin://wxpay/bizpayurl?pr=1", "wxpay"),
        ("http://[::1", ""),
        ("6901234567892", ""),
        ("", ""),
    ],
)
@pytest.mark.once
def test_the_host_is_the_one_that_would_be_opened(text: str, host: str) -> None:
    assert host_of(text) == host


def test_a_sticker_is_flagged_once_and_marked_as_removed(bo: Visitor, stand: Stand) -> None:
    assert "None is known" in bo.get(f"{PATH}?lang=en").text
    for nothing in ("", " ", "\0"):
        assert bo.submit(PATH, {"text": nothing}).status_code == 422
    assert bo.submit(PATH, {"text": TEXT, "stand": "Z-99-9"}).status_code == 422
    for _time in range(2):
        assert bo.submit(PATH, {"text": TEXT, "stand": "a-03-1"}).status_code == 303
    finding = db.session.scalars(sa.select(TagFinding)).one()
    assert (finding.stand, finding.host) == (stand, "pay.evil.example")
    page = bo.get(PATH).text
    assert TEXT in page
    assert f'href="{TEXT}"' not in page
    assert "/tag-findings" in bo.get("/sites/yiwu/home").text
    assert bo.submit(f"/tag-findings/{finding.id}/removal").status_code == 303
    assert bo.submit(f"/tag-findings/{finding.id}/removal").status_code == 409
    assert bo.submit(f"/tag-findings/{finding.id}/reversal").status_code == 409
    assert TEXT not in bo.get(PATH).text
    assert "Bo" in bo.get(f"{PATH}?state=removed").text
    assert "/tag-findings" not in bo.get("/sites/yiwu/home").text


def test_a_foreign_code_scanned_in_passing_can_be_flagged(bo: Visitor, stand: Stand) -> None:
    asked = {"Accept": "application/json"}
    said = bo.submit("/sites/yiwu/floor/look/scans", {"text": TEXT}, headers=asked).get_json()
    assert (said["outcome"], said["href"]) == ("unknown", None)
    key = said["keys"][0]
    assert bo.submit(key["url"], key["fields"], headers=asked).status_code == 200
    assert db.session.scalars(sa.select(TagFinding)).one().text == TEXT


def test_what_was_flagged_by_mistake_is_taken_back(bo: Visitor, stand: Stand) -> None:
    bo.submit(PATH, {"text": TEXT})
    finding = db.session.scalars(sa.select(TagFinding)).one()
    assert bo.submit(f"/tag-findings/{finding.id}/reversal").status_code == 303
    assert TEXT not in bo.get(f"{PATH}?state=removed").text + bo.get(PATH).text


def test_other_sites_and_roles_are_kept_out(visit: Visit, bo: Visitor, stand: Stand) -> None:
    bo.submit(PATH, {"text": TEXT})
    finding = db.session.scalars(sa.select(TagFinding)).one()
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    cas = visit(make.user("Cas", Role.CASHIER, stand.site))
    assert (cy.get(PATH).status_code, cas.get(PATH).status_code) == (404, 403)
    for form in (PATH, f"/tag-findings/{finding.id}/removal", f"/tag-findings/{finding.id}/reversal"):
        assert (cy.submit(form).status_code, cas.submit(form).status_code) == (404, 403), form
