"""The till's scanner: whatever is scanned at a till, goods and members and sales in any order, and what comes of it."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request
from flask_babel import gettext as _

from selection_center.catalog.models import Sku
from selection_center.core import scanned
from selection_center.core.auth import allow
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db
from selection_center.core.errors import Refused, wants_json
from selection_center.core.forms import clean
from selection_center.core.permissions import Permission
from selection_center.floor.resolving import resolve
from selection_center.floor.things import BarcodeThing, OfferThing, SampleThing
from selection_center.membership.reading import CardRead, read_card
from selection_center.samples.models import Sample
from selection_center.till import changes, compared, finding, selling
from selection_center.till.changes import Change, changed
from selection_center.till.reaching import sale_to_change, till_or_404
from selection_center.till.sales import LineKind, Sale, SaleState
from selection_center.till.shifts import Till

bp = Blueprint("ringing", __name__)

RECEIPT = re.compile(r"/r/([A-Za-z0-9_-]{20,32})\b")
"""In the QR of a receipt."""


@bp.post("/tills/<int:till_id>/scans")
@allow(Permission.SELL)
def scan(till_id: int) -> Any:
    """One thing scanned, or a name typed."""
    till = till_or_404(till_id)
    text = clean(request.form.get("text", "")[:LONGEST_SCANNED]) or ""
    try:
        change = rung(till, text, is_typed=request.form.get("how") == "typed")
    except Refused as refused:
        if wants_json():
            raise
        db.session.rollback()
        change = Change(outcome="refused", word=_("Not possible"), text=refused.sentence)
        till = till_or_404(till_id)
    return changed(till, change)


def rung(till: Till, text: str, *, is_typed: bool) -> Change:
    if not text:
        return Change(outcome="unknown", word=_("Nothing was read"), text=_("Scan it again."))
    card = read_card(text, till.site)
    if card is not None:
        return of_card(till, card)
    sale = sale_named(till, text)
    if sale is not None:
        return of_sale(till, sale)
    match resolve(text, till.site):
        case SampleThing(sample):
            return of_sample(till, sample)
        case BarcodeThing(gtin, skus):
            return of_styles(till, skus, gtin.lstrip("0"))
        case OfferThing(listing) if listing is not None:
            return of_styles(till, listing.skus, listing.label)
        case thing:
            return of_words(till, text) if is_typed else unknown(thing.words(), text)


def unknown(sentence: str, text: str) -> Change:
    return Change(outcome="unknown", word=_("Unknown code"), text=f"{sentence} {text[:40]}".strip())


# --- members and sales ------------------------------------------------------------------------------------------


def of_card(till: Till, read: CardRead) -> Change:
    """A phone's code says who it is, also once it has opened the door; a printed card is compared with its holder."""
    if read.problem == "too_old":
        text = _("The code is older than a minute, as on a screenshot. Let the customer open the card anew.")
        return Change(outcome="refused", word=_("Code too old"), text=text)
    if read.problem == "revoked":
        return Change(
            outcome="refused", word=_("Card does not hold"), text=_("It was lost or replaced: ask at the desk.")
        )
    if read.way == "printed":
        return compared.to_compare(till, read.card)
    return compared.recognised(till, read.card)


def sale_named(till: Till, text: str) -> Sale | None:
    """A sale on hold, or one put together on a phone, by the code of its slip or its QR; a paid one by its receipt."""
    receipt, code = RECEIPT.search(text), scanned.our_code(text)
    if receipt is None and code is None:
        return None
    named = Sale.token == receipt[1] if receipt is not None else Sale.code == code
    found: Sale | None = db.session.scalar(sa.select(Sale).where(named, Sale.site_id == till.site_id))
    return found


def of_sale(till: Till, sale: Sale) -> Change:
    if sale.state is SaleState.PAID:
        text = _("Receipt %(number)s", number=sale.number or "")
        return Change(outcome="already", word=_("Paid already"), text=text, query={"paid": sale.id})
    selling.take_up(sale, till)
    return Change(word=_("Taken up"), text=sale.hold_note)


# --- goods ------------------------------------------------------------------------------------------------------


def of_sample(till: Till, sample: Sample) -> Change:
    """A shelf tag or a sample: its own style, else one of its offer's."""
    if sample.sku is not None:
        return of_style(till, sample.sku, sample)
    return of_styles(till, sample.listing.skus, sample.listing.label, sample)


def of_styles(till: Till, skus: list[Sku], named: str, sample: Sample | None = None) -> Change:
    """One style goes on the sale; of several, those that can be sold here are shown to choose from."""
    left = finding.on_hand(till.site, [sku.id for sku in skus])
    sold = [sku for sku in skus if sku.id in left] or [sku for sku in skus if finding.can_be_sent(sku)]
    if not sold:
        return Change(outcome="unknown", word=_("Not sold here"), text=named)
    if len(sold) == 1:
        return of_style(till, sold[0], sample)
    chosen = ".".join(str(sku.id) for sku in sold[: finding.MOST])
    return Change(outcome="wrong", word=_("Which style?"), text=named, query={"step": "goods", "skus": chosen})


def of_style(till: Till, sku: Sku, sample: Sample | None = None) -> Change:
    kind = finding.kind_of(sku, finding.on_hand(till.site, [sku.id]))
    if kind is None:
        return Change(outcome="unknown", word=_("Not sold here"), text=f"{sku.listing.label} {sku.label}".strip())
    line, before = selling.put_on(sale_to_change(till), sku, kind, sample=sample)
    said = changes.added(line, before)
    if kind is LineKind.FACTORY_DIRECT and not before:
        said = Change(
            outcome="wrong", word=_("The factory sends it"), text=said.text, keys=said.keys, line_id=said.line_id
        )
    return said


def of_words(till: Till, words: str) -> Change:
    """A name was typed: the goods of the store that are called so."""
    found = finding.by_words(till.site, words)
    if not found:
        return Change(outcome="unknown", word=_("Nothing found"), text=words[:40])
    if len(found) == 1:
        sku = db.session.get_one(Sku, found[0].sku_id)
        return of_style(till, sku)
    text = words[:40]
    return Change(outcome="done", word=_("Which one?"), text=text, query={"step": "goods", "words": words[:80]})
