"""Orders at 1688: asked for, made once, found again, followed and cancelled."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.alibaba_1688 import logistics, order_views, sending
from selection_center.marketplace.connectors.alibaba_1688.creations import created
from selection_center.marketplace.connectors.alibaba_1688.oauth import Tokens
from selection_center.marketplace.connectors.alibaba_1688.order_views import Seen
from selection_center.marketplace.connectors.alibaba_1688.previews import preview_of
from selection_center.marketplace.connectors.alibaba_1688.reading import Unreadable
from selection_center.marketplace.connectors.alibaba_1688.refusals import check
from selection_center.marketplace.connectors.orders import Draft, Parcel, Preview, RemoteOrder, RemoteState

PREVIEW = "com.alibaba.trade:alibaba.createOrder.preview-1"
CREATIONS = ("com.alibaba.trade:alibaba.trade.createCrossOrder-1", "com.alibaba.trade:alibaba.trade.fastCreateOrder-1")
"""Two doors to one effect: applications are let through one of them, or both."""
ORDER = "com.alibaba.trade:alibaba.trade.get.buyerView-1"
ORDERS = "com.alibaba.trade:alibaba.trade.getBuyerOrderList-1"
CANCEL = "com.alibaba.trade:alibaba.trade.cancel-1"
PARCELS = "com.alibaba.logistics:alibaba.trade.getLogisticsInfos.buyerView-1"
TRACES = "com.alibaba.logistics:alibaba.trade.getLogisticsTraceInfo.buyerView-1"

SITE = {"webSite": "1688"}
ON_THE_WAY = {RemoteState.SHIPPED, RemoteState.RECEIVED, RemoteState.DONE}
SPLIT_WITHIN = timedelta(minutes=2)
PER_PAGE, MOST_PAGES = 50, 20
REASONS = {"stock_short": "sellerGoodsLack"}
CANCELLED_BY_BUYER = "buyerCancel"


class Trade:
    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.creations = list(CREATIONS)

    def check(self) -> None:
        self.tokens.call(ORDERS, {"page": 1, "pageSize": 1}, order_views.several)

    def preview(self, draft: Draft) -> Preview:
        flow = sending.FLOWS[draft.flow]
        asked = {"addressParam": sending.address(draft.receiver), "cargoParamList": sending.cargo(draft)}
        found = self.tokens.call(PREVIEW, {**asked, "flow": flow}, preview_of)
        return found if found.flow_word else replace(found, flow_word=flow)

    def create(self, draft: Draft, preview: Preview) -> tuple[RemoteOrder, ...]:
        """A way to pay that is refused after all is no order: the preview's next one is tried."""
        asked = {
            "flow": preview.flow_word or sending.FLOWS[draft.flow],
            "message": sending.message(draft),
            "addressParam": sending.address(draft.receiver),
            "cargoParamList": sending.cargo(draft),
            "outOrderId": draft.reference,
        }
        refused: ConnectorError | None = None
        for trade_type in preview.trade_types or (None,):
            try:
                made = self._create({**asked, "tradeType": trade_type})
                return tuple(replace(order, reference=draft.reference) for order in made)
            except ConnectorError as error:
                if error.code != "trade_type":
                    raise
                refused = error
        raise refused or ConnectorError("trade_type", permanent=True)

    def _create(self, asked: Mapping[str, Any]) -> tuple[RemoteOrder, ...]:
        """Through the door that is open to us; a shut one is not tried again."""
        while True:
            try:
                return self.tokens.call(self.creations[0], asked, created)
            except ConnectorError as error:
                if error.code != "no_permission" or len(self.creations) == 1:
                    raise
                self.creations.pop(0)

    def look_up(self, reference: str) -> tuple[RemoteOrder, ...]:
        found = self._view(outOrderId=reference)
        if found is None:
            return ()
        if found.order.reference not in ("", reference):
            raise ConnectorError("no_answer", f"asked for {reference}, got {found.order.reference}", permanent=False)
        others = self._siblings(found, reference)
        return tuple(replace(each, reference=reference) for each in (found.order, *others))

    def _siblings(self, seen: Seen, reference: str) -> list[RemoteOrder]:
        """Where the platform made several orders of one: those of the same moment that say our reference themselves,
        for a list may pass over the filter.
        """
        if seen.created_at is None:
            return []
        begin, end = seen.created_at - SPLIT_WITHIN, seen.created_at + SPLIT_WITHIN
        asked = {"createStartTime": begin, "createEndTime": end, "outOrderId": reference, "pageSize": PER_PAGE}
        found: list[RemoteOrder] = []
        for page in range(1, MOST_PAGES + 1):
            some, total = self.tokens.call(ORDERS, {**asked, "page": page}, order_views.several)
            found += some
            if page * PER_PAGE >= total:
                break
        return [one for one in found if one.reference == reference and one.remote_id != seen.order.remote_id]

    def _view(self, **which: str) -> Seen | None:
        """An order as it is; None where the platform says that there is none."""
        asked = {**SITE, **which, "includeFields": "NativeLogistics"}
        try:
            return self.tokens.call(ORDER, asked, order_views.one)
        except ConnectorError as error:
            if error.code != "not_there":
                raise
            return None

    def cancel(self, remote_id: str, reason: str) -> None:
        why = REASONS.get(reason, CANCELLED_BY_BUYER)
        asked = {**SITE, "tradeID": remote_id, "cancelReason": why, "remark": reason[:200] or None}
        self.tokens.call(CANCEL, asked, _done)

    def follow(self, remote_id: str) -> RemoteOrder:
        found = self._view(orderId=remote_id)
        if found is None:
            raise ConnectorError("not_there", remote_id, permanent=True)
        order = found.order
        if order.state not in ON_THE_WAY or order.collected:
            return order
        return replace(order, parcels=self._parcels(remote_id) or order.parcels)

    def _parcels(self, remote_id: str) -> tuple[Parcel, ...]:
        """Without permission for them, the order's own words about its parcels must do."""
        asked = {**SITE, "orderId": remote_id}
        try:
            parcels = self.tokens.call(PARCELS, asked, logistics.parcels_of)
            return logistics.joined(parcels, self.tokens.call(TRACES, asked, logistics.traces_of))
        except ConnectorError as error:
            if not error.permanent:
                raise
            return ()


def _done(answer: Any) -> None:
    """An answer that only says whether it was done."""
    if not isinstance(answer, dict):
        raise Unreadable("no answer to a cancellation")
    check(answer)
