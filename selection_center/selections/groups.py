"""A list as it would be ordered: its open lines by site and supplier, priced, with what still stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from selection_center.accounts.buyers import Buyer
from selection_center.catalog.pricing import (
    LinePrice,
    MixState,
    OfferTerms,
    Packing,
    SamplePrice,
    SupplierPrice,
    Wanted,
    price_samples,
    price_supplier,
)
from selection_center.catalog.suppliers import PriceVisibility, Supplier
from selection_center.catalog.terms import mix_rule, offer_terms
from selection_center.catalog.visibility import sees_prices
from selection_center.membership.members import Member
from selection_center.membership.recognising import pays_member_price
from selection_center.selections.models import LineKind, SelectionLine
from selection_center.sites.models import Site

HINDRANCES = ("off_shelf", "no_price", "no_sample_price", "not_a_lot", "below_moq", "above_sample_limit")


@dataclass(frozen=True)
class PricedLine:
    """A line with its price now; unit_fen is None where there is none or it may not be seen."""

    line: SelectionLine
    price: LinePrice | SamplePrice
    is_visible: bool

    @property
    def unit_fen(self) -> int | None:
        return self.price.unit_fen if self.is_visible else None

    @property
    def total_fen(self) -> int | None:
        return self.price.total_fen if self.is_visible else None

    @property
    def is_for_members(self) -> bool:
        """It costs a member less, and this buyer is one."""
        return (
            isinstance(self.price, LinePrice) and self.unit_fen is not None and self.unit_fen == self.price.member_fen
        )

    @property
    def is_off_shelf(self) -> bool:
        return not self.line.listing.is_on_shelf

    @property
    def is_orderable(self) -> bool:
        return self.price.is_orderable and self.is_visible and not self.is_off_shelf

    @property
    def hindrance(self) -> str | None:
        """Why this line cannot be ordered as it stands, as one of HINDRANCES."""
        if self.is_off_shelf:
            return "off_shelf"
        if isinstance(self.price, SamplePrice):
            return self.price.problem
        return next((code for code in HINDRANCES if code in self.price.problems), None)


@dataclass(frozen=True)
class SupplierGroup:
    """The open lines of one supplier at one site: bulk ones count together, sample ones stand alone."""

    site: Site
    supplier: Supplier | None
    bulk: tuple[PricedLine, ...] = ()
    samples: tuple[PricedLine, ...] = ()
    mix: MixState | None = None
    is_visible: bool = True
    packing: Packing = field(default_factory=Packing)

    @property
    def lines(self) -> tuple[PricedLine, ...]:
        return self.bulk + self.samples

    @property
    def bulk_is_orderable(self) -> bool:
        return bool(self.bulk) and self.supplier is not None and all(line.is_orderable for line in self.bulk)

    @property
    def samples_are_orderable(self) -> bool:
        return bool(self.samples) and self.supplier is not None and all(line.is_orderable for line in self.samples)

    @property
    def orderable(self) -> list[tuple[LineKind, tuple[PricedLine, ...]]]:
        """The orders that this group would become now."""
        ready = []
        if self.bulk_is_orderable:
            ready.append((LineKind.BULK, self.bulk))
        if self.samples_are_orderable:
            ready.append((LineKind.SAMPLE, self.samples))
        return ready

    @property
    def is_orderable(self) -> bool:
        """Every line of the group could be ordered now."""
        return bool(self.lines) and len(self.orderable) == bool(self.bulk) + bool(self.samples)

    @property
    def hindrance(self) -> str | None:
        """The first thing that keeps a line of it from being ordered; None when nothing does."""
        if self.supplier is None:
            return "no_supplier"
        if not self.is_visible:
            return "hidden" if self.waits_for_phone else "told_at_desk"
        found = {line.hindrance for line in self.lines}
        return next((code for code in HINDRANCES if code in found), None)

    @property
    def waits_for_phone(self) -> bool:
        """Its prices open once the buyer leaves a number."""
        return (
            not self.is_visible
            and self.supplier is not None
            and self.supplier.price_visibility is PriceVisibility.PHONE
        )

    @property
    def pieces(self) -> int:
        return sum(line.line.quantity for line in self.lines)

    @property
    def total_fen(self) -> int | None:
        """None where prices may not be seen."""
        return sum(line.total_fen or 0 for line in self.lines) if self.is_visible else None

    @property
    def orderable_fen(self) -> int:
        return sum(line.total_fen or 0 for _, lines in self.orderable for line in lines)


def groups_of(
    lines: Iterable[SelectionLine],
    *,
    buyer: Buyer | None = None,
    user: Any = None,
    member: Member | None = None,
    samples_taken: Mapping[int, int] | None = None,
) -> list[SupplierGroup]:
    """The open lines in groups, in the order in which their first line was added.

    member: whoever pays, where a card told it. samples_taken: by SKU, the sample pieces that this buyer has ordered
    before.
    """
    gathered: dict[tuple[int, int], list[SelectionLine]] = {}
    for line in lines:
        if line.is_open:
            gathered.setdefault((line.sample.site_id, line.listing.supplier_id or -line.listing_id), []).append(line)
    return [_group(together, buyer, user, member, samples_taken or {}) for together in gathered.values()]


def _group(
    lines: list[SelectionLine],
    buyer: Buyer | None,
    user: Any,
    member: Member | None,
    samples_taken: Mapping[int, int],
) -> SupplierGroup:
    supplier, site = lines[0].listing.supplier, lines[0].sample.site
    visible = sees_prices(supplier, buyer=buyer, user=user, is_member=member is not None)
    terms = {line.listing_id: offer_terms(line.listing) for line in lines}
    bulk = [line for line in lines if line.kind is LineKind.BULK]
    rule, pays_less = mix_rule(supplier), pays_member_price(member, site)
    priced = price_supplier(terms.values(), [wanted(line) for line in bulk], rule, member=pays_less)
    samples = tuple(_sample_lines(lines, terms, visible, samples_taken))
    packing = sum((line.price.packing for line in samples), priced.packing)
    return SupplierGroup(
        site=site,
        supplier=supplier,
        bulk=_bulk_lines(bulk, priced, visible),
        samples=samples,
        mix=priced.mix if bulk and visible else None,
        is_visible=visible,
        packing=packing,
    )


def _bulk_lines(lines: list[SelectionLine], priced: SupplierPrice, visible: bool) -> tuple[PricedLine, ...]:
    return tuple(PricedLine(line, price, visible) for line, price in zip(lines, priced.lines, strict=True))


def _sample_lines(
    lines: list[SelectionLine], terms: dict[int, OfferTerms], visible: bool, taken: Mapping[int, int]
) -> Iterable[PricedLine]:
    by_listing: dict[int, list[SelectionLine]] = {}
    for line in lines:
        if line.kind is LineKind.SAMPLE:
            by_listing.setdefault(line.listing_id, []).append(line)
    for listing_id, members in by_listing.items():
        prices = price_samples(terms[listing_id], [wanted(line) for line in members], taken)
        yield from (PricedLine(line, price, visible) for line, price in zip(members, prices, strict=True))


def wanted(line: SelectionLine) -> Wanted:
    return Wanted(line.sku_id, line.quantity)


@dataclass(frozen=True)
class Totals:
    """Sums over groups: what can be ordered now, and what stays."""

    orders: int
    orderable_fen: int
    staying_fen: int
    pieces: int
    packing: Packing

    @classmethod
    def of(cls, groups: list[SupplierGroup]) -> Totals:
        return cls(
            orders=sum(len(group.orderable) for group in groups),
            orderable_fen=sum(group.orderable_fen for group in groups),
            staying_fen=sum((group.total_fen or 0) - group.orderable_fen for group in groups),
            pieces=sum(group.pieces for group in groups),
            packing=sum((group.packing for group in groups), Packing()),
        )
