"""One card: onto the holder's phone, onto another, its photo, its print, and what its codes say to the public."""

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import sqlalchemy as sa
import zxingcpp
from flask import Flask
from PIL import Image, ImageChops

from selection_center.accounts.models import User
from selection_center.core import codes, i18n
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.membership import issuing, turning
from selection_center.membership.cards import Card, CardPhoto
from selection_center.membership.members import PHOTO_CONSENT_VERSION
from selection_center.membership.reading import read_card
from selection_center.printing import cards
from selection_center.printing.cards import CR80, cards_pdf
from selection_center.sites.models import Site
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.membership import making
from tests.printing import paper
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]


@pytest.fixture
def site(app: Flask) -> Site:
    return making.store()


@pytest.fixture
def cai(site: Site) -> User:
    return making.cashier(site)


@pytest.fixture
def card(site: Site) -> Card:
    return making.member(site, name="陈小满", phone="13800008000").cards[0]


@pytest.fixture
def desk(visit: Visit, cai: User) -> Visitor:
    return visit(cai)


def phone(app: Flask) -> Visitor:
    made = app.test_client()
    assert isinstance(made, Visitor)
    made.get("/code")  # the device's cookie
    return made


def link(card: Card) -> str:
    return f"/my-card/{card.link}"


def picture(size: tuple[int, int] = (900, 1200)) -> io.BytesIO:
    file = io.BytesIO()
    image = Image.new("RGB", size, (180, 150, 130))
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    image.save(file, "JPEG", exif=exif)
    file.seek(0)
    return file


