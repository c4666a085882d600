"""The heat of the floor: counts, classes and what is cold."""

from datetime import timedelta

import pytest
from flask import Flask

from selection_center.core.db import utcnow
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.pages.heat import Heat, coldest, hottest, limits_of, looked_at, plain
from selection_center.samples.scans import ScanDay
from tests import factories as make
from tests.conftest import new_visitor


@pytest.mark.once
@pytest.mark.parametrize(
    ("counts", "limits"),
    [
        ([], (2, 3, 4, 5)),
        ([0, 0, 7], (7, 8, 9, 10)),
        ([1] * 50, (2, 3, 4, 5)),
        (list(range(1, 101)), (20, 40, 60, 80)),
        ([3, 9, 14, 22, 48, 51, 77, 96, 104, 128], (14, 50, 75, 100)),
    ],
)
def test_limits_are_plain_numbers_that_rise(counts: list[int], limits: tuple[int, ...]) -> None:
    assert limits_of(counts) == limits


@pytest.mark.once
def test_plain_numbers() -> None:
    assert [plain(number) for number in (7, 19, 23, 48, 97, 104, 128)] == [7, 19, 25, 50, 95, 100, 130]


def test_stands_are_counted_and_what_nobody_scans_is_cold(app: Flask) -> None:
    site, elsewhere = make.site(), make.site("chenghai")
    by = make.supplier()
    hot, old, never = (make.sample(make.listing(by), site, make.stand(site, bay=number)) for number in (1, 2, 3))
    make.sample(make.listing(by), elsewhere, make.stand(elsewhere))
    vacant = make.stand(site, bay=4)
    for sample, scans, days_ago in ((hot, 12, 0), (hot, 5, 3), (old, 4, 9), (old, 99, 45)):
        assert sample.stand is not None
        make.add(
            ScanDay(
                site_id=site.id, sample_id=sample.id, stand_id=sample.stand.id,
                day=today() - timedelta(days=days_ago), scans=scans, last_at=utcnow(),
            )
        )  # fmt: skip
    heat, looked = Heat.at(site), looked_at(site)
    assert [heat.count(sample.stand) for sample in (hot, old, never) if sample.stand] == [17, 4, 0]
    assert heat.level(vacant) == 0
    assert heat.is_vacant(vacant)
    assert not any(heat.is_vacant(sample.stand) for sample in (hot, old, never) if sample.stand)
    assert [found.sample for found in hottest(looked)] == [hot, old]
    assert [found.sample for found in coldest(looked)] == [never, old]

    page = new_visitor(app).sign_in(make.user("Bo", Role.FLOOR_STAFF, site)).get(f"/sites/{site.slug}/home?lang=en")
    assert "17 scans" in page.text
    assert "vacant" in page.text
