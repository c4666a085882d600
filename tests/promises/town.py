"""Two centers with everything that an address can name, and everybody who may or may not reach it.

Here is Ana's center (own, for most people below), there is Cy's (another's), and nowhere names what does not exist.
"""

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer
from PIL import Image

from selection_center.accounts.buyers import Buyer
from selection_center.accounts.devices import Device
from selection_center.accounts.models import SignIn, User, token_digest
from selection_center.catalog.certificates import Certificate, CertificateKind
from selection_center.catalog.imports import OfferImport
from selection_center.catalog.models import Listing, Supplier
from selection_center.core import codes, pictures
from selection_center.core.db import db, utcnow
from selection_center.core.job_runs import JobRun
from selection_center.core.permissions import Permission, Role
from selection_center.orders.models import Order, OrderKind, OrderLine, Payment, PaymentMethod
from selection_center.printing.designs import LABEL_MEDIUM
from selection_center.printing.models import BegunSheet, Printer, PrintRun, PrintState
from selection_center.printing.own_layouts import OwnLayout
from selection_center.printing.own_media import MEASURES, OwnMedium
from selection_center.samples.deposits import DepositKind, DepositMethod
from selection_center.samples.loans import Loan
from selection_center.samples.models import Sample
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktakes import Stocktake
from selection_center.samples.tag_findings import TagFinding
from selection_center.samples.tags import Tag
from selection_center.selections.models import LineKind, SelectionList
from selection_center.sites.models import Belt, City, Site, SiteKind, Stand
from tests import factories as make
from tests.databases import PUBLIC_URL
from tests.promises import town_marketplace, town_members, town_stock, town_till
from tests.visitors import Visitor

OFFER = "https://detail.1688.com/offer/600000000123.html"


@dataclass
class Person:
    """Somebody at a browser: signed in, or a buyer by device, or neither."""

    name: str
    device: str
    user: User | None = None
    token: str = ""

    def can(self, permissions: tuple[Permission, ...]) -> bool:
        """May this person use a view that asks for one of these?"""
        if not permissions:
            return True
        return self.user is not None and self.user.is_active and any(self.user.can(p) for p in permissions)


@dataclass
class Side:
    """What stands in one center: rows by name, as the addresses of pages name them."""

    site_id: int = 0
    supplier_id: int = 0
    buyer: str = ""
    """The name of the buyer whose list and orders these are."""
    staff: str = ""
    """The name of the person whose sign-in `values` holds."""
    values: dict[str, Any] = field(default_factory=dict)
    tablet: str = ""
    """The name of the person whose browser is a registered tablet of this center."""


@dataclass
class Town:
    app: Flask
    people: dict[str, Person]
    here: Side
    there: Side
    nowhere: Side

    def browser(self, name: str) -> Visitor:
        """A new browser of this person, with the cookies that they hold."""
        person = self.people[name]
        made = self.app.test_client()
        assert isinstance(made, Visitor)
        seal = URLSafeSerializer(str(self.app.secret_key), salt="device")
        made.set_cookie("__Host-device", str(seal.dumps(person.device)), domain="yp.example.com", secure=True)
        if person.token:
            with made.session_transaction(base_url=PUBLIC_URL) as session:
                session["sign_in"] = person.token
        return made


def found(app: Flask) -> Town:
    """Builds the town in the database of this application, and commits it."""
    here, there = center("yiwu", "禾一"), center("chenghai", "澄意")
    ana, bo = make.user("Ana", Role.MANAGER, here), make.user("Bo", Role.FLOOR_STAFF, here)
    cy, cas = make.user("Cy", Role.FLOOR_STAFF, there), make.user("Cas", Role.CASHIER, here)
    gus = make.user("Gus", Role.MANAGER, here)
    hana = make.user("Hana", Role.HEAD_OFFICE)
    suppliers = [make.supplier(name, trustpass_years=3) for name in ("义乌禾一日用品有限公司", "澄海澄意玩具厂")]
    eve, flo = (make.user(name, Role.SUPPLIER, supplier=s) for name, s in zip(("Eve", "Flo"), suppliers, strict=True))
    make.user("Ivo", Role.HEAD_OFFICE)
    people = {
        user.name: Person(user.name, secrets.token_hex(12), user, SignIn.start(user, "tests"))
        for user in (ana, bo, cy, cas, gus, hana, eve, flo)
    }
    gus.disabled_at = utcnow()
    for name in ("nobody", "Dee", "Fay"):
        people[name] = Person(name, secrets.token_hex(12))
    own, other = (
        furnish(here, suppliers[0], people["Ana"], people["Dee"]),
        furnish(there, suppliers[1], people["Cy"], people["Fay"]),
    )
    register_tablet(own, people["Bo"], by=ana)
    register_tablet(other, people["Cy"], by=hana)
    db.session.commit()
    for person in people.values():
        if person.user is not None:
            assert person.user.grants  # loaded for good: each request ends with its own session
    return Town(app, people, own, other, nowhere())


def center(slug: str, name: str) -> Site:
    """A member store, which has every room that a center has, and its own."""
    names = {"name": f"{name}选品中心", "name_en": f"{slug.title()} Center", "phone": "0579-85550000"}
    return make.site(slug, SiteKind.STORE, **names)


