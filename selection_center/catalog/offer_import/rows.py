"""Rows of a table become offers: the rows of one offer id make one offer with its specs, whole or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from selection_center.catalog.offer_import.fields import Field
from selection_center.catalog.offer_import.lines import Line, SourceRow
from selection_center.catalog.offer_import.offers import OfferRow, PackRow, SkuRow, SupplierRow
from selection_center.catalog.offer_import.quotes import Quoted, quote_of
from selection_center.catalog.offer_import.reader import Reader
from selection_center.catalog.offer_import.reasons import RowNote, RowProblem

MOST_SKUS = 1000

ONE_FOR_ALL = {
    "title": Field.TITLE,
    "category": Field.CATEGORY,
    "origin": Field.ORIGIN,
    "on_shelf": Field.STATUS,
    "lot_size": Field.LOT,
}
"""What an offer has once: where its rows differ, the first one holds and the preview says so."""


@dataclass(frozen=True, slots=True)
class Read:
    """What became of some rows: an offer with notes, or problems."""

    numbers: tuple[int, ...]
    source: str
    external_id: str
    """Empty where the row does not say it readably."""
    offer: OfferRow | None
    problems: tuple[RowProblem, ...]
    notes: tuple[RowNote, ...]
    cells: tuple[str, ...]
    """The (first) row as the file has it."""


def read_offers(rows: Iterable[SourceRow], reader: Reader) -> Iterator[Read]:
    """Offers in the file's order, in constant memory. Only neighbouring rows of one offer id are brought together:
    an id that comes again later is read again, and `gather_offers` is the answer to that."""
    group: list[Line] = []
    for line in _lines(rows, reader):
        if group and (line.key != group[0].key or not line.external_id):
            yield from assemble(group, reader)
            group = []
        group.append(line)
    if group:
        yield from assemble(group, reader)


def gather_offers(rows: Iterable[SourceRow], reader: Reader, ids: set[str] | None = None) -> Iterator[Read]:
    """Offers whose rows may stand anywhere in the file; of these offer ids only, if given.

    Holds all their lines in memory, so that a large file is asked for its scattered offers only.
    """
    groups: dict[tuple[str, str, int], list[Line]] = {}
    for line in _lines(rows, reader):
        if ids is None or line.external_id in ids:
            groups.setdefault((*line.key, 0 if line.external_id else line.number), []).append(line)
    for group in groups.values():
        yield from assemble(group, reader)


def _lines(rows: Iterable[SourceRow], reader: Reader) -> Iterator[Line]:
    """Rows as lines. A row that gives a spec alone belongs to the offer above it, as merged cells leave it."""
    above: Line | None = None
    for row in rows:
        line = reader.line(row)
        if line is None:
            continue
        if above and above.external_id and line.names_no_offer and not line.problems:
            line.source, line.external_id = above.key
            line.notes.append(RowNote(line.number, "", "continued", {"row": above.number}))
        else:
            above = line
        yield line


def assemble(lines: Sequence[Line], reader: Reader) -> list[Read]:
    """One offer of these lines of one id, beside refused repetitions; or every line refused, if one is wrong."""
    first = lines[0]
    for line in lines:
        _check_alone(line, reader, is_first=line is first)
    skus, repeated, same_again = _skus(lines, reader)
    kept = [line for line in lines if line not in repeated]
    if not any(line.problems for line in kept):
        quoted = quote_of(kept, skus, reader)
        if not any(line.problems for line in kept):
            notes = [note for line in kept for note in line.notes] + same_again + _differences(kept, reader)
            numbers = tuple(line.number for line in kept)
            offer = _offer(kept, skus, quoted)
            read = Read(numbers, *first.key, offer, (), tuple(notes), tuple(first.cells))
            return [read, *(_refused(line, line) for line in repeated)]
    wrong = next(line for line in kept if line.problems)
    return [_refused(line, wrong) for line in lines]


def _refused(line: Line, wrong: Line) -> Read:
    problems = line.problems or [RowProblem(line.number, "", "other_row_wrong", {"row": wrong.number})]
    return Read((line.number,), *line.key, None, tuple(problems), (), tuple(line.cells))


def _check_alone(line: Line, reader: Reader, is_first: bool) -> None:
    """Names what a line lacks. An offer's further rows may leave the title to the first."""
    wrong = {problem.column for problem in line.problems}
    if not line.external_id and not wrong & {reader.name(Field.OFFER_ID), reader.name(Field.URL), ""}:
        reader.refuse(line, Field.OFFER_ID, "no_offer_id")
    if is_first and not line.offer.get("title") and not wrong & {reader.name(Field.TITLE), ""}:
        reader.refuse(line, Field.TITLE, "no_title")


