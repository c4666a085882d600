"""The answers of the calls that give offers, each in a wrapping of its own."""

from typing import Any

from selection_center.marketplace.connectors.alibaba_1688.cross_border import as_product
from selection_center.marketplace.connectors.alibaba_1688.reading import (
    Record,
    Unreadable,
    part,
    parts,
    record,
    text,
    truth,
    whole,
    yuan,
)
from selection_center.marketplace.connectors.alibaba_1688.refusals import check

Mix = tuple[int | None, int | None]
"""Pieces and fen of a factory's mixed batch (混批)."""
DONE = "200"
NO_MIX: Mix = (None, None)


def mix_in(said: Record) -> Mix:
    if not truth(said, "generalHunpi"):
        return NO_MIX
    return whole(said, "mixNumber") or None, yuan(said, "mixAmount") or None


def mix_answer(answer: Any) -> Mix:
    said = record(answer)
    check(said)
    return mix_in(part(said, "result"))


def follow_answer(answer: Any) -> None:
    """{"code": 200, "message": "success"} where it was done: a message without a result is a refusal elsewhere."""
    said = record(answer)
    if text(said, "code") != DONE:
        check(said)


def page_in(answer: Any) -> tuple[list[Record], int]:
    said = record(answer)
    check(said)
    result = part(said, "result") or said
    page = part(result, "pageResult")
    if not page:
        raise Unreadable("a list without its page")
    return parts(page, "resultList"), whole(page, "totalRecords") or 0


def product_in(answer: Any) -> Record | None:
    said = record(answer)
    check(said)
    product = part(said, "productInfo") or part(part(said, "result"), "productInfo") or part(said, "result")
    if not product.get("productID"):
        raise Unreadable("an offer without its id")
    return product


def detail_in(answer: Any) -> Record | None:
    said = record(answer)
    check(said)
    outer = part(said, "result")
    check(outer)
    detail = part(outer, "result")
    if not detail.get("offerId"):
        raise Unreadable("an offer without its id")
    return as_product(detail)
