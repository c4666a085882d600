"""The scan page's short way gives what the long way would, to whom it may, and only while that is true."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.pages import short_way
from selection_center.samples.models import Sample
from selection_center.samples.scans import Scan
from tests import factories as make
from tests.conftest import new_visitor
from tests.visitors import Visitor

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0", "Accept-Language": "zh-CN"}
TOKENS = re.compile(r'name="(csrf_token|operation_id)" value="([^"]+)"')


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


@pytest.fixture
def taken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that went the short way."""
    paths = []
    found = short_way.ShortWay.body

    def noted(way: short_way.ShortWay, environ: dict[str, Any]) -> bytes | None:
        body = found(way, environ)
        if body is not None:
            paths.append(environ["PATH_INFO"])
        return body

    monkeypatch.setattr(short_way.ShortWay, "body", noted)
    return paths


def looking_at(sample: Sample, app: Flask) -> Visitor:
    """A visitor who has looked once, and so has a device cookie and a session."""
    visitor = new_visitor(app)
    visitor.get(f"/s/{sample.code}", headers=PHONE)
    visitor.get(f"/s/{sample.code}", headers=PHONE)
    return visitor


def without_tokens(page: str) -> str:
    return TOKENS.sub("", page)


def test_another_visitor_gets_the_same_page_with_tokens_of_their_own(
    app: Flask, sample: Sample, taken: list[str]
) -> None:
    dee, other = looking_at(sample, app), looking_at(sample, app)
    taken.clear()
    first = dee.get(f"/s/{sample.code}", headers=PHONE)
    second = other.get(f"/s/{sample.code}", headers=PHONE)
    assert len(taken) == 2
    assert without_tokens(first.text) == without_tokens(second.text)
    assert not {value for _, value in TOKENS.findall(first.text)} & {value for _, value in TOKENS.findall(second.text)}


def test_its_headers_are_those_of_the_long_way(app: Flask, sample: Sample, taken: list[str]) -> None:
    dee = looking_at(sample, app)
    taken.clear()
    short, long = dee.get(f"/s/{sample.code}", headers=PHONE), dee.get(f"/s/{sample.code}?lang=zh", headers=PHONE)
    assert taken == [f"/s/{sample.code}"]
    own = {"X-Request-Id", "Content-Length", "Set-Cookie", "Date"}
    assert {(k, v) for k, v in short.headers if k not in own} == {(k, v) for k, v in long.headers if k not in own}


def test_the_form_of_such_a_page_works(app: Flask, sample: Sample, taken: list[str]) -> None:
    dee = looking_at(sample, app)
    page = dee.get(f"/s/{sample.code}", headers=PHONE).text
    assert taken
    tokens = dict(TOKENS.findall(page))
    fields = {"code": sample.code, "sku": sample.listing.skus[0].id, "quantity": "48"}
    assert dee.post("/list/lines", data={**fields, **tokens}).status_code == 303
    assert "48" in dee.get("/list", headers=PHONE).text


def test_each_look_is_a_scan(app: Flask, sample: Sample, taken: list[str]) -> None:
    dee = looking_at(sample, app)
    taken.clear()
    dee.get(f"/s/{sample.code}", headers=PHONE)
    dee.get(f"/s/{sample.code}", headers={**PHONE, "User-Agent": "Googlebot"})
    assert len(taken) == 2
    app.extensions["scan_recorder"].flush()
    assert db.session.scalar(sa.select(sa.func.count(Scan.id))) == 3
    assert set(db.session.scalars(sa.select(Scan.agent))) == {"wechat"}


def test_a_change_is_seen_at_once(app: Flask, sample: Sample, taken: list[str]) -> None:
    dee = looking_at(sample, app)
    sample.listing.title = "另一个名字"
    sample.listing.version += 1
    db.session.commit()
    taken.clear()
    assert "另一个名字" in dee.get(f"/s/{sample.code}", headers=PHONE).text
    assert taken == []


def test_another_process_is_behind_for_seconds_at_most(
    app: Flask, sample: Sample, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dee = looking_at(sample, app)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + short_way.SECONDS + 1)
    taken.clear()
    dee.get(f"/s/{sample.code}", headers=PHONE)
    assert taken == []


def begun_a_list(dee: Visitor, sample: Sample) -> None:
    dee.submit("/list/lines", {"code": sample.code, "sku": sample.listing.skus[0].id, "quantity": "48"})


def signed_in(dee: Visitor, sample: Sample) -> None:
    dee.application.extensions["scan_recorder"].flush()
    db.session.rollback()  # the scans were written meanwhile
    dee.sign_in(make.user("Bo", Role.FLOOR_STAFF, sample.site))


def torn_cookies(dee: Visitor, _sample: Sample) -> None:
    dee.set_cookie("__Host-device", "forged.value", domain="yp.example.com")


@pytest.mark.parametrize("before", [begun_a_list, signed_in, torn_cookies])
def test_who_is_set_apart_takes_the_long_way(
    app: Flask, sample: Sample, taken: list[str], before: Callable[[Visitor, Sample], None]
) -> None:
    dee, other = looking_at(sample, app), looking_at(sample, app)
    before(dee, sample)
    other.get(f"/s/{sample.code}", headers=PHONE)  # the page is here
    taken.clear()
    dee.get(f"/s/{sample.code}", headers=PHONE)
    assert taken == []


def test_each_language_has_its_own(app: Flask, sample: Sample, taken: list[str]) -> None:
    looking_at(sample, app)
    dee = new_visitor(app)
    english = {**PHONE, "Accept-Language": "en-GB"}
    for _look in range(3):
        page = dee.get(f"/s/{sample.code}", headers=english).text
    assert "Thick drawstring bin bags" in page
    assert taken[-1:] == [f"/s/{sample.code}"]