def register_tablet(side: Side, holder: Person, by: User) -> None:
    """The browser of this person is a tablet of the center, and nobody is on it yet."""
    device = make.add(
        Device(site_id=side.site_id, name="Door", token_digest=token_digest(holder.device), registered_by=by)
    )
    side.tablet, side.values["device_id"] = holder.name, device.id


def furnish(site: Site, supplier: Supplier, staff: Person, buyer: Person) -> Side:
    stand, spare_stand = make.stand(site), make.stand(site, level=3)
    closed = make.stand(site, bay=9)
    closed.closed_at = utcnow()
    listing = make.listing(supplier, specs=("红", "金"), url=OFFER, sample_fen=900, attributes=[["材质", "PE", "", ""]])
    sample, spare = make.sample(listing, site, stand), make.sample(listing, site, spare_stand)
    loan = lent(site, listing, staff)
    announced = make.delivery(supplier, site, (listing, 2))
    blank = make.add(Tag.new(site))
    colleague = make.user(f"Spare-{site.slug}", Role.FLOOR_STAFF, site)
    sign_in = make.add(SignIn(user=staff.user, token_digest=secrets.token_hex(32), agent="another tablet"))
    order, other_line = ordered(site, supplier, listing, sample, buyer, staff)
    selection, line = listed(site, sample, listing, buyer, order)
    run = make.add(JobRun(key=f"run-{site.slug}", name="print-labels", site_id=site.id, actor="Ana"))
    assert staff.user is not None
    printed = make.add(
        PrintRun(site=site, user=staff.user, layout="label", medium="L7160", state=PrintState.READY, pages=1)
    )
    own_paper, printer, begun = papers(site)
    came_in = make.add(OfferImport(filename="offers.csv", file_digest=secrets.token_hex(32), user=staff.user))
    running, closed_count, sighting, finding = counted(site, sample, stand, spare_stand)
    zone, drawing = stand.bay.zone, picture()
    stay = make.visitor(site, colleague, phone="13800008000")
    listing.pictures = [drawing]
    return Side(
        site.id,
        supplier.id,
        buyer.name,
        staff.name,
        {
            "slug": site.slug, "zone_id": zone.id, "bay_id": stand.bay_id, "stand_id": stand.id,
            "closed_stand_id": closed.id, "place_id": {"stands": stand.id, "bays": stand.bay_id, "zones": zone.id},
            "sample_id": sample.id, "spare_id": spare.id, "listing_id": listing.id, "supplier_id": supplier.id,
            "sku_id": listing.skus[0].id, "tag_code": sample.code, "spare_code": spare.code, "blank_code": blank.code,
            "stand_code": stand.code, "list_code": selection.code, "list_id": selection.id, "line_id": line.id,
            "share_token": selection.share_token, "order_id": order.id, "number": order.number,
            "order_token": order.token, "payment_id": order.payments[0].id, "run_id": run.id,
            "user_id": colleague.id, "grant_id": colleague.grants[0].id, "sign_in_id": sign_in.id,
            "belt_id": belt(site).id, "city_id": site.city_id, "other_line_id": other_line.id, "picture": drawing,
            "loan_id": loan.id, "loan_item_id": loan.items[0].id, "back_item_id": loan.items[1].id,
            "delivery_id": announced.id, "delivery_line_id": announced.lines[0].id,
            "expected_id": announced.lines[0].samples[0].id,
            "count_id": running.id, "closed_count_id": closed_count.id, "sighting_id": sighting.id,
            "finding_id": finding.id,
            "print_run_id": printed.id, "own_medium_id": own_paper.id, "printer_id": printer.id,
            "begun_sheet_id": begun.id, **layouts(site),
            "import_id": came_in.id, "visit_id": stay.id, "visit_code": stay.code,
            "certificate_id": make.add(Certificate(listing_id=listing.id, kind=CertificateKind.CE)).id,
        }
        | town_members.furnish(site, sample, staff, buyer)
        | town_stock.furnish(site, sample, staff, buyer)
        | town_till.furnish(site, sample, staff, buyer)
        | town_marketplace.furnish(site, listing, order),
    )  # fmt: skip


def papers(site: Site) -> tuple[OwnMedium, Printer, BegunSheet]:
    """An own paper, a printer that is off, and a sheet of which three cells are gone."""
    measures = dict.fromkeys(MEASURES, 0) | {"page_width": 6000, "page_height": 4000, "width": 6000, "height": 4000}
    own = make.add(OwnMedium(site=site, name="货架条", columns=1, rows=1, dpi=203, **measures))
    printer = make.add(Printer(site=site, name="前台", right_tenths=5))
    return own, printer, make.add(BegunSheet(site=site, medium="L7160", name="2 号纸盒", used=[1, 2, 3]))


def layouts(site: Site) -> dict[str, Any]:
    """An own layout, and one that was deleted and can be taken back."""
    data = LABEL_MEDIUM.as_data()
    own = make.add(OwnLayout(site=site, base="label", name="挂牌", design_data=data))
    deleted = make.add(OwnLayout(site=site, base="label", name="旧挂牌", design_data=data, hidden_at=utcnow()))
    return {"own_layout_id": own.id, "deleted_layout_id": deleted.id}


