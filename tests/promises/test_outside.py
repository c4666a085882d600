"""S14 pictures, S19 ways off-site, S20 masked phones, S22 secrets. (S12, S13 and S17 stand with their areas.)"""

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook
from PIL import Image

from selection_center.config import ROOT
from selection_center.core import pictures
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.errors import Refused
from tests.promises import pages
from tests.promises.town import OFFER, Town, nothing_stays

PHONE = "13800008000"
OFF_SITE = [
    "javascript:alert(1)//1688.com", "data:text/html,1688.com", "//detail.1688.com/offer/1.html", "http://detail.1688.com/",
    "https://evil.example/", "https://1688.com.evil.example/", "https://evil1688.com/", "https://1688.com@evil.example/",
    "https://user:word@detail.1688.com/", "https://@detail.1688.com/", "https://detail.1688.com:8443/", "ftp://1688.com/",
    "https://evil.example\\.1688.com/", "https://evil.example\\@1688.com/", "https://[::1]/", "https://1688.com:x/", "",
    "https://detail.1688.com%2eevil.example/", " https://evil.example/#.1688.com",
]  # fmt: skip


@pytest.mark.parametrize("address", OFF_SITE)
def test_s19_only_allowed_addresses_are_named(town: Town, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the page in between nor any other page links to it, and nothing forwards by itself."""
    here = town.here.values
    listings = db.metadata.tables["listings"]
    set_address = sa.update(listings).where(listings.c.id == here["listing_id"])
    db.session.execute(set_address.values(url=address))
    db.session.commit()
    try:
        browser = town.browser("Dee")
        assert browser.get(f"/s/{here['tag_code']}/online").status_code == 404
        for path in (f"/s/{here['tag_code']}?quantity=5", f"/list?{len(address)}"):
            assert not address or f'href="{address}' not in browser.get(path).text
    finally:
        db.session.execute(set_address.values(url=OFFER))
        db.session.commit()


def test_s19_the_page_in_between_names_the_domain_and_waits(town: Town) -> None:
    answer = town.browser("Dee").get(f"/s/{town.here.values['tag_code']}/online")
    assert answer.status_code == 200
    assert "detail.1688.com" in answer.text
    assert OFFER in answer.text
    assert "http-equiv" not in answer.text.lower()


@pytest.mark.parametrize("name", ["nobody", "Eve", "Bo", "Ana", "Hana", "Cas"])
def test_s19_no_answer_leads_off_site(town: Town, name: str) -> None:
    for path in pages.paths(town):
        location = town.browser(name).get(f"{path}{'&' if '?' in path else '?'}next=https://evil.example/").location
        assert location is None or location.startswith(("/", "https://yp.example.com/")), path
        assert not (location or "").startswith("//"), path


@pytest.mark.parametrize(
    "following", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "\t//e"]
)
def test_s19_signing_in_leads_only_to_our_own_pages(town: Town, following: str) -> None:
    fields = {"login": "ana", "password": "correct horse battery", "next": following}
    answer = town.browser("nobody").submit("/sign-in", fields)
    assert (answer.status_code, answer.location) == (303, "/home")


@pytest.mark.parametrize("name", ["Dee", "Eve", "Bo", "Ana", "Hana", "Cas"])
def test_s20_no_page_and_no_export_shows_a_phone_unasked(
    town: Town, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    shown = []
    for path in pages.paths(town):
        if path == "/checkout" or path.startswith("/desk/"):
            continue  # the buyer's own form holds the buyer's own number
        answer = town.browser(name).get(path)
        text = answer.get_data().decode("utf-8", "replace")
        if answer.data[:2] == b"PK":
            book = load_workbook(io.BytesIO(answer.data))
            text = "\n".join(str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)
        shown += [path] if PHONE in text else []
    assert shown == []
    assert PHONE not in caplog.text


def test_s20_opening_a_phone_is_on_record(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    number = town.here.values["number"]
    answer = town.browser("Bo").submit(f"/orders/{number}/phone")
    assert answer.status_code == 303
    bo = town.people["Bo"].user
    assert bo is not None
    db.session.rollback()
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(verb="phone_opened")).one()
    assert (entry.user_id, entry.site_id, entry.subject_id) == (bo.id, town.here.site_id, town.here.values["order_id"])
    with nothing_stays(monkeypatch):
        assert PHONE not in town.browser("Ana").get(f"/orders/{number}?phone=open").text
        assert PHONE in town.browser("Bo").get(f"/orders/{number}?phone=open").text


def encoded(picture: Image.Image, kind: str, **more: Any) -> bytes:
    with io.BytesIO() as file:
        picture.save(file, kind, **more)
        return file.getvalue()


def test_s14_what_is_kept_is_ours_alone(app: Flask) -> None:
    """Re-encoded: no EXIF, no place, no words, and nothing that was hung behind the picture."""
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = "secret words", {1: "N", 2: (30.0, 15.0, 1.0)}
    polyglot = encoded(Image.new("RGB", (40, 30), "red"), "JPEG", exif=exif) + b"<script>alert(1)</script>PK\x03\x04"
    name = pictures.keep(polyglot)
    for size in pictures.SIZES:
        kept = pictures.path(name, size).read_bytes()
        assert kept[:4] + kept[8:12] == b"RIFFWEBP"
        assert not any(word in kept for word in (b"secret", b"EXIF", b"script", b"PK\x03\x04"))
        with Image.open(io.BytesIO(kept)) as opened:
            assert not opened.getexif()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "not_a_picture"),
        (b"<?xml version='1.0'?><svg/>", "not_a_picture"),
        (b"GIF89a<script>alert(1)</script>", "not_a_picture"),
        (b"%PDF-1.7", "not_a_picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "not_a_picture"),
        (b"", "not_a_picture"),
        (b"\xff\xd8\xff" + b"\x00" * (8 * 1024 * 1024), "picture_too_large"),
    ],
)
def test_s14_what_is_no_picture_is_refused(app: Flask, data: bytes, code: str) -> None:
    with app.test_request_context(), pytest.raises(Refused) as refused:
        pictures.keep(data)
    assert refused.value.code == code


def test_s14_more_than_forty_megapixels_are_refused_before_they_are_unpacked(app: Flask) -> None:
    data = encoded(Image.new("1", (10_000, 4_001)), "PNG")
    assert len(data) < 100_000
    with app.test_request_context(), pytest.raises(Refused) as refused:
        pictures.keep(data)
    assert refused.value.code == "picture_too_large"


SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[bap]-[0-9A-Za-z-]{20,}"
    r"|SECRET_KEY\s*=\s*[\"'][^\"']{8,}"
)


@pytest.mark.once
def test_s22_no_secret_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    files = [ROOT / n for n in names if n] or [p for p in ROOT.rglob("*.py") if ".venv" not in p.parts]
    assert len(files) > 50
    found = [
        str(file)
        for file in files
        if file.is_file() and file.stat().st_size < 2_000_000 and SECRETS.search(file.read_text("utf-8", "replace"))
        and file != Path(__file__)
    ]  # fmt: skip
    assert found == []


def test_s22_pages_and_logs_hold_no_secret(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    secrets = [str(town.app.secret_key), "correct horse battery", *(p.token for p in town.people.values() if p.token)]
    for name in ("Dee", "Hana"):
        for path in pages.paths(town):
            data = town.browser(name).get(path).get_data()
            assert not any(secret.encode() in data for secret in secrets), path
    assert not any(secret in caplog.text for secret in secrets)
