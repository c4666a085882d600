"""Twenty thousand labelled samples: every stale label is found, and a page costs its own rows."""

import re
import time
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import Listing, ListingState
from selection_center.core.db import db, writing
from selection_center.core.permissions import Role
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.compare_jobs import compare_labels_and_prices
from selection_center.printing.models import PrintedItem, PrintRun
from tests import factories as make
from tests.marketplace.wide_floor import FIRST, compared, labelled
from tests.statements import asked
from tests.visitors import Visitor

COUNT, MOST_SECONDS = 20_000, 3


def test_every_stale_label_among_twenty_thousand(
    app: Flask, visit: Callable[..., Visitor], an_account: Callable[..., Account]
) -> None:
    ana = make.user("Ana", Role.MANAGER, site := make.site())
    floor = labelled(site, ana, an_account(), COUNT, state=ListingState.OFF_SHELF)
    compared(floor, but=300)
    by = visit(ana)

    def pages(path: str, row: str, last: int) -> list[int]:
        """The rows of its first and its last page, which take the same statements and not long."""
        by.get(path)
        sent, rows = [], []
        for page in (1, last):
            began = time.process_time()
            with asked() as statements:
                text = by.get(f"{path}&page={page}").text
            assert time.process_time() - began < MOST_SECONDS, "seconds of work"
            sent.append(len(statements))
            rows += [int(found) for found in re.findall(rf'id="{row}-(\d+)"', text)]
        assert sent[0] == sent[1] < 30
        return rows

    assert pages("/sites/yiwu/relabel?lang=en", "row", 4) == floor.stale[:100] + floor.stale[-100:]
    assert pages("/sites/yiwu/prices?only=paper", "beside", 8) == floor.stale[:50] + floor.stale[-50:]
    assert pages("/sites/yiwu/prices?only=online", "beside", 10) == floor.dearer[:50] + floor.dearer[-50:]
    whole = [FIRST + number for number in range(COUNT)]
    assert pages("/sites/yiwu/offer-health?kind=off_shelf", "offer", 400) == whole[:50] + whole[-50:]
    assert db.session.scalar(sa.select(sa.func.count()).where(PrintedItem.agrees_with.is_not(None))) == COUNT - 400 + 1
    assert by.submit("/sites/yiwu/relabel", {}).status_code == 303
    last = sa.select(sa.func.max(PrintRun.id)).scalar_subquery()
    printed = sa.select(PrintedItem.sample_id).where(PrintedItem.run_id == last).order_by(PrintedItem.number)
    assert db.session.scalars(printed).all() == floor.stale


def test_what_many_changes_touched_is_counted_as_stale_until_somebody_compared(
    app: Flask, visit: Callable[..., Visitor], an_account: Callable[..., Account]
) -> None:
    """More than a page compares before it is shown."""
    ana = make.user("Ana", Role.MANAGER, site := make.site())
    floor = labelled(site, ana, an_account(), 1_500)
    by = visit(ana)
    path = "/sites/yiwu/relabel?lang=en"
    page = by.get(path).text
    assert "still being compared" in page
    assert by.submit(path, {}).status_code in {303, 409}
    assert db.session.scalar(sa.select(sa.func.count(PrintedItem.id))) == 1_501, "nothing is printed on suspicion"
    for _look in range(4):
        page = by.get(path).text
    assert "still being compared" not in page
    assert f">{len(floor.stale)} / 1501<" in page
    db.session.execute(sa.update(Listing).values(version=Listing.version + 1))
    db.session.commit()
    assert "still being compared" in by.get(path).text
    with writing():
        compare_labels_and_prices()
    assert "still being compared" not in by.get(path).text
