"""Samples and tags as staff handle them; what was done can be taken back."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core.db import db, utcnow
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.samples import queries
from selection_center.samples.models import RetireReason, Sample, SampleState
from selection_center.samples.tag_views import MOST_SAMPLES
from selection_center.samples.tags import Tag, TagState
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def sample(app: Flask) -> Sample:
    site = make.site()
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


@pytest.fixture
def ana(visit: Visit, sample: Sample) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, sample.site))


def test_a_sample_is_made_from_a_listing_and_stands_somewhere(ana: Visitor, sample: Sample) -> None:
    listing = sample.listing
    address = f"/sites/yiwu/samples?listing={listing.id}"
    assert ana.get(f"/sites/yiwu/samples/new?listing={listing.id}").status_code == 200
    form = {"sku": listing.skus[0].id, "pieces": 1, "kind": "sample", "stand": "a-03-2"}
    assert ana.submit(address, form | {"stand": "Z-99-9"}).status_code == 422
    assert ana.submit(address, form).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(Sample.id))) == 2
    assert ana.get("/sites/yiwu/samples?q=A-03-2").text.count("A-03-2") >= 2


def test_placing_and_retiring_can_be_taken_back(ana: Visitor, sample: Sample) -> None:
    make.stand(sample.site, bay=4)
    here = f"/samples/{sample.id}"
    assert ana.submit(f"{here}/placements", {"stand": "nowhere"}).status_code == 422
    ana.submit(f"{here}/placements", {"stand": "A-04-2"})
    assert "A-04-2" in ana.get(f"{here}?undo=placement").text
    ana.submit(f"{here}/placements/reversal")
    db.session.expire_all()
    assert sample.stand is not None
    assert sample.stand.address == "A-03-2"
    ana.submit(f"{here}/retirement", {"reason": "lost"})
    db.session.expire_all()
    assert sample.is_retired
    assert ana.get(f"{here}?undo=retirement").status_code == 200
    ana.submit(f"{here}/retirement/reversal")
    db.session.expire_all()
    assert sample.is_here


def test_a_blank_tag_is_bound_at_its_first_scan_and_can_be_revoked(ana: Visitor, sample: Sample) -> None:
    assert ana.submit("/sites/yiwu/tags", {"count": "0"}).status_code == 422
    ana.submit("/sites/yiwu/tags", {"count": "1"})
    tag = db.session.scalars(sa.select(Tag).filter_by(state=TagState.BLANK)).one()
    assert tag.shown in ana.get("/sites/yiwu/tags").text
    assert ana.get(f"/s/{tag.code}").headers["Location"] == f"/tags/{tag.code}"
    assert ana.get(f"/tags/{tag.code}").status_code == 200
    assert ana.submit(f"/tags/{tag.code}/binding", {"sample": "999999"}).status_code == 422
    ana.submit(f"/tags/{tag.code}/binding", {"sample": str(sample.id)})
    db.session.expire_all()
    assert sample.code == tag.code
    ana.submit(f"/tags/{tag.code}/revocation")
    assert "/revocation/reversal" in ana.get(f"/tags/{tag.code}").text


def test_the_sample_for_a_blank_tag_is_searched(ana: Visitor, sample: Sample) -> None:
    tag = make.add(Tag.new(sample.site))
    for number in range(MOST_SAMPLES):
        make.sample(make.listing(sample.listing.supplier, title=f"玻璃杯 {number}"), sample.site)
    page = ana.get(f"/tags/{tag.code}").text
    assert (sample.code or "") not in page.replace("-", "")  # of many the newest ones
    assert "还有更多" in page
    found = ana.get(f"/tags/{tag.code}", query_string={"q": sample.stand.address if sample.stand else ""}).text
    assert (sample.code or "") in found.replace("-", "")
    assert "还有更多" not in found
    assert "没有找到" in ana.get(f"/tags/{tag.code}?q=nothing-like-it").text


def test_other_sites_and_roles_are_kept_out(visit: Visit, sample: Sample) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    assert cy.get(f"/samples/{sample.id}").status_code == 404
    assert cy.submit(f"/samples/{sample.id}/retirement", {"reason": "lost"}).status_code == 404
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, sample.site))
    assert bo.submit(f"/samples/{sample.id}/retirement", {"reason": "lost"}).status_code == 403


def test_what_another_person_just_retired_is_not_placed(ana: Visitor, sample: Sample) -> None:
    assert sample.is_here
    retired = {"state": "retired", "retired_at": utcnow(), "retired_reason": "sold"}
    db.session.execute(sa.update(Sample).values(retired), execution_options={"synchronize_session": False})
    with pytest.raises(Refused) as refusal:
        sample.place_on(None)
    assert refusal.value.code == "retired"


def test_a_tag_is_not_hung_on_a_retired_sample(ana: Visitor, sample: Sample) -> None:
    tag = make.add(Tag.new(sample.site))
    sample.retire(RetireReason.SOLD)
    db.session.commit()
    assert ana.submit(f"/tags/{tag.code}/binding", {"sample": sample.id}).status_code == 409
    assert db.session.get_one(Tag, tag.id).state is TagState.BLANK


def test_what_was_never_placed_has_nothing_to_take_back(ana: Visitor, sample: Sample) -> None:
    expected = Sample.receive(sample.listing, sample.site, state=SampleState.EXPECTED)
    db.session.commit()
    assert ana.submit(f"/samples/{expected.id}/placements/reversal", {}).status_code == 409
    assert db.session.get_one(Sample, expected.id).state is SampleState.EXPECTED


def test_what_was_expected_is_expected_again(ana: Visitor, sample: Sample) -> None:
    due = Sample.receive(sample.listing, sample.site, state=SampleState.EXPECTED, expected_on=utcnow())
    stand = make.stand(sample.site, bay=7)
    assert ana.submit(f"/samples/{due.id}/placements", {"stand": stand.address}).status_code == 303
    db.session.refresh(due)
    assert (due.state, due.stand) == (SampleState.HERE, stand)
    assert ana.submit(f"/samples/{due.id}/placements/reversal").status_code == 303
    db.session.refresh(due)
    assert (due.state, due.placement) == (SampleState.EXPECTED, None)


def test_the_list_says_where_each_sample_is(ana: Visitor, sample: Sample) -> None:
    lent = make.sample(make.listing(title_en="Bamboo basket"), sample.site, make.stand(sample.site, bay=8))
    make.loan([lent], make.user("Bo", Role.FLOOR_STAFF, sample.site))
    Sample.receive(make.listing(title_en="Folding lamp"), sample.site, state=SampleState.EXPECTED, expected_on=utcnow())
    db.session.flush()
    assert queries.counts(sample.site) == {
        "here": 2, "store-room": 0, "lent": 1, "expected": 1, "off-shelf": 0, "retired": 0
    }  # fmt: skip
    page = ana.get("/sites/yiwu/samples?where=lent&lang=en").text
    assert "Bamboo basket" in page
    assert "Folding lamp" not in page
    page = ana.get("/sites/yiwu/samples?where=expected&lang=en").text.split("<tbody>")[1]
    assert "Expected" in page
    assert "Store room" not in page


def test_undo_on_a_page_that_is_out_of_date_undoes_nothing_else(ana: Visitor, sample: Sample) -> None:
    for bay in (4, 5):
        make.stand(sample.site, bay=bay)
    here = f"/samples/{sample.id}"
    ana.submit(f"{here}/placements", {"stand": "A-04-2"})
    db.session.expire_all()
    shown = sample.placements[0].id
    assert f'name="placement" value="{shown}"' in ana.get(here).text
    ana.submit(f"{here}/placements", {"stand": "A-05-2"})
    answer = ana.submit(f"{here}/placements/reversal", {"placement": shown}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "moved_since")
    db.session.expire_all()
    assert sample.stand is not None
    assert sample.stand.address == "A-05-2"


def test_a_cashier_sees_that_a_sample_is_lent_and_not_to_whom(ana: Visitor, visit: Visit, sample: Sample) -> None:
    make.loan([sample], make.user("Bo", Role.FLOOR_STAFF, sample.site), purpose="周五直播")
    page = visit(make.user("Cas", Role.CASHIER, sample.site)).get(f"/samples/{sample.id}?lang=en").text
    assert "Lent out until" in page
    assert not any(private in page for private in ("林小满", "周五直播"))
    assert "林小满" in ana.get(f"/samples/{sample.id}").text
