"""Certificates of factories and offers: kept by managers, and printed as long as they hold."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from sqlalchemy.exc import IntegrityError

from selection_center.catalog import merging
from selection_center.catalog.certificates import Certificate, CertificateKind
from selection_center.catalog.models import Listing
from selection_center.core import i18n, pictures
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.printing.sheet_values import whole_sheet
from selection_center.sites import audit_words
from selection_center.sites.models import Site
from tests import factories as make
from tests.printing import paper
from tests.visitors import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def bags(app: Flask) -> Listing:
    return make.listing(make.supplier())


@pytest.fixture
def ana(visit: Visit, bags: Listing) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, make.site()))


def photo() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "JPEG")
    return io.BytesIO(out.getvalue()), "ce.jpg"


def test_one_is_added_with_its_picture_and_taken_away_and_back(ana: Visitor, bags: Listing) -> None:
    other = make.listing(make.supplier("别家"))
    address = f"/catalog/{bags.id}/certificates"
    assert address in ana.get(f"/catalog/{bags.id}").text
    until = (today() + timedelta(days=400)).isoformat()
    sent = {"kind": "ccc", "number": "2024010905123456", "valid_until": until, "photo": photo()}
    assert ana.submit(address, sent).status_code == 303
    kept = db.session.scalars(sa.select(Certificate)).one()
    assert (kept.owner, kept.kind, kept.number, kept.is_valid) == (bags, CertificateKind.CCC, "2024010905123456", True)
    assert pictures.path(str(kept.picture), "full").is_file()
    page = ana.get(f"{address}?lang=en").text
    for shown in ("2024010905123456", until, f"/pictures/{kept.picture}"):
        assert shown in page, shown
    gone = ana.submit(f"/certificates/{kept.id}/removal")
    assert gone.location.endswith(f"{address}?removed={kept.id}")
    assert Certificate.of(bags) == []
    back = f"/certificates/{kept.id}/restoring"
    assert back in ana.get(gone.location).text
    assert back not in ana.get(f"/catalog/{other.id}/certificates?removed={kept.id}").text
    assert ana.submit(back).status_code == 303
    assert Certificate.of(bags) == [kept]
    assert ana.submit(back).status_code == 409
    noted = db.session.scalars(sa.select(AuditEntry.verb).where(AuditEntry.verb.startswith("certificate"))).all()
    assert noted == ["certificate_added", "certificate_removed", "certificate_restored"]


def test_the_record_names_it_in_the_language_of_whoever_reads(ana: Visitor, bags: Listing) -> None:
    ana.submit(f"/catalog/{bags.id}/certificates?lang=en", {"kind": "audit", "number": "A1"})
    noted = db.session.scalars(sa.select(AuditEntry).filter_by(verb="certificate_added")).one()
    spoken = {}
    for language in ("zh", "en"):
        with i18n.speaking(language):
            spoken[language] = audit_words.details(noted.detail)
    assert spoken["en"] == [("Certificate", "Factory audit"), ("Certificate no.", "A1")]
    assert spoken["zh"] == [("证书", "验厂报告"), ("证书编号", "A1")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "diploma"},
        {"number": "9" * 65},
        {"valid_until": "2027-02-30"},
        {"photo": (io.BytesIO(b"<svg/>"), "ce.svg")},
        {"photo": (io.BytesIO(b"%PDF-1.7"), "ce.pdf")},
    ],
)
def test_what_cannot_be_stays_in_the_form(ana: Visitor, bags: Listing, wrong: dict[str, object]) -> None:
    sent = {"kind": "ce", "number": "7"} | wrong
    assert ana.submit(f"/suppliers/{bags.supplier_id}/certificates", sent).status_code == 422
    assert db.session.scalars(sa.select(Certificate)).all() == []


def test_others_keep_none(visit: Visit, bags: Listing) -> None:
    bo = visit(make.user("Bo", Role.FLOOR_STAFF, make.site()))
    eve = visit(make.user("Eve", Role.SUPPLIER, supplier=bags.supplier))
    for who in (bo, eve):
        for address in (f"/catalog/{bags.id}/certificates", f"/suppliers/{bags.supplier_id}/certificates"):
            assert who.get(address).status_code == 403
            assert who.submit(address, {"kind": "ce"}).status_code == 403
        assert "/certificates" not in who.get(f"/suppliers/{bags.supplier_id}").text


def test_the_sheet_names_what_holds_today_of_the_offer_and_of_its_factory(ana: Visitor, bags: Listing) -> None:
    def keep(**values: object) -> None:
        make.add(Certificate(**({"kind": CertificateKind.CE} | values)))

    keep(listing_id=bags.id, number="A1", valid_until=today())
    keep(listing_id=bags.id, number="old", valid_until=today() - timedelta(days=1))
    keep(supplier_id=bags.supplier_id, number="B2", kind=CertificateKind.REPORT)
    keep(supplier_id=bags.supplier_id, number="A1")
    keep(supplier_id=make.supplier("别家").id, number="foreign")
    sample = make.sample(bags, make.site("chenghai"))
    assert whole_sheet(sample, "en", True)["certificates"] == [
        ["CE A1", f"valid until {today().isoformat()}"], ["Test report B2", ""],
    ]  # fmt: skip
    stays = make.supplier("留下的")
    assert bags.supplier is not None
    merging.merge(bags.supplier, stays)
    assert sorted(one.number for one in Certificate.of(stays)) == ["A1", "B2"]


def test_a_printed_sheet_carries_it(ana: Visitor, bags: Listing) -> None:
    make.add(Certificate(listing_id=bags.id, kind=CertificateKind.CCC, number="2024010905123456"))
    site = db.session.scalars(sa.select(Site)).one()
    sample = make.sample(bags, site, make.stand(site))
    printed = ana.submit("/sites/yiwu/prints", {"layout": "sheet", "medium": "A4", "sample": str(sample.id)})
    assert printed.status_code == 303
    said = paper.words(ana.get(f"{printed.location}/file").data)
    assert "3C 认证 2024010905123456" in " ".join(said.split())


@pytest.mark.parametrize("both", [True, False])
def test_it_belongs_to_an_offer_or_to_a_factory(bags: Listing, both: bool) -> None:
    owners = {"listing_id": bags.id, "supplier_id": bags.supplier_id} if both else {}
    with pytest.raises(IntegrityError):
        make.add(Certificate(kind=CertificateKind.CE, **owners))
    db.session.rollback()
