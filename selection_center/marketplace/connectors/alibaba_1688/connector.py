"""1688.com's Open Platform as a connector."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l

from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.marketplace.connectors import (
    Connector,
    ConnectorError,
    Field,
    Gate,
    Given,
    Keep,
    OfferPage,
    open_gate,
)
from selection_center.marketplace.connectors.alibaba_1688 import inbox, messages
from selection_center.marketplace.connectors.alibaba_1688.catalog import Catalog
from selection_center.marketplace.connectors.alibaba_1688.client import GATEWAY, Platform
from selection_center.marketplace.connectors.alibaba_1688.oauth import Tokens
from selection_center.marketplace.connectors.alibaba_1688.trade import Trade
from selection_center.marketplace.connectors.messages import Message
from selection_center.marketplace.connectors.orders import Draft, Preview, RemoteOrder


class Alibaba1688(Connector):
    """An application at 1688's Open Platform, and the buyer's account that let it in (1688 开放平台)."""

    name = "1688"
    label = _l("1688 Open Platform")
    fields = (
        Field("app_key", _l("AppKey")),
        Field("app_secret", _l("AppSecret"), secret=True),
        Field("access_token", _l("Access token, where there is one already"), secret=True, required=False),
        Field("refresh_token", _l("Refresh token, where there is one already"), secret=True, required=False),
        Field("address", _l("Address of the gateway"), required=False, default=GATEWAY),
    )
    takes_orders = True
    sends_messages = True
    keeps_messages = True
    signs_in = True
    follows_offers = True

    def __init__(self, given: Given, keep: Keep, gate: Gate = open_gate) -> None:
        super().__init__(given, keep, gate)
        self.platform = Platform(given, gate)
        self.tokens = Tokens(self.platform, given, keep)
        self.catalog = Catalog(self.tokens)
        self.trade = Trade(self.tokens)

    def close(self) -> None:
        self.platform.close()

    def sign_in_address(self, back_to: str, state: str) -> str:
        return self.tokens.sign_in_address(back_to, state)

    def sign_in(self, code: str, back_to: str) -> str:
        return self.tokens.exchange(code, back_to)

    def check(self) -> str:
        """One call that needs a token and changes nothing; either of two permissions will do."""
        try:
            self.trade.check()
        except ConnectorError as error:
            if error.code != "no_permission":
                raise
            self.catalog.check()
        return self.tokens.owner

    def fetch_listings(self, cursor: str | None = None, *, changed_since: datetime | None = None) -> OfferPage:
        return self.catalog.page(cursor, changed_since)

    def fetch_one(self, external_id: str) -> OfferRow | None:
        return self.catalog.one(external_id)

    def follow_offer(self, external_id: str) -> None:
        self.catalog.follow(external_id)

    def unfollow_offer(self, external_id: str) -> None:
        self.catalog.unfollow(external_id)

    def preview_order(self, draft: Draft) -> Preview:
        return self.trade.preview(draft)

    def create_order(self, draft: Draft, preview: Preview) -> tuple[RemoteOrder, ...]:
        return self.trade.create(draft, preview)

    def look_up(self, reference: str) -> tuple[RemoteOrder, ...]:
        return self.trade.look_up(reference)

    def cancel_order(self, remote_id: str, reason: str) -> None:
        self.trade.cancel(remote_id, reason)

    def follow(self, remote_id: str) -> RemoteOrder:
        return self.trade.follow(remote_id)

    def read_message(self, fields: Mapping[str, str]) -> Message | None:
        return messages.pushed(fields, self.platform.secret)

    def read_messages(self, cursor: str | None = None) -> tuple[tuple[Message, ...], str | None]:
        return inbox.look(self.tokens, cursor)
