"""Plain functions that make rows with sensible defaults.

Ana manages a center, Bo works there, Cy works at another, Dee is a buyer, Eve a supplier, Hana is head office.
"""

import itertools
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from selection_center.accounts.models import Grant, User
from selection_center.catalog.models import Listing, PriceTier, Sku, Supplier
from selection_center.core.codes import new_code
from selection_center.core.db import Model, db
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.samples.deliveries import Delivery
from selection_center.samples.loan_items import LoanPiece
from selection_center.samples.loans import BorrowerKind, Loan
from selection_center.samples.models import Sample
from selection_center.sites.models import Bay, City, Site, SiteKind, Stand, Zone, stand_address
from selection_center.visits.models import BuyerKind, Visit

numbers = itertools.count(1)
R = TypeVar("R", bound=Model)
PASSWORD = "correct horse battery"
_hash = ""


def city(name: str = "义乌市", adcode: str = "330782", province: str = "浙江省") -> City:
    found = db.session.scalar(sa.select(City).filter_by(adcode=adcode))
    return found or add(City(name=name, adcode=adcode, province=province))


def add(row: R) -> R:
    db.session.add(row)
    db.session.flush()
    return row


def site(slug: str = "yiwu", kind: SiteKind = SiteKind.CENTER, **values: Any) -> Site:
    names = {"name": "义乌日用百货选品中心", "name_en": "Yiwu Daily Goods Center"}
    return add(Site(slug=slug, kind=kind, city=city(), **(names | values)))


def stand(at: Site, letter: str = "A", bay: int = 3, level: int = 2) -> Stand:
    zone = db.session.scalar(sa.select(Zone).filter_by(site_id=at.id, letter=letter)) or add(
        Zone(site=at, letter=letter, name="日用", name_en="Daily goods")
    )
    rack = db.session.scalar(sa.select(Bay).filter_by(zone_id=zone.id, number=bay)) or add(Bay(zone=zone, number=bay))
    return add(Stand(site=at, bay=rack, level=level, address=stand_address(letter, bay, level), code=new_code()))


def user(name: str, role: Role, at: Site | None = None, supplier: Supplier | None = None) -> User:
    """Signs in with name in lower case and PASSWORD."""
    global _hash
    person = User(login=name.lower(), name=name)
    if not _hash:
        person.set_password(PASSWORD)
        _hash = person.password_hash
    person.password_hash = _hash
    person.grants = [Grant(role=role, site_id=at.id if at else None, supplier_id=supplier.id if supplier else None)]
    return add(person)


def supplier(name: str = "义乌市禾一日用品有限公司", **values: Any) -> Supplier:
    return add(Supplier(**({"name": name, "name_en": "Yiwu Heyi Daily Goods Co., Ltd."} | values)))


def listing(
    by: Supplier | None = None,
    tiers: tuple[tuple[int, int], ...] = ((3, 1280), (48, 1150), (200, 1020)),
    specs: tuple[str, ...] = ("",),
    **values: Any,
) -> Listing:
    defaults = {
        "external_id": str(600_000_000_000 + next(numbers)),
        "source": "1688",
        "title": "加厚平口自动收口垃圾袋 家用免撕",
        "title_en": "Thick drawstring bin bags",
        "moq": tiers[0][0] if tiers else 1,
    }
    row = add(Listing(supplier=by, **(defaults | values)))
    row.skus = [Sku(spec=spec, spec_en=spec, position=i) for i, spec in enumerate(specs)]
    row.tiers = [PriceTier(min_quantity=quantity, price_fen=fen) for quantity, fen in tiers]
    return add(row)


def reprice(of: Listing, fen: int) -> None:
    """Its first tier, as whoever changes a price does: the version counts up."""
    of.tiers[0].price_fen, of.version = fen, of.version + 1


def sample(of: Listing, at: Site, on: Stand | None = None, sku: Sku | None = None) -> Sample:
    piece = Sample.receive(of, at, sku)
    if on is not None:
        piece.place_on(on)
    return piece


def visitor(at: Site, by: User, **said: Any) -> Visit:
    """Somebody who came in and was registered by this colleague."""
    return Visit.begin(at, by, **({"name": "陈女士", "kind": BuyerKind.SHOP} | said))


def delivery(by: Supplier, at: Site, *lines: tuple[Listing, int], in_days: int = 3, **values: Any) -> Delivery:
    """Announced by this factory: so many pieces of each offer, in its only style or in any."""
    announced = add(Delivery(supplier=by, site=at, expected_on=today() + timedelta(days=in_days), **values))
    announced.add_all([(of, of.skus[0] if len(of.skus) == 1 else None, pieces) for of, pieces in lines])
    return announced


def operation() -> str:
    """A fresh operation id, as a form carries it."""
    return secrets.token_urlsafe(18)


def loan(samples: Sequence[Sample], by: User, *, at: Site | None = None, **values: Any) -> Loan:
    """Lent to a livestreamer until three days from now; `pieces` instead of samples say in which condition."""
    defaults: dict[str, Any] = {
        "kind": BorrowerKind.LIVESTREAMER, "name": "林小满", "company": "小满直播间", "phone": "13900009000",
        "purpose": "晚八点直播", "due_on": today() + timedelta(days=3), "signature": "M10 20L60 80L200 90",
    }  # fmt: skip
    pieces = values.pop("pieces", None) or [LoanPiece(sample) for sample in samples]
    return Loan.hand_over(at or samples[0].site, pieces, by=by, **(defaults | values))


def overdue(lent: Loan, days: int = 1) -> Loan:
    """As it looks so many days after its due day."""
    lent.due_on = today() - timedelta(days=days)
    db.session.flush()
    return lent
