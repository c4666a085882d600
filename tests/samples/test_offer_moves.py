"""Samples that go over to another offer while somebody clears the stands under them: nobody waits in a ring."""

import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import Listing
from selection_center.core.db import db, writing
from selection_center.samples import stands
from selection_center.samples.models import Sample
from selection_center.samples.offer_views import move_samples
from selection_center.sites.models import Stand
from tests import factories as make
from tests.promises.wire import at_once

ROUNDS = 12


def test_moving_samples_waits_for_whoever_clears_their_stands(app: Flask) -> None:
    """Clearing takes the stands, then the samples in the order of addresses, here the later number first."""
    site = make.site()
    first, second = make.listing(make.supplier()), make.listing()
    places = [make.stand(site, bay=number) for number in (1, 2)]
    later, earlier = (make.sample(first, site, place).id for place in reversed(places))
    later, earlier = max(later, earlier), min(later, earlier)
    ids, stand_ids = (first.id, second.id), [place.id for place in places]
    db.session.commit()

    def go_over() -> int:
        with app.app_context(), writing():
            gone, stays = (db.session.get_one(Listing, number) for number in ids)
            moved = move_samples(gone, stays)
            db.session.commit()
            return moved

    with ThreadPoolExecutor(1) as other, writing():
        stands.hold([db.session.get_one(Stand, number) for number in stand_ids])
        db.session.get_one(Sample, later).place_on(None)
        moving = other.submit(go_over)
        time.sleep(0.5)  # it is on its way now, and stands before the stands
        db.session.get_one(Sample, earlier).place_on(None)
        db.session.commit()
        assert moving.result(20) == 2
    for number in (earlier, later):
        piece = db.session.get_one(Sample, number, populate_existing=True)
        assert (piece.listing_id, piece.stand) == (ids[1], None)


def test_two_who_move_the_same_samples_move_them_once(app: Flask) -> None:
    site = make.site()
    first, second = make.listing(make.supplier()), make.listing()
    for number in (1, 2, 3):
        make.sample(first, site, make.stand(site, bay=number))
    there_and_back = (first.id, second.id), (second.id, first.id)
    db.session.commit()

    def go_over(index: int) -> int:
        with app.app_context(), writing():
            gone, stays = (db.session.get_one(Listing, number) for number in there_and_back[index])
            moved = move_samples(gone, stays)
            db.session.commit()
            return moved

    for _round in range(ROUNDS):
        assert sum(at_once(2, go_over)) in {3, 6}
        db.session.execute(sa.update(Sample).values(listing_id=there_and_back[0][0]))
        db.session.commit()
