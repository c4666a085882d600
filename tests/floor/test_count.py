"""Counting by scanning: every answer, several people on one count, blind counts, and stickers that lead elsewhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import codes
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.samples.loan_items import LoanPiece
from selection_center.samples.loans import BorrowerKind, Loan
from selection_center.samples.models import RetireReason, Sample
from selection_center.samples.sightings import Sighting, SightingKind
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tag_findings import TagFinding
from selection_center.samples.tags import Tag
from selection_center.sites.models import Site, Stand
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.visitors import Visitor

Visit = Callable[..., Visitor]
JSON = {"Accept": "application/json", "Accept-Language": "en"}
COUNT = "/sites/yiwu/floor/count"


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def stands(site: Site) -> tuple[Stand, Stand, Stand]:
    """Two in zone A, one in zone B."""
    return make.stand(site, level=1), make.stand(site, level=2), make.stand(site, letter="B", bay=1, level=1)


@pytest.fixture
def bo(visit: Visit, site: Site) -> Visitor:
    return visit(make.user("Bo", Role.FLOOR_STAFF, site))


@pytest.fixture
def count(site: Site, stands: tuple[Stand, Stand, Stand]) -> Stocktake:
    """Of zone A, with two samples on each of its stands."""
    listing = make.listing(make.supplier())
    for stand in stands:
        for _piece in range(2):
            make.sample(listing, site, stand)
    return Stocktake.begin(site, None, stands[0].bay.zone)


def standing(stand: Stand) -> list[Sample]:
    db.session.expire_all()
    return [placement.sample for placement in stand.standing]


def qr(code: str | None) -> str:
    assert code is not None
    return codes.address(code, PUBLIC_URL)


def scan(bo: Visitor, count: Stocktake, text: str | None, stand: Stand | None = None) -> dict[str, Any]:
    context = {"context-stocktake": str(count.id)} | ({"context-stand": stand.code} if stand else {})
    answer = bo.submit(f"{COUNT}/scans", {"text": text, **context}, headers=JSON)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def press(bo: Visitor, key: dict[str, Any]) -> int:
    return bo.submit(key["url"], key["fields"], headers=JSON).status_code


def test_the_stand_comes_first_then_what_stands_on_it(bo: Visitor, count: Stocktake, stands: tuple[Stand, ...]) -> None:
    first, second = standing(stands[0])
    refused = bo.submit(
        f"{COUNT}/scans", {"text": qr(first.code), "context-stocktake": str(count.id)}, headers=JSON
    )  # fmt: skip
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "stand_first")
    at = scan(bo, count, qr(stands[0].code))
    assert (at["outcome"], at["place"], at["context"]) == ("done", "A-03-1", {"stand": stands[0].code})
    assert "2 samples" in at["reason"]
    assert at["progress"] == {"done": 0, "total": 4}
    seen = scan(bo, count, qr(first.code), stands[0])
    assert (seen["outcome"], seen["progress"], seen["panel"]) == ("done", {"done": 1, "total": 4}, True)
    again = scan(bo, count, qr(first.code), stands[0])
    assert (again["outcome"], again["undo"]) == ("already", None)
    assert scan(bo, count, second.code, stands[0])["progress"] == {"done": 2, "total": 4}
    assert press(bo, seen["undo"]) == 200
    assert scan(bo, count, qr(stands[0].code), stands[0])["progress"] == {"done": 1, "total": 4}


def test_the_page_takes_up_the_only_count_and_shows_its_panel(
    bo: Visitor, count: Stocktake, stands: tuple[Stand, ...]
) -> None:
    page = bo.get(f"{COUNT}?lang=en").text
    assert f'name="context-stocktake" value="{count.id}"' in page
    panel = bo.get(f"{COUNT}/panel?stocktake={count.id}&stand={stands[0].code}&lang=en").text
    assert panel.count("Is here") == 2
    assert "A-03-2" in panel
    scan(bo, count, standing(stands[0])[0].code, stands[0])
    panel = bo.get(f"{COUNT}/panel?stocktake={count.id}&stand={stands[0].code}&lang=en").text
    assert panel.count("Is here") == 1
    assert "Bo" in panel
    assert bo.get(f"{COUNT}?stocktake=987654").status_code == 404
    assert bo.get(f"{COUNT}?stocktake=x").status_code == 404
    count.close(None)
    assert bo.get(f"{COUNT}?stocktake={count.id}").location == f"/stocktakes/{count.id}"
    assert bo.get(COUNT).location == "/sites/yiwu/stocktakes"


def test_a_sample_in_the_wrong_place_has_two_keys_that_settle_it(
    bo: Visitor, count: Stocktake, stands: tuple[Stand, ...]
) -> None:
    carried, moved = standing(stands[1])
    said = scan(bo, count, carried.code, stands[0])
    assert said["outcome"] == "wrong"
    assert [(plate["address"], plate["kind"]) for plate in said["plates"]] == [
        ("A-03-1", "seen"),
        ("A-03-2", "belongs"),
    ]
    assert press(bo, said["keys"][0]) == 200
    assert press(bo, scan(bo, count, moved.code, stands[0])["keys"][1]) == 200
    db.session.expire_all()
    assert moved.stand is stands[0]
    kinds = {s.sample_id: s.kind for s in db.session.scalars(sa.select(Sighting).filter_by(ended_at=None))}
    assert kinds[carried.id] is SightingKind.PUT_BACK
    assert scan(bo, count, moved.code, stands[0])["outcome"] == "already"


def test_what_has_nothing_to_seek_here_says_why(bo: Visitor, count: Stocktake, stands: tuple[Stand, ...]) -> None:
    listing, site = standing(stands[2])[0].listing, count.site
    stored, retired, lent = (make.sample(listing, site, on) for on in (None, stands[2], stands[2]))
    retired.retire(RetireReason.SOLD)
    ana = make.user("Ana", Role.MANAGER, site)
    Loan.hand_over(site, [LoanPiece(lent)], by=ana, due_on=today() + timedelta(days=1), kind=BorrowerKind.COLLEAGUE,
                   colleague=ana, name="Ana", purpose="直播", signed_name="Ana")  # fmt: skip
    other_zone = standing(stands[2])[0]
    for sample, outcome, word, keys in (
        (stored, "wrong", "Not expected", 1), (other_zone, "wrong", "Wrong place", 2),
        (retired, "refused", "Retired", 0), (lent, "refused", "Lent out", 1),
    ):  # fmt: skip
        said = scan(bo, count, sample.code, stands[0])
        assert (said["outcome"], said["word"], len(said["keys"])) == (outcome, word, keys)
    assert scan(bo, count, qr(stands[2].code))["word"] == "Not in this count"


def test_codes_that_are_no_sample_are_kept_with_their_text(
    bo: Visitor, count: Stocktake, stands: tuple[Stand, ...]
) -> None:
    sample, blank = standing(stands[0])[0], make.add(Tag.new(count.site))
    old = sample.tag
    assert old is not None
    make.add(new := Tag.new(count.site))
    new.bind(sample)
    foreign = make.sample(sample.listing, make.site("chenghai"))
    for text, outcome, word in (
        ("6901234567892", "unknown", "Not our tag"), (qr(old.code), "unknown", "Old label"),
        (qr(blank.code), "unknown", "Blank tag"), (qr(foreign.code), "refused", "Other center"),
        ("hello", "unknown", "Not known"), ("hello", "already", "Already scanned"),
    ):  # fmt: skip
        said = scan(bo, count, text, stands[0])
        assert (said["outcome"], said["word"]) == (outcome, word), text
    kept = set(db.session.scalars(sa.select(Sighting.text).filter_by(kind=SightingKind.UNKNOWN)))
    assert {"6901234567892", "hello", old.shown, blank.shown} <= kept
    assert len(kept) == 5


def test_a_sticker_that_leads_elsewhere_is_a_finding(bo: Visitor, count: Stocktake, stands: tuple[Stand, ...]) -> None:
    text = "https://pay.evil.example/x?y=1"
    said = scan(bo, count, text, stands[0])
    assert (said["outcome"], said["word"], said["title"], said["href"]) == (
        "unknown", "Foreign sticker", "pay.evil.example", None,
    )  # fmt: skip
    finding = db.session.scalars(sa.select(TagFinding)).one()
    assert (finding.text, finding.host, finding.stand, finding.stocktake) == (
        text,
        "pay.evil.example",
        stands[0],
        count,
    )
    assert scan(bo, count, text, stands[0])["outcome"] == "already"
    page = bo.get(f"/stocktakes/{count.id}?kind=stickers").text
    assert text.split("?")[0] in page
    assert 'href="https://pay' not in page
    assert press(bo, said["keys"][0]) == 200
    db.session.expire_all()
    assert finding.removed_by is not None
    later = scan(bo, count, text, stands[0])
    assert later["word"] == "Foreign sticker"  # a new one is stuck there
    assert press(bo, later["undo"]) == 200
    assert len(db.session.scalars(TagFinding.open_at(count.site)).all()) == 0


def test_a_blind_count_gives_no_hint(bo: Visitor, site: Site, count: Stocktake, stands: tuple[Stand, ...]) -> None:
    count.cancel(None)
    blind = Stocktake.begin(site, None, stands[0].bay.zone, blind=True)
    wrong, right = standing(stands[1])[0], standing(stands[0])[0]
    at = scan(bo, blind, qr(stands[0].code))
    assert (at["progress"], at["reason"]) == (None, "Now scan what stands here.")
    for sample in (wrong, right):
        said = scan(bo, blind, sample.code, stands[0])
        assert (said["outcome"], said["word"], said["keys"], said["progress"]) == ("done", "Counted", [], None)
        assert [plate["address"] for plate in said["plates"]] == ["A-03-1"]
    panel = bo.get(f"{COUNT}/panel?stocktake={blind.id}&stand={stands[0].code}&lang=en").text
    assert "Is here" not in panel
    assert "A-03-2" in panel  # a stand that waits, not where a sample belongs
    assert panel.count('class="plate') == 2


def test_a_closed_count_takes_no_scans(bo: Visitor, count: Stocktake, stands: tuple[Stand, ...]) -> None:
    count.close(None)
    context = {"context-stocktake": str(count.id), "context-stand": stands[0].code}
    for text in (qr(stands[0].code), standing(stands[0])[0].code, "hello"):
        refused = bo.submit(f"{COUNT}/scans", {"text": text, **context}, headers=JSON)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "count_closed")


def test_other_sites_and_roles_do_not_count_here(visit: Visit, site: Site, count: Stocktake) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.get(f"{COUNT}?stocktake={count.id}").status_code == 404
    assert cy.get(f"/sites/chenghai/floor/count?stocktake={count.id}").status_code == 404
    stranger = {"text": "x", "context-stocktake": str(count.id)}
    assert cy.submit("/sites/chenghai/floor/count/scans", stranger, headers=JSON).status_code == 404
    assert visit(make.user("Cas", Role.CASHIER, site)).get(COUNT).status_code == 403
