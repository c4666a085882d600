"""A factory's feed as a connector: the same contract as a marketplace's, as far as a file can keep it."""

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
from selection_center.marketplace.connectors.feed.answers import Answers
from selection_center.marketplace.connectors.feed.outbox import Outbox
from selection_center.marketplace.connectors.feed.pricing import preview_of
from selection_center.marketplace.connectors.feed.reading import Offers, own, why
from selection_center.marketplace.connectors.feed.sources import Source
from selection_center.marketplace.connectors.messages import Message
from selection_center.marketplace.connectors.orders import Draft, Preview, RemoteOrder

PER_PAGE = 200
TAKE, HAND_OVER, WRITE, LISTEN = "take the feed", "hand over an order", "ask the mail server", "read how orders stand"


class Feed(Connector):
    """A factory without an API: its table or JSON at an address or in a folder, orders as files or letters (数据源)."""

    name = "feed"
    label = _l("Feed: a table or JSON at an address or in a folder")
    fields = (
        Field("source", _l("Short name of the feed: small letters, digits and hyphens"), alone=True),
        Field("address", _l("Address, https; leave empty to read the feed's folder"), required=False),
        Field("order_format", _l("Orders as xlsx or csv"), required=False, default="xlsx"),
        Field("orders_to", _l("E-mail address for orders; leave empty to put them into the outbox"), required=False),
        Field("status_address", _l("Address that says how orders stand; leave empty for the folder"), required=False),
    )
    takes_orders = True
    keeps_messages = True

    def __init__(self, given: Given, keep: Keep, gate: Gate = open_gate) -> None:
        super().__init__(given, keep, gate)
        self.source = Source(given)
        self.digest, self.offers = "", None  # type: str, Offers | None

    @property
    def outbox(self) -> Outbox:
        to = self.given.get("orders_to", "").strip()
        return Outbox(self.source.place / "outbox", self.given.get("order_format", ""), to)

    @property
    def answers(self) -> Answers:
        address = self.given.get("status_address", "").strip()
        return Answers(self.source.place / "status", address, self.outbox)

    def close(self) -> None:
        if self.offers:
            self.offers.close()
        self.digest, self.offers = "", None

    def check(self) -> str:
        """Reads the first of it, and asks the mail server to let us in where orders go by letter."""
        offers = self._open(self._take() or "")
        if post := self.outbox.post:
            with self.gate(WRITE):
                post.check()
        offers.some(0, 1)
        return f"{self.source.name} ({offers.feed.table.kind})"

    def fetch_listings(self, cursor: str | None = None, *, changed_since: datetime | None = None) -> OfferPage:
        """The cursor is the kept file's digest and how far it was read; a file that is gone is taken anew."""
        digest, begin = _read_cursor(cursor)
        if not digest or not (offers := self._opened(digest)):
            taken = self._take(changed_since)
            if taken is None:
                return OfferPage((), None)
            digest, begin, offers = taken, 0, self._open(taken)
        reads = offers.some(begin, PER_PAGE)
        name = self.source.name
        found = tuple(offer for read in reads if (offer := own(read, name)))
        refused = tuple((read.external_id, why(read, name)) for read in reads if own(read, name) is None)
        after = f"{digest}:{begin + len(reads)}" if len(reads) == PER_PAGE else None
        return OfferPage(found, after, refused=refused)

    def fetch_one(self, external_id: str) -> OfferRow | None:
        return self._current({external_id}).get(external_id)

    def preview_order(self, draft: Draft) -> Preview:
        return preview_of(draft, self._current({line.external_id for line in draft.lines}))

    def create_order(self, draft: Draft, preview: Preview) -> tuple[RemoteOrder, ...]:
        with self.gate(HAND_OVER):
            return (self.outbox.hand_over(draft, preview),)

    def look_up(self, reference: str) -> tuple[RemoteOrder, ...]:
        found = self.outbox.find(reference)
        return (found,) if found else ()

    def cancel_order(self, remote_id: str, reason: str) -> None:
        with self.gate(HAND_OVER):
            self.outbox.call_off(remote_id, reason)

    def follow(self, remote_id: str) -> RemoteOrder:
        found = self.outbox.find(remote_id)
        if found is None:
            raise ConnectorError("not_there", remote_id, permanent=True)
        return found

    def read_message(self, fields: Mapping[str, str]) -> Message | None:
        """A feed pushes none."""
        return None

    def read_messages(self, cursor: str | None = None) -> tuple[tuple[Message, ...], str | None]:
        """What the factory says of orders: kept with them at once, so that `follow` knows it."""
        with self.gate(LISTEN):
            return self.answers.read(cursor)

    def remind(self, draft: Draft) -> None:
        with self.gate(HAND_OVER):
            self.outbox.remind(draft)

    def settle(self, reference: str, *, arrived: bool) -> None:
        self.outbox.settle(reference, arrived=arrived)

    def _current(self, ids: set[str]) -> dict[str, OfferRow]:
        """These offers as the feed has them now; those that it does not have are left out."""
        name = self.source.name
        reads = self._open(self._take() or "").of(ids)
        for external_id, read in reads.items():
            if own(read, name) is None:
                raise ConnectorError("unreadable", f"{external_id}: {why(read, name)}", permanent=True)
        return {external_id: offer for external_id, read in reads.items() if (offer := own(read, name))}

    def _take(self, changed_since: datetime | None = None) -> str | None:
        with self.gate(TAKE):
            return self.source.take(changed_since)

    def _open(self, digest: str) -> Offers:
        offers = self._opened(digest)
        if offers is None:
            raise ConnectorError("no_answer", "the kept feed is gone", permanent=False)
        return offers

    def _opened(self, digest: str) -> Offers | None:
        """The offers of a kept file, read on where it is open already; None where it is gone."""
        if self.offers is None or digest != self.digest:
            file = self.source.open(digest)
            if file is None:
                return None
            self.close()
            try:
                self.digest, self.offers = digest, Offers(file, self.source.name)
            except ConnectorError:
                file.close()
                raise
        return self.offers


def _read_cursor(cursor: str | None) -> tuple[str, int]:
    digest, _, begin = (cursor or "").partition(":")
    is_ours = len(digest) == 64 and set(digest) <= set("0123456789abcdef") and begin.isascii() and begin.isdigit()
    return (digest, int(begin)) if is_ours else ("", 0)
