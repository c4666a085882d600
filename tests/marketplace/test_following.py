"""Offers that a whole run brought are followed, each once, so that their stock is told."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.catalog.models import Listing
from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.core.jobs import JobRun, JobState
from selection_center.marketplace import follow_jobs
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.syncs import OfferLink
from tests import factories as make
from tests.marketplace.parrot import Parrot
from tests.marketplace.test_syncing import offer, pages, sync
from tests.working import work_off


@pytest.fixture
def account_id(app: Flask, an_account: Callable[..., Account], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(Parrot, "follows_offers", True)
    monkeypatch.setattr(follow_jobs, "AT_ONCE", 2)
    Parrot.pages = pages(*(offer(number) for number in range(5)))
    return an_account(calls_per_minute=6000).id


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The offers that were asked for, in order."""
    made: list[str] = []
    real = Parrot.follow_offer

    def follow(one: Parrot, external_id: str) -> None:
        made.append(external_id[-1])
        real(one, external_id)

    monkeypatch.setattr(Parrot, "follow_offer", follow)
    return made


def followed() -> int:
    db.session.expire_all()
    query = sa.select(sa.func.count()).where(OfferLink.followed_at.is_not(None))
    return db.session.scalar(query) or 0


def states(name: str = "follow-offers") -> list[JobState]:
    return list(db.session.scalars(sa.select(JobRun.state).filter_by(name=name).order_by(JobRun.id)))


def test_what_a_run_brought_is_followed_once(account_id: int, calls: list[str]) -> None:
    sync(account_id)
    assert (sorted(calls), followed(), len(Parrot.followed)) == (list("01234"), 5, 5)
    assert states() == [JobState.DONE] * 3
    sync(account_id)
    assert (len(calls), states()) == (5, [JobState.DONE] * 3)


def test_what_stands_somewhere_comes_first(account_id: int, calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Parrot, "follows_offers", False)
    sync(account_id)
    last = db.session.scalars(sa.select(Listing).order_by(Listing.id.desc()).limit(1)).one()
    make.sample(last, make.site("yiwu"))
    db.session.commit()
    monkeypatch.setattr(Parrot, "follows_offers", True)
    sync(account_id)
    assert calls == list("40123")


def test_one_that_is_refused_for_good_is_passed_by(account_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def follow(one: Parrot, external_id: str) -> None:
        if external_id.endswith("1"):
            raise ConnectorError("not_there", permanent=True)
        one.followed.add(external_id)

    monkeypatch.setattr(Parrot, "follow_offer", follow)
    sync(account_id)
    assert (followed(), len(Parrot.followed), set(states())) == (5, 4, {JobState.DONE})


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ConnectorError("no_answer", permanent=False), JobState.WAITING),
        (ConnectorError("signed_out", permanent=True), JobState.FAILED),
    ],
)
def test_silence_or_a_shut_account_stops_it_and_it_goes_on_later(
    account_id: int, calls: list[str], monkeypatch: pytest.MonkeyPatch, error: ConnectorError, state: JobState
) -> None:
    well, deaf = Parrot.follow_offer, [error]

    def follow(one: Parrot, external_id: str) -> None:
        if calls and deaf:
            raise deaf.pop()
        well(one, external_id)

    monkeypatch.setattr(Parrot, "follow_offer", follow)
    sync(account_id)
    assert (followed(), states()) == (1, [state])
    [run] = db.session.scalars(sa.select(JobRun).filter_by(name="follow-offers"))
    jobs.retry(run)
    db.session.commit()
    work_off()
    assert (followed(), sorted(calls)) == (5, list("01234"))


def test_what_another_account_followed_is_followed_anew(account_id: int, calls: list[str]) -> None:
    sync(account_id)
    other = make.add(Account(connector="parrot", name="other", given={"address": "here"}, calls_per_minute=6000))
    other.write_secrets({"key": "open sesame"})
    db.session.commit()
    sync(other.id)
    assert (len(calls), followed()) == (10, 5)


def test_an_offer_of_a_marketplace_that_tells_unasked_is_not_followed(
    account_id: int, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Parrot, "follows_offers", False)
    sync(account_id)
    assert (calls, states()) == ([], [])
