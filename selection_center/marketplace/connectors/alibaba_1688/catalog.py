"""Offers at 1688: whole accounts page by page, and one by its id, by whichever of three calls lets us."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.marketplace.connectors import ConnectorError, OfferPage
from selection_center.marketplace.connectors.alibaba_1688.catalog_answers import (
    NO_MIX,
    Mix,
    detail_in,
    follow_answer,
    mix_answer,
    mix_in,
    page_in,
    product_in,
)
from selection_center.marketplace.connectors.alibaba_1688.oauth import Tokens
from selection_center.marketplace.connectors.alibaba_1688.products import DELETED, PUBLISHED, offer_of, status_of
from selection_center.marketplace.connectors.alibaba_1688.quotes import Unfit
from selection_center.marketplace.connectors.alibaba_1688.reading import Record, Unreadable, identity, part, text, truth

LIST = "com.alibaba.product:alibaba.product.list.get-1"
OWN = "com.alibaba.product:alibaba.product.get-1"
LINKED = "com.alibaba.product:alibaba.cross.productInfo-1"
ABROAD = "com.alibaba.fenxiao.crossborder:product.search.queryProductDetail-1"
MIXED = "com.alibaba.trade:alibaba.trade.OpQueryMarketingMixConfig-1"
FOLLOW = "com.alibaba.product:alibaba.product.follow-1"
UNFOLLOW = "com.alibaba.product:alibaba.product.unfollow.crossborder-1"
PER_PAGE = 20
"""The platform gives no more at once."""
SHUT = {"no_permission", "bad_call"}


class Catalog:
    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.mixes: dict[str, Mix] = {}
        self.ways: list[Callable[[str], Record | None]] = [self._own, self._linked, self._abroad]

    def check(self) -> None:
        self.tokens.call(LIST, {"pageNo": 1, "pageSize": 1}, page_in)

    def page(self, cursor: str | None, changed_since: datetime | None) -> OfferPage:
        """The newest change first: what changes meanwhile moves to pages already read, which shifts some behind it to
        the next page, twice rather than never. What is deleted moves them the other way, so the cursor remembers how
        many there were, and goes back where they became fewer.
        """
        number, before = _read_cursor(cursor)
        asked = {
            **{"pageNo": number, "pageSize": PER_PAGE, "needDetail": True, "startModifyTime": changed_since},
            **{"orderByCondition": "MODIFY_DATE", "orderByType": "DESC"},
        }
        found, total = self.tokens.call(LIST, asked, page_in)
        offers, refused = [], []
        for product in found:
            try:
                offers.append(self._offer(product))
            except Unreadable as error:
                refused.append((_id_of(product), _why(product, error)))
        step = 1 if total >= before or number == 1 else -1
        is_last = not found or number * PER_PAGE >= total
        after = None if is_last and step > 0 else f"{max(number + step, 1)}/{total}"
        return OfferPage(tuple(offers), after, total, tuple(refused))

    def one(self, external_id: str) -> OfferRow | None:
        product = self._product(external_id)
        if product is None or status_of(product) in DELETED:
            return None
        try:
            return self._offer(product)
        except Unreadable as error:
            why = _why(product, error)
            raise ConnectorError("off_shelf" if why == "off_shelf" else "unreadable", why, permanent=True) from error

    def follow(self, external_id: str) -> None:
        """关注: messages of its stock come only then."""
        self.tokens.call(FOLLOW, {"productId": external_id}, follow_answer)

    def unfollow(self, external_id: str) -> None:
        self.tokens.call(UNFOLLOW, {"productId": external_id}, follow_answer)

    def _product(self, external_id: str) -> Record | None:
        """By the first of the calls that are open to us; the one that answered is asked first the next time."""
        shut: ConnectorError | None = None
        for way in list(self.ways):
            try:
                found = way(external_id)
            except ConnectorError as error:
                if error.code == "not_there":
                    return None
                if error.code not in SHUT:
                    raise
                shut = error if shut is None or error.code == "no_permission" else shut
                continue
            self.ways.sort(key=lambda other: other != way)
            return found
        raise shut or ConnectorError("no_permission", permanent=True)

    def _own(self, external_id: str) -> Record | None:
        return self.tokens.call(OWN, {"productID": external_id, "webSite": "1688"}, product_in)

    def _linked(self, external_id: str) -> Record | None:
        return self.tokens.call(LINKED, {"productId": external_id}, product_in)

    def _abroad(self, external_id: str) -> Record | None:
        asked = json.dumps({"offerId": external_id, "country": "en"}, separators=(",", ":"))
        return self.tokens.call(ABROAD, {"offerDetailParam": asked}, detail_in)

    def _offer(self, product: Record) -> OfferRow:
        offer = offer_of(product, self.tokens.platform.pictures)
        pieces, fen = self._mix(product)
        return replace(offer, mix_pieces=pieces, mix_fen=fen)

    def _mix(self, product: Record) -> Mix:
        """A factory's rule is asked once for all its offers; without permission it is not known."""
        if "sellerMixSetting" in product:
            return mix_in(part(product, "sellerMixSetting"))
        seller = text(product, "supplierLoginId")
        if not seller or not truth(part(product, "saleInfo"), "mixWholeSale"):
            return NO_MIX
        if seller not in self.mixes:
            self.mixes[seller] = self._asked_mix(seller)
        return self.mixes[seller]

    def _asked_mix(self, seller: str) -> Mix:
        try:
            return self.tokens.call(MIXED, {"sellerLoginId": seller}, mix_answer)
        except ConnectorError as error:
            if not error.permanent:
                raise
            return NO_MIX


def _read_cursor(cursor: str | None) -> tuple[int, int]:
    """(page, how many offers there were)"""
    page, _, total = (cursor or "1/0").partition("/")
    return (int(page), int(total)) if page.isdigit() and total.isdigit() else (1, 0)


def _id_of(product: Record) -> str:
    try:
        return identity(product, "productID", "productId")
    except Unreadable:
        return ""


def _why(product: Record, error: Unreadable) -> str:
    """What cannot be read of an offer that is off the shelf matters less than that it is."""
    try:
        status = status_of(product)
    except Unreadable:
        status = ""
    if status and status != PUBLISHED:
        return "off_shelf"
    return str(error) if isinstance(error, Unfit) else f"unreadable: {error}"