def test_the_first_phone_that_takes_it_has_it(app: Flask, card: Card) -> None:
    first, second = phone(app), phone(app)
    opened = first.get(link(card))
    assert opened.status_code == 200
    assert "陈**" in opened.text
    assert "陈小满" not in opened.text, "a link that was sent on tells no name"
    assert db.session.get_one(Card, card.id).device is None, "opening alone takes nothing"
    assert first.submit(f"{link(card)}/phone").status_code == 303
    db.session.expire_all()
    mine = first.get(link(card))
    assert "陈小满" in mine.text
    assert "my-card" in mine.text
    assert second.get(link(card)).status_code == 403
    assert second.get(f"{link(card)}/state").status_code == 404
    assert second.submit(f"{link(card)}/phone").status_code == 409
    assert first.get("/my-card/AAAAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_the_phone_gets_the_keys_of_two_days_and_never_the_secret(app: Flask, card: Card) -> None:
    mine = phone(app)
    mine.submit(f"{link(card)}/phone")
    db.session.expire_all()
    said = mine.get(f"{link(card)}/state").json
    assert said is not None
    assert said["handle"] == card.handle
    assert len(said["keys"]) == 2
    step = turning.step_at()
    day = step // turning.STEPS_A_DAY
    assert (
        turning.mark(bytes.fromhex(said["keys"][str(day)]), step)
        == turning.code_of(card.handle, card.secret, step)[-15:]
    )
    for answer in (mine.get(link(card)), mine.get(f"{link(card)}/state")):
        assert card.secret not in answer.text
        assert card.code not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_moved_to_another_phone_the_one_before_has_nothing(app: Flask, desk: Visitor, card: Card) -> None:
    old, new = phone(app), phone(app)
    before = link(card)
    old.submit(f"{before}/phone")
    db.session.expire_all()
    code = turning.code_of(card.handle, card.secret, turning.step_at())
    assert desk.submit(f"/cards/{card.id}/phone-change").status_code == 303
    db.session.expire_all()
    assert old.get(before).status_code == 404
    assert read_card(code, card.member.site) is None
    assert new.submit(f"{link(card)}/phone").status_code == 303
    assert new.get(link(card)).status_code == 200


def test_a_lost_card_is_gone_from_the_phone(app: Flask, card: Card, cai: User) -> None:
    mine = phone(app)
    mine.submit(f"{link(card)}/phone")
    db.session.expire_all()
    issuing.report_lost(card, cai)
    assert mine.get(link(card)).status_code == 410
    assert mine.get(f"{link(card)}/state").status_code == 404
    other = phone(app)
    assert other.submit(f"{link(card)}/phone").status_code == 409


def test_a_printed_code_says_the_same_for_every_card(app: Flask, card: Card) -> None:
    anybody = phone(app)
    other = codes.new_code()
    known, unknown = anybody.get(f"/m/{card.code}"), anybody.get(f"/m/{other}")
    assert known.status_code == unknown.status_code == anybody.get(f"/M/{card.code}").status_code == 200
    assert known.text.replace(card.code, "CODE") == unknown.text.replace(other, "CODE")
    assert "陈" not in known.text
    assert anybody.get("/m/7K3M9QX2ATX").status_code == 404


def test_staff_who_scan_a_printed_code_come_to_the_card(visit: Visit, desk: Visitor, card: Card) -> None:
    assert desk.get(f"/m/{card.code}").location == f"/cards/{card.id}"
    elsewhere = visit(making.cashier(making.store("suzhou"), "Dan"))
    assert elsewhere.get(f"/m/{card.code}").status_code == 200


def test_the_desk_shows_the_link_until_a_phone_has_it(app: Flask, desk: Visitor, card: Card) -> None:
    assert "让持卡人的手机扫这个码" in desk.get(f"/cards/{card.id}").text
    assert "还没有手机" in desk.get(f"/cards/{card.id}/state").text
    phone(app).submit(f"{link(card)}/phone")
    assert "卡已在手机上" in desk.get(f"/cards/{card.id}/state").text
    assert "让持卡人的手机扫这个码" not in desk.get(f"/cards/{card.id}").text


def test_a_photo_needs_a_consent_of_its_own(desk: Visitor, card: Card) -> None:
    path = f"/cards/{card.id}/photo"
    assert desk.submit(path, {"picture": (picture(), "me.jpg")}).status_code == 422
    assert desk.submit(path, {"consent": "y"}).status_code == 422
    assert desk.submit(path, {"consent": "y", "picture": (io.BytesIO(b"no"), "me.jpg")}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(CardPhoto.id))) == 0
    assert desk.submit(path, {"consent": "y", "picture": (picture(), "me.jpg")}).status_code == 303
    kept = db.session.scalars(sa.select(CardPhoto)).one()
    assert kept.consent_version == PHOTO_CONSENT_VERSION
    with Image.open(io.BytesIO(kept.data)) as image:
        assert max(image.size) == 480
        assert not image.getexif()
    assert desk.get(path).mimetype == "image/webp"


def test_a_photo_goes_with_one_tap_and_the_next_one_replaces_it(desk: Visitor, card: Card) -> None:
    path = f"/cards/{card.id}/photo"
    for _time in range(2):
        assert desk.submit(path, {"consent": "y", "picture": (picture(), "me.jpg")}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(CardPhoto.id))) == 1
    assert desk.submit(f"/cards/{card.id}/photo-removal").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(CardPhoto.id))) == 0
    assert desk.get(path).status_code == 404
    verbs = set(db.session.scalars(sa.select(AuditEntry.verb)))
    assert {"card_photo_taken", "card_photo_removed"} <= verbs


def test_who_handles_cards(visit: Visit, card: Card, site: Site) -> None:
    other = making.cashier(making.store("suzhou"), "Dan")
    bo = make.user("Bo", Role.FLOOR_STAFF, site)
    for path in (f"/cards/{card.id}", f"/cards/{card.id}/photo", f"/cards/{card.id}/card.pdf"):
        assert visit(other).get(path).status_code == 404
        assert visit(bo).get(path).status_code == 403


def rendered(data: bytes, scale: float = 6) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.render(scale=scale).to_pil() for page in document]
    finally:
        document.close()


def sizes(data: bytes) -> list[tuple[int, int]]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document]
    finally:
        document.close()


