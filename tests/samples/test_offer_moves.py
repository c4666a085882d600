"""Samples that go over to another offer while somebody clears the stands under them: nobody waits in a ring."""

from collections.abc import Callable

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


def test_moving_samples_and_clearing_their_stands_at_once_both_end(app: Flask) -> None:
    site = make.site()
    first, second = make.listing(make.supplier()), make.listing(specs=("",))
    places = [make.stand(site, bay=number) for number in range(1, 9)]
    pieces = [make.sample(first, site, place) for place in reversed(places)]  # against the order of the addresses
    ids = first.id, second.id
    stand_ids, numbers = [place.id for place in places], [piece.id for piece in pieces]
    db.session.commit()

    def go_over() -> int:
        gone, stays = (db.session.get_one(Listing, number) for number in ids)
        return move_samples(gone, stays)

    def clear() -> int:
        found = [db.session.get_one(Stand, number) for number in stand_ids]
        return stands.clear(found[0].bay.zone, stands.WhatStandsThere.STORE_ROOM, None, None)

    def both(index: int, deeds: tuple[Callable[[], int], ...] = (go_over, clear)) -> int:
        with app.app_context(), writing():
            done = deeds[index]()
            db.session.commit()
            return done

    for _round in range(ROUNDS):
        assert at_once(2, both) == [len(pieces), len(pieces)]
        for number, place in zip(numbers, reversed(stand_ids), strict=True):
            piece = db.session.get_one(Sample, number, populate_existing=True)
            assert piece.listing_id == ids[1]
            assert piece.stand is None
            piece.listing_id = ids[0]
            piece.place_on(db.session.get_one(Stand, place))
        db.session.commit()


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
        db.session.execute(Sample.__table__.update().values(listing_id=there_and_back[0][0]))
        db.session.commit()