def counted(site: Site, sample: Sample, at: Stand, other: Stand) -> tuple[Stocktake, Stocktake, Sighting, TagFinding]:
    """A closed count with a difference, a running one with something seen in the wrong place, and a sticker."""
    closed = Stocktake.begin(site, None, stand=at)
    closed.close(None)
    running = Stocktake.begin(site, None, stand=other)
    sighting, _new = Sighting.see(running, sample, other, None)
    finding, _new = TagFinding.report(site, other, "https://pay.example.net/x", None, running)
    db.session.flush()
    return running, closed, sighting, finding


def picture() -> str:
    """The name of a kept picture."""
    with io.BytesIO() as file:
        Image.new("RGB", (8, 8), "red").save(file, "PNG")
        return pictures.keep(file.getvalue())


def belt(site: Site) -> Belt:
    city: City = site.city
    gathered = make.add(
        Belt(
            city=city,
            place_adcode=city.adcode,
            place=city.name,
            name=f"{site.slug}带",
            name_en=site.slug,
            category="日用",
        )
    )
    site.belts.append(gathered)
    return gathered


def lent(site: Site, listing: Listing, staff: Person) -> Loan:
    """Two pieces, one of which is back; with a deposit."""
    assert staff.user is not None
    loan = make.loan([make.sample(listing, site) for _piece in range(2)], staff.user)
    loan.enter_deposit(DepositKind.TAKEN, 10_000, DepositMethod.CASH, staff.user)
    loan.items[1].give_back(staff.user)
    return loan


def ordered(
    site: Site, supplier: Supplier, listing: Listing, sample: Sample, buyer: Person, staff: Person
) -> tuple[Order, OrderLine]:
    sku = listing.skus[0]
    order = make.add(
        Order(
            number=f"{site.slug[:2].upper()}-2847-31", token=secrets.token_urlsafe(18), site=site, supplier=supplier,
            buyer=Buyer.on_or_new(buyer.device), kind=OrderKind.BULK, name="陈女士", phone="13800008000",
            address="文一西路 998 号", consent_version="2026-11", goods_fen=48 * 1150, freight_fen=1000,
        )
    )  # fmt: skip
    line = OrderLine(
        listing_id=listing.id, sku_id=sku.id, sample_id=sample.id, title=listing.title, title_en=listing.title_en,
        spec=sku.spec, unit="件", unit_en="pcs", quantity=48, unit_fen=1150, total_fen=48 * 1150,
    )  # fmt: skip
    order.lines.append(line)
    assert staff.user is not None
    order.payments.append(Payment(amount_fen=100, method=PaymentMethod.CASH, user=staff.user))
    order.log(by=staff.user, text="先打样")
    db.session.flush()
    return order, line


def listed(site: Site, sample: Sample, listing: Listing, buyer: Person, order: Order) -> tuple[SelectionList, Any]:
    selection = SelectionList.open_or_new(buyer.device, site)
    line = selection.add(sample, listing.skus[0], 48, LineKind.BULK, seen_fen=1150)
    selection.add(sample, listing.skus[1], 5, LineKind.BULK, seen_fen=1150).order_id = order.id
    selection.share()
    db.session.flush()
    return selection, line


def nowhere() -> Side:
    """Names of the same shape that belong to nothing."""
    numbers = (
        *("zone_id", "bay_id", "stand_id", "closed_stand_id", "sample_id", "spare_id", "listing_id", "supplier_id"),
        *("sku_id", "list_id", "line_id", "order_id", "payment_id", "run_id", "user_id", "grant_id", "sign_in_id"),
        *("loan_id", "loan_item_id", "back_item_id"),
        *("delivery_id", "delivery_line_id", "expected_id"),
        *("belt_id", "certificate_id", "city_id", "other_line_id", "print_run_id", "import_id"),
        *("visit_id", "device_id"),
        *("own_medium_id", "printer_id", "begun_sheet_id", "own_layout_id", "deleted_layout_id"),
        *("count_id", "closed_count_id", "sighting_id", "finding_id"),
    )
    missing = dict.fromkeys(numbers, 987_654)
    code = codes.new_code
    words = {
        "slug": "nowhere", "picture": "f" * 24,
        "number": "NO-0000-00", "order_token": "n" * 24, "share_token": "n" * 24,
        "visit_code": code(), "tag_code": code(), "spare_code": code(), "blank_code": code(), "stand_code": code(),
        "list_code": code(),
        "place_id": dict.fromkeys(("stands", "bays", "zones"), 987_654),
    }  # fmt: skip
    rooms = (town_members, town_stock, town_till, town_marketplace)
    return Side(values={**missing, **words, **{name: value for room in rooms for name, value in room.MISSING.items()}})


@contextmanager
def nothing_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests do everything up to the commit, which flushes instead: each finds the town as it was built."""
    with monkeypatch.context() as patched:
        patched.setattr(db.session, "commit", db.session.flush)
        yield