def test_cards_are_printed_on_plastic_and_on_sheets(app: Flask, site: Site, cai: User) -> None:
    held = [making.member(site).cards[0] for _number in range(11)]
    with app.test_request_context():
        plastic, sheets = cards_pdf(held[:2], "cr80"), cards_pdf(held, "a4")
    assert sizes(plastic) == [(86, 54)] * 2
    assert sizes(sheets) == [(210, 297)] * 2
    for image, card in zip(rendered(plastic), held, strict=False):
        [read] = zxingcpp.read_barcodes(image)
        assert read.text == codes.address(card.code, PUBLIC_URL, "M")
        found = read_card(read.text, site)
        assert found is not None
        assert found.card is card
    read_all = [code.text[-11:] for image in rendered(sheets, 4) for code in zxingcpp.read_barcodes(image)]
    assert sorted(read_all) == sorted(card.code for card in held)


def test_no_name_and_no_number_stands_on_a_card(app: Flask, card: Card) -> None:
    with app.test_request_context():
        data = cards_pdf([card], "cr80")
    document = pypdfium2.PdfDocument(data)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert card.member.number in text
    assert codes.format_code(card.code) in text
    assert "陈" not in text
    assert "8000" not in text


def test_no_letter_of_the_stores_name_is_cut_off(
    app: Flask, card: Card, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What hangs below the line, too: nothing is drawn anew once nothing is hidden any more."""
    card.member.site.name_en = "Yiyang gypsy"
    styles = cards.CARDS_CSS.read_text()
    (open_styles := tmp_path / "open.css").write_text(styles.replace("overflow: hidden", "overflow: visible"))
    drawn = []
    with app.test_request_context(), i18n.speaking("en"):
        for file in (cards.CARDS_CSS, open_styles):
            monkeypatch.setattr(cards, "CARDS_CSS", file)
            drawn.append(paper.raster(cards_pdf([card], "cr80"), dpi=600))
    assert styles.count("overflow: hidden") > 1
    assert ImageChops.difference(*drawn).point(lambda pixel: 255 * (pixel > 128)).getbbox() is None


@pytest.mark.parametrize("code", ["1J1T1F1J1T1", "WMWQGWMDWHM"], ids=["narrow", "wide"])
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_nothing_on_a_card_stands_on_something_else_or_too_near_the_edge(
    app: Flask, card: Card, language: str, code: str
) -> None:
    card.code = code
    card.member.site.name, card.member.site.name_en = (
        "杭州未来科技城会员店",
        "Hangzhou Future Sci-Tech City Member Store",
    )
    with app.test_request_context(), i18n.speaking(language):
        data = cards_pdf([card], "cr80")
    drawn = paper.glyphs(data)
    assert len(drawn) > 40
    for number, glyph in enumerate(drawn):
        assert min(glyph[:2]) > 2.5
        assert glyph[2] < CR80[0] - 2.5
        assert glyph[3] < CR80[1] - 2.5
        assert [other for other in drawn[:number] if paper.on_each_other(glyph, other)] == []


def test_printing_by_the_pages(visit: Visit, desk: Visitor, card: Card, cai: User) -> None:
    one = desk.get(f"/cards/{card.id}/card.pdf")
    assert (one.status_code, one.mimetype) == (200, "application/pdf")
    assert "陈小满" in desk.get("/sites/hangzhou/cards").text
    assert desk.get("/sites/hangzhou/cards.pdf").status_code == 422
    assert desk.get("/sites/hangzhou/cards.pdf?card=x&card=99999999999999999999").status_code == 422
    assert desk.get(f"/sites/hangzhou/cards.pdf?card={card.id}&paper=a4").mimetype == "application/pdf"
    noted = db.session.scalars(sa.select(AuditEntry).filter_by(verb="cards_printed")).all()
    assert [entry.detail["count"] for entry in noted] == [1, 1]
    issuing.report_lost(card, cai)
    assert desk.get(f"/cards/{card.id}/card.pdf").status_code == 404


def test_the_service_worker_is_served_at_the_root_for_these_pages_alone(client: Visitor) -> None:
    answer = client.get("/sw.js")
    assert answer.mimetype in {"text/javascript", "application/javascript"}
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "/my-card/" in answer.text
