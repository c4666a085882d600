"""A sale that comes whole: its lines, whose it is and how it was paid, in one message (整单). All of it, or nothing.

{"lines": [{"sku": 7, "quantity": 2}, {"code": "7K3M9QX2ATC", "kind": "factory_direct"},
           {"title": "Gift wrap", "unit_fen": 500}],
 "card": "what the card's code says", "seen_fen": 3060, "contact": {"name": "", "phone": "", "address": ""},
 "payments": [{"method": "cash", "amount_fen": 3060, "tendered_fen": 5000}]}
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from selection_center.accounts.buyers import CONSENT_VERSION, normal_phone
from selection_center.accounts.models import User
from selection_center.catalog.models import Listing, Sku
from selection_center.catalog.pricing import LARGEST_QUANTITY
from selection_center.core import gtins, scanned
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.forms import clean
from selection_center.core.money import LARGEST_FEN
from selection_center.membership.reading import read_card
from selection_center.samples.models import Sample
from selection_center.samples.tags import Tag, TagState
from selection_center.sites.models import Site
from selection_center.stock import taking
from selection_center.till import goods
from selection_center.till.money_in import Paid
from selection_center.till.paying import sell_held
from selection_center.till.sale_lines import LineKind
from selection_center.till.sales import LONGEST_SALE, Sale
from selection_center.till.shifts import PayMethod, Shift

E = TypeVar("E", bound=enum.StrEnum)
MOST_PAYMENTS = 10
LARGEST_ID = 2**53


class NotASale(ValueError):
    """The message says no sale; the text names the place."""


@dataclass(frozen=True)
class WholeLine:
    """Goods by the number of their style or by a scanned code; or typed, with a title and a price."""

    quantity: int
    kind: LineKind = LineKind.TAKE_AWAY
    sku_id: int | None = None
    code: str = ""
    title: str = ""
    unit_fen: int = 0

    @property
    def is_typed(self) -> bool:
        return bool(self.title) and self.unit_fen > 0


@dataclass(frozen=True)
class WholeSale:
    lines: tuple[WholeLine, ...]
    payments: tuple[Paid, ...]
    card: str = ""
    seen_fen: int | None = None
    contact: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, said: Any) -> WholeSale:
        """Raises NotASale for whatever is no sale."""
        said = dictionary(said, "sale")
        lines = [read_line(line) for line in items(said, "lines", LONGEST_SALE)]
        if not lines:
            raise NotASale("lines")
        contact = dictionary(said.get("contact") or {}, "contact")
        return cls(
            lines=tuple(lines),
            payments=tuple(read_payment(each) for each in items(said, "payments", MOST_PAYMENTS)),
            card=text(said, "card", LONGEST_SCANNED),
            seen_fen=number(said, "seen_fen", LARGEST_FEN) if said.get("seen_fen") is not None else None,
            contact={name: text(contact, name, most) for name, most in (("name", 80), ("phone", 24), ("address", 300))},
        )


# --- reading ---------------------------------------------------------------------------------------------------------


def read_line(said: Any) -> WholeLine:
    said = dictionary(said, "lines")
    line = WholeLine(
        quantity=number(said, "quantity", LARGEST_QUANTITY, default=1),
        kind=word(said, "kind", LineKind, LineKind.TAKE_AWAY),
        sku_id=number(said, "sku", LARGEST_ID) if "sku" in said else None,
        code=text(said, "code", LONGEST_SCANNED),
        title=text(said, "title", 300),
        unit_fen=number(said, "unit_fen", LARGEST_FEN, default=0),
    )
    is_typed = bool(line.title) and line.unit_fen > 0
    if (
        line.kind is LineKind.FEE
        or line.quantity < 1
        or [line.sku_id is not None, bool(line.code), is_typed].count(True) != 1
    ):
        raise NotASale("lines")
    return line


def read_payment(said: Any) -> Paid:
    said = dictionary(said, "payments")
    method = word(said, "method", PayMethod)
    tendered = number(said, "tendered_fen", LARGEST_FEN) if said.get("tendered_fen") is not None else None
    return Paid(method, number(said, "amount_fen", LARGEST_FEN), tendered, text(said, "reference", 80))


def dictionary(said: Any, name: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise NotASale(name)
    return said


def items(said: dict[str, Any], name: str, most: int) -> list[Any]:
    found = said.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise NotASale(name)
    return found


def number(said: dict[str, Any], name: str, most: int, default: int | None = None) -> int:
    found = said.get(name, default)
    if type(found) is not int or not 0 <= found <= most:
        raise NotASale(name)
    return found


def text(said: dict[str, Any], name: str, most: int) -> str:
    found = said.get(name) or ""
    if not isinstance(found, str) or len(found) > most:
        raise NotASale(name)
    return (clean(found) or "").strip()


def word(said: dict[str, Any], name: str, words: type[E], default: E | None = None) -> E:
    found = said.get(name, default)
    try:
        return words(found if isinstance(found, str) else "")
    except ValueError as error:
        raise NotASale(name) from error


# --- selling ---------------------------------------------------------------------------------------------------------


def sell_whole(whole: WholeSale, shift: Shift, by: User) -> Sale:
    """The shift is held. Nobody else knows the new sale, so its row needs no lock."""
    shift.refuse_others(by)
    site = shift.site
    found = goods_of(whole.lines, site)
    sale = Sale.at_once(shift.till, by)
    if whole.card:
        recognise(sale, whole.card, site)
    for line in whole.lines:
        if line.is_typed:
            sale.add_typed(line.title, line.unit_fen, line.quantity)
            continue
        sku, sample = found[line]
        sale.add(sku, line.quantity, kind=line.kind, sample=sample)
    if whole.contact.get("phone"):
        sale.name, sale.address = whole.contact["name"], whole.contact["address"]
        sale.phone, sale.consent_version = normal_phone(whole.contact["phone"]), CONSENT_VERSION
    return sell_held(sale, shift, whole.payments, by, seen_fen=whole.seen_fen)


def refuse_what_is_gone(lines: Sequence[WholeLine], site: Site) -> None:
    """Says sold out before anything is loaded or locked: of many who want the last pieces most hear only this.

    Whether the rest gets its pieces is for `taking.take` alone.
    """
    wanted: Counter[int] = Counter()
    for line in lines:
        if line.sku_id is not None and line.kind is LineKind.TAKE_AWAY:
            wanted[line.sku_id] += line.quantity
    for sku_id, left in taking.on_hand(site.id, wanted).items():
        if left < wanted[sku_id]:
            raise Refused("sold_out", taking.what_is_left(sku_id, left))


def recognise(sale: Sale, card: str, site: Site) -> None:
    """A code that opened a door is still its holder's here."""
    found = read_card(card, site)
    if found is None or found.problem not in (None, "used"):
        raise Refused("no_card", _("This card does not count, or not any more. Sell without it."))
    sale.set_member(found.card)