def _skus(lines: Sequence[Line], reader: Reader) -> tuple[list[Line], list[Line], list[RowNote]]:
    """Of an offer's lines: one for each spec, those that contradict one, and notes on those that repeat one."""
    if len(lines) == 1:
        return list(lines), [], []
    for line in lines:
        if not line.sku.get("spec") and (name := line.sku.get("cargo_number") or line.sku.get("source_id")):
            line.sku["spec"] = name
    by_spec: dict[str, Line] = {}
    contradicting, notes = [], []
    for line in lines:
        first = by_spec.setdefault(line.sku.get("spec", ""), line)
        if first is not line and _terms(first) == _terms(line):
            notes.append(RowNote(first.number, "", "sku_same_again", {"row": line.number}))
        elif first is not line and not line.problems:
            line.problems.append(RowProblem(line.number, "", "sku_repeated", {"row": first.number}))
            contradicting.append(line)
    if len(by_spec) > 1:  # a row without a spec beside rows with one speaks of the whole offer
        by_spec.pop("", None)
    if len(by_spec) > MOST_SKUS:
        reader.refuse(lines[0], Field.SPEC, "skus_too_many", limit=MOST_SKUS)
    return list(by_spec.values()), contradicting, notes


def _terms(line: Line) -> tuple[Any, ...]:
    return line.sku, line.tiers, line.offer.get("headline_fen"), line.moq


def _differences(lines: Sequence[Line], reader: Reader) -> list[RowNote]:
    """A note for each thing that an offer has once and its rows say differently."""
    notes = []
    for name, which in ONE_FOR_ALL.items() if len(lines) > 1 else ():
        saying = [line for line in lines if line.offer.get(name) is not None]
        other = next((line for line in saying if line.offer[name] != saying[0].offer[name]), None)
        if other:
            notes.append(RowNote(lines[0].number, reader.name(which), "differs_from_first", {"row": other.number}))
    return notes


def _offer(lines: Sequence[Line], skus: Sequence[Line], quoted: Quoted) -> OfferRow:
    """The offer that right lines make. The first line that says something has the last word."""
    said: dict[str, Any] = {}
    supplier: dict[str, Any] = {}
    pack: dict[str, Any] = {}
    units: dict[Field, str] = {}
    for line in reversed(lines):
        said |= line.offer
        supplier |= line.supplier
        pack |= line.pack
        units |= line.units
    if len(lines) > 1 and "pictures" in said:
        said["pictures"] = tuple(dict.fromkeys(url for line in lines for url in line.offer.get("pictures", ())))
    unit = units.get(Field.UNIT) or units.get(Field.TIERS) or units.get(Field.MOQ) or ""
    sample_prices = {line.sku.get("sample_fen") for line in skus}
    one_sample_price = sample_prices.pop() if len(sample_prices) == 1 else None
    return OfferRow(
        external_id=lines[0].external_id,
        source=lines[0].source,
        unit=unit,
        moq=quoted.moq,
        quote=quoted.quote,
        tiers=quoted.tiers,
        sample_fen=one_sample_price,
        supplier=SupplierRow(**supplier) if supplier.get("name") or supplier.get("source_id") else None,
        pack=PackRow(**pack) if pack else NO_PACK,
        skus=tuple(_sku(line, quoted, skus, one_sample_price is not None) for line in skus),
        **said,
    )


NO_PACK = PackRow()
NO_SPEC = (SkuRow(),)


def _sku(line: Line, quoted: Quoted, skus: Sequence[Line], one_sample_price: bool) -> SkuRow:
    said = dict(line.sku)
    if one_sample_price:
        said["sample_fen"] = None
    if len({sku.offer.get("item_number") for sku in skus}) > 1 and "item_number" in line.offer:
        said.setdefault("cargo_number", line.offer["item_number"])
    if quoted.quote == "per_sku":
        said["price_fen"] = quoted.prices[line.number]
    elif quoted.quote == "tier_per_sku":
        said["tiers"] = quoted.sku_tiers[line.number]
    return SkuRow(**said)
