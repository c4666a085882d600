"""Pictures of fetched offers: from listed hosts alone, encoded anew, and only where they changed."""

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from selection_center.catalog.models import Listing
from selection_center.catalog.offer_import.offers import SkuRow
from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.marketplace import offer_pictures
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.syncs import OfferLink
from tests.marketplace.parrot import Parrot
from tests.marketplace.test_syncing import offer, pages, sync

NewAccount = Callable[..., Account]


def jpeg(colour: str) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(into, "JPEG")
    return into.getvalue()


FILES = {"/red.jpg": jpeg("red"), "/blue.jpg": jpeg("blue"), "/text.jpg": b"no picture at all"}


@pytest.fixture
def shop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """A server of pictures on this machine: its address, and what was asked of it."""
    asked: list[str] = []

    class Pictures(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            data = FILES.get(self.path)
            self.send_response(200 if data else 503)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], fetch_loopback=True))
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def listing() -> Listing:
    db.session.expire_all()
    return db.session.scalars(sa.select(Listing)).one()


def still_wanted() -> bool:
    return db.session.scalars(sa.select(OfferLink)).one().pictures_wanted_at is not None


def test_they_come_in_with_the_offer_and_again_only_when_they_change(
    shop: tuple[str, list[str]], an_account: NewAccount
) -> None:
    address, asked = shop
    account_id = an_account(calls_per_minute=6000).id
    Parrot.pages = pages(offer(1, pictures=(f"{address}/red.jpg", f"{address}/blue.jpg")))
    sync(account_id, "1")
    red, blue = listing().pictures
    assert (still_wanted(), asked) == (False, ["/red.jpg", "/blue.jpg"])
    sync(account_id, "2")
    assert len(asked) == 2, "nothing changed, nothing is asked for"
    Parrot.pages = pages(offer(1, pictures=(f"{address}/blue.jpg",)))
    sync(account_id, "3")
    assert listing().pictures == [blue, red], "the new lead first; what is there stays"


def test_what_is_no_picture_is_left_out_and_what_fails_is_asked_for_again(
    shop: tuple[str, list[str]], an_account: NewAccount
) -> None:
    address, asked = shop
    account_id = an_account(calls_per_minute=6000).id
    Parrot.pages = pages(offer(1, pictures=(f"{address}/text.jpg", f"{address}/away.jpg", f"{address}/red.jpg")))
    sync(account_id, "1")
    assert len(listing().pictures) == 1
    assert still_wanted()
    asked.clear()
    sync(account_id, "2")
    assert "/away.jpg" in asked


@pytest.mark.parametrize("address", ["http://evil.example/a.jpg", "https://10.0.0.1/a.jpg", "file:///etc/passwd", "x"])
def test_s15_an_address_elsewhere_is_never_asked(
    shop: tuple[str, list[str]], an_account: NewAccount, address: str
) -> None:
    account_id = an_account(calls_per_minute=6000).id
    Parrot.pages = pages(offer(1, pictures=(address,)))
    sync(account_id)
    assert (listing().pictures, still_wanted()) == ([], False)
    failed = sa.select(jobs.JobRun).where(jobs.JobRun.state == jobs.JobState.FAILED)
    assert db.session.scalars(failed).all() == []


def test_what_somebody_unlinks_meanwhile_gets_none_and_stops_nobody(
    shop: tuple[str, list[str]], an_account: NewAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _asked = shop
    account_id = an_account(calls_per_minute=6000).id
    Parrot.pages = pages(offer(1, pictures=(f"{address}/red.jpg",)))
    wanted = offer_pictures.brought

    def unlinked(addresses: Sequence[str]) -> tuple[list[str], bool]:
        db.session.execute(sa.delete(OfferLink))
        db.session.commit()
        return wanted(addresses)

    monkeypatch.setattr(offer_pictures, "brought", unlinked)
    sync(account_id, "1")
    states = {run.state for run in db.session.query(jobs.JobRun)}
    assert (listing().pictures, states) == ([], {jobs.JobState.DONE})


def a_style(spec: str, picture_url: str, stock: int = 5) -> SkuRow:
    return SkuRow(spec=spec, stock=stock, source_id=spec, picture_url=picture_url)


def of_styles() -> dict[str, str | None]:
    return {sku.spec: sku.picture for sku in listing().skus}


def test_a_styles_picture_comes_too_and_again_only_when_it_changes(
    shop: tuple[str, list[str]], an_account: NewAccount
) -> None:
    address, asked = shop
    account_id = an_account(calls_per_minute=6000).id
    red, blue = a_style("红", f"{address}/red.jpg"), a_style("蓝", f"{address}/blue.jpg")
    Parrot.pages = pages(offer(1, pictures=(f"{address}/red.jpg",), skus=(red, blue, a_style("白", ""))))
    sync(account_id, "1")
    first = of_styles()
    assert (first["红"], first["白"], still_wanted()) == (listing().pictures[0], None, False)
    assert first["蓝"] not in (None, first["红"])
    assert asked == ["/red.jpg", "/red.jpg", "/blue.jpg"]
    Parrot.pages = pages(offer(1, 990, pictures=(f"{address}/red.jpg",), skus=(red, replace(blue, stock=1))))
    sync(account_id, "2")
    assert (len(asked), of_styles()) == (3, first), "price and stock are no pictures"
    version = listing().version
    Parrot.pages = pages(
        offer(1, 990, pictures=(f"{address}/red.jpg",), skus=(red, a_style("蓝", f"{address}/red.jpg")))
    )
    sync(account_id, "3")
    assert (asked[3:], of_styles()["蓝"], listing().version > version) == (["/red.jpg"], first["红"], True)


def test_a_styles_picture_that_fails_is_asked_for_again_and_one_that_is_none_is_not(
    shop: tuple[str, list[str]], an_account: NewAccount
) -> None:
    address, asked = shop
    account_id = an_account(calls_per_minute=6000).id
    skus = (a_style("红", f"{address}/away.jpg"), a_style("蓝", f"{address}/text.jpg"))
    Parrot.pages = pages(offer(1, skus=skus))
    sync(account_id, "1")
    assert (of_styles(), still_wanted()) == ({"红": None, "蓝": None}, True)
    FILES["/away.jpg"] = FILES["/red.jpg"]
    try:
        sync(account_id, "2")
    finally:
        del FILES["/away.jpg"]
    assert (of_styles()["红"] is None, still_wanted(), asked.count("/text.jpg")) == (False, False, 2)


def test_s15_a_styles_picture_elsewhere_is_never_asked_for(shop: tuple[str, list[str]], an_account: NewAccount) -> None:
    account_id = an_account(calls_per_minute=6000).id
    Parrot.pages = pages(offer(1, skus=(a_style("红", "https://evil.example/red.jpg"), a_style("蓝", "file:///etc/x"))))
    sync(account_id, "1")
    assert (of_styles(), still_wanted(), shop[1]) == ({"红": None, "蓝": None}, False, [])