def goods_of(lines: Sequence[WholeLine], site: Site) -> dict[WholeLine, tuple[Sku, Sample | None]]:
    """By line, the style, and the sample whose code was scanned; all styles in one query with what prices need."""
    samples = {line: sample_of(line.code, site) for line in lines if line.code}
    wanted = {line: sku_id_of(line, samples.get(line)) for line in lines if line.code or line.sku_id is not None}
    is_sent = any(line.kind is LineKind.FACTORY_DIRECT for line in lines)
    skus = goods.load({sku_id for sku_id in wanted.values() if sku_id is not None}, makers=is_sent)
    missing = [line for line, sku_id in wanted.items() if sku_id not in skus]
    if missing:
        raise Refused("unknown_goods", _("Nothing is known under %(what)s.", what=missing[0].code or missing[0].sku_id))
    return {line: (skus[sku_id], samples.get(line)) for line, sku_id in wanted.items() if sku_id is not None}


def sample_of(code: str, site: Site) -> Sample | None:
    """On a shelf tag of this store."""
    ours = scanned.our_code(code)
    if ours is None:
        return None
    query = sa.select(Sample).join(Tag).where(Tag.code == ours, Tag.state == TagState.BOUND, Sample.site_id == site.id)
    return db.session.scalar(query.options(joinedload(Sample.listing).selectinload(Listing.skus)))


def sku_id_of(line: WholeLine, sample: Sample | None) -> int | None:
    """None where the code names none, or more than one."""
    if line.sku_id is not None:
        return line.sku_id
    if sample is not None:
        styles = sample.listing.skus
        return sample.sku_id or (styles[0].id if len(styles) == 1 else None)
    gtin = gtins.find(line.code)
    if gtin is None:
        return None
    found = db.session.scalars(sa.select(Sku.id).where(Sku.barcode.in_(gtins.spellings(gtin))).limit(2)).all()
    return found[0] if len(found) == 1 else None
