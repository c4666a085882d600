"""The page of a sample offers exactly what can be done next: each key works, and nothing is offered that is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, current_app

from selection_center.accounts.models import User
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.samples.models import RetireReason, Sample, SampleKind, SampleState
from selection_center.samples.next_steps import Step, next_steps, placing_to_take_back, stands_to_offer
from selection_center.sites.models import Site, Stand
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(site: Site) -> User:
    return make.user("Ana", Role.MANAGER, site)


@pytest.fixture
def stand(site: Site) -> Stand:
    return make.stand(site)


def put(state: str, stand: Stand, by: User) -> Sample:
    """A sample in each state that the page knows."""
    listing = make.listing(make.supplier())
    if state == "expected":
        return Sample.receive(listing, stand.site, state=SampleState.EXPECTED, expected_on=utcnow())
    sample = make.sample(listing, stand.site, stand if state in {"on a stand", "away", "facing"} else None)
    if state == "store room":
        sample.place_on(None, by.id)
    if state == "facing":
        sample.kind = SampleKind.SHELF_FACING
    if state == "away":
        make.loan([sample], by)
    if state == "retired":
        sample.retire(RetireReason.LOST)
    db.session.flush()
    return sample


LABELS = {
    "expected": ["Receive", "Place on a stand", "Print label", "Retire"],
    "store room": ["Place on a stand", "Lend", "Print label", "Retire"],
    "on a stand": ["Lend", "Move", "To the store room", "Print label", "Retire"],
    "facing": ["Move", "To the store room", "Print label", "Retire"],
    "away": ["Back as it was lent", "Back, but changed", "Extend the loan", "Print label"],
    "retired": ["Another piece", "Take the retiring back"],
}


@pytest.mark.parametrize("state", LABELS)
def test_each_state_has_its_steps_and_every_key_works(visit: Visit, ana: User, stand: Stand, state: str) -> None:
    sample = put(state, stand, ana)
    visitor = visit(ana)
    page = visitor.get(f"/samples/{sample.id}?lang=en")
    assert page.status_code == 200
    steps = steps_of(sample, ana)
    assert [step.label for step in steps] == LABELS[state]
    for step in steps:
        assert step.label in page.text
    for step in steps:
        if step.href:
            assert visitor.get(step.href).status_code == 200, step
        if step.sheet:
            assert f'id="{step.sheet}" popover' in page.text


@pytest.mark.parametrize("state", LABELS)
def test_what_is_sent_with_one_tap_is_done(visit: Visit, ana: User, stand: Stand, state: str) -> None:
    for number in range(3):
        sample = put(state, make.stand(stand.site, bay=10 + number), ana)
        sent = [step for step in steps_of(sample, ana) if step.action]
        if number < len(sent):
            answer = visit(ana).submit(sent[number].action, sent[number].fields)
            assert answer.status_code == 303, sent[number]
            db.session.expire_all()
            assert [step.label for step in steps_of(sample, ana)] != LABELS[state], sent[number]


def steps_of(sample: Sample, user: User) -> list[Step]:
    """As English says them."""
    with current_app.test_request_context("/?lang=en"):
        return next_steps(sample, user)


def test_floor_staff_do_not_retire_and_a_cashier_only_prints(visit: Visit, ana: User, stand: Stand) -> None:
    sample = put("on a stand", stand, ana)
    bo, cas = make.user("Bo", Role.FLOOR_STAFF, stand.site), make.user("Cas", Role.CASHIER, stand.site)
    assert [step.label for step in steps_of(sample, bo)] == ["Lend", "Move", "To the store room", "Print label"]
    assert [step.label for step in steps_of(sample, cas)] == ["Print label"]
    page = visit(cas).get(f"/samples/{sample.id}?lang=en").text
    assert 'id="place"' not in page
    assert 'id="retire"' not in page


def test_a_retirement_can_be_taken_back_for_ten_minutes(ana: User, stand: Stand) -> None:
    sample = put("retired", stand, ana)
    sample.retired_at = utcnow() - timedelta(minutes=11)
    assert "Take the retiring back" not in [step.label for step in steps_of(sample, ana)]


def test_the_last_placing_can_be_undone_for_ten_minutes(visit: Visit, ana: User, stand: Stand) -> None:
    sample = put("on a stand", stand, ana)
    other = make.stand(stand.site, bay=4)
    sample.place_on(other, ana.id)
    assert placing_to_take_back(sample) is sample.placement
    page = visit(ana).get(f"/samples/{sample.id}?lang=en").text
    assert f"/samples/{sample.id}/placements/reversal" in page
    assert sample.placement is not None
    sample.placement.placed_at = utcnow() - timedelta(minutes=11)
    assert placing_to_take_back(sample) is None


def test_a_sample_that_was_just_received_has_nothing_to_go_back_to(ana: User, stand: Stand) -> None:
    assert placing_to_take_back(put("store room", stand, ana)) is None


def test_its_last_stand_is_offered_first_then_vacant_ones_nearby(ana: User, stand: Stand) -> None:
    far, near, taken = (make.stand(stand.site, *place) for place in (("B", 1, 1), ("A", 9, 1), ("A", 1, 1)))
    make.sample(make.listing(), stand.site, taken)
    sample = put("on a stand", stand, ana)
    sample.place_on(None)
    assert stands_to_offer(sample) == [stand, near, far]


def test_a_wrong_address_is_said_on_the_page(visit: Visit, ana: User, stand: Stand) -> None:
    sample = put("on a stand", stand, ana)
    answer = visit(ana).submit(f"/samples/{sample.id}/placements?lang=en", {"stand": "Z-99-9"})
    assert answer.status_code == 422
    assert "Z-99-9" in answer.text
    assert 'id="place" popover' not in answer.text
