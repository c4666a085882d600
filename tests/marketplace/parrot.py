"""A connector of the tests: it says what it was told to say, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.marketplace.connectors import Connector, ConnectorError, Field, OfferPage
from selection_center.marketplace.connectors.messages import Message, Subject
from selection_center.marketplace.connectors.orders import (
    Draft,
    LeftOut,
    Preview,
    PreviewPart,
    RemoteOrder,
    RemoteState,
)


class Parrot(Connector):
    name = "parrot"
    label = "Parrot"
    fields = (Field("address", "Address"), Field("key", "Key", secret=True), Field("token", "Token", True, False))
    takes_orders = sends_messages = signs_in = True
    says: ClassVar[list[Callable[[Parrot], Any]]] = []
    """What each call does, in their order; the last one goes on."""
    asked: ClassVar[list[dict[str, str]]] = []
    pages: ClassVar[list[OfferPage | Exception]] = []
    """By their cursor, a number; an exception is raised once."""
    single: ClassVar[dict[str, OfferRow]] = {}
    calls: ClassVar[list[str]] = []

    def check(self) -> str:
        with self.gate("check"):
            self.asked.append(dict(self.given))
            said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
            return str(said(self))

    def sign_in_address(self, back_to: str, state: str) -> str:
        return f"https://auth.parrot.example/authorize?redirect_uri={back_to}&state={state}"

    def sign_in(self, code: str, back_to: str) -> str:
        with self.gate("sign in"):
            if code != "yes":
                raise ConnectorError("signed_out", "wrong code", permanent=True)
            self.keep({"token": "drawn"})
            return f"let in, back to {back_to}"

    def fetch_listings(self, cursor: str | None = None, *, changed_since: datetime | None = None) -> OfferPage:
        number = int(cursor or 0)
        with self.gate("page"):
            self.calls.append(f"page {number}")
            page = self.pages[number]
            if isinstance(page, Exception):
                self.pages.pop(number)
                raise page
        after = number + 1 < len([each for each in self.pages if isinstance(each, OfferPage)])
        return OfferPage(page.offers, str(number + 1) if after else None, page.total, page.refused)

    def fetch_one(self, external_id: str) -> OfferRow | None:
        with self.gate("one"):
            self.calls.append(f"one {external_id}")
            return self.single.get(external_id)

    followed: ClassVar[set[str]] = set()

    def follow_offer(self, external_id: str) -> None:
        with self.gate("follow offer"):
            self.followed.add(external_id)

    def unfollow_offer(self, external_id: str) -> None:
        with self.gate("unfollow offer"):
            if external_id not in self.followed:
                raise ConnectorError("refused", "not followed", permanent=True)
            self.followed.remove(external_id)

    def read_message(self, fields: Mapping[str, str]) -> Message | None:
        if fields.get("signature") != self.given["key"]:
            return None
        said = json.loads(fields["message"])
        born = datetime.fromtimestamp(said["born"], UTC)
        return Message(said["id"], Subject(said["subject"]), said["subject"].upper(), tuple(said["ids"]), born)

    # --- orders: a market that remembers every creation ---------------------------------------------------------------

    orders: ClassVar[list[RemoteOrder]] = []
    price: ClassVar[dict[str, int]] = {}
    """By offer, fen a piece there; else what the draft says."""
    creating: ClassVar[list[str]] = []
    """What the next creations do: "lost" (made, the answer lost), "silent" (nothing made), a code (a no), "split"."""
    previewing: ClassVar[list[ConnectorError]] = []
    hidden: ClassVar[list[int]] = []
    """How many look-ups show nothing yet."""
    preview_parts: ClassVar[int] = 1
    left_out: ClassVar[list[LeftOut]] = []
    """What the next creation leaves out."""
    cancelling: ClassVar[list[ConnectorError | str]] = []
    """What the next cancellations do: an error, or "lost": done, and the answer lost."""

    def preview_order(self, draft: Draft) -> Preview:
        with self.gate("preview"):
            self.calls.append("preview")
            if self.previewing:
                raise self.previewing.pop(0)
            goods = sum(self.price.get(line.external_id, line.unit_fen) * line.quantity for line in draft.lines)
            parts = tuple(PreviewPart(goods // self.preview_parts, 800) for _ in range(self.preview_parts))
            return Preview(parts, ("alipay",), "general")

    def create_order(self, draft: Draft, preview: Preview) -> tuple[RemoteOrder, ...]:
        with self.gate("create"):
            self.calls.append(f"create {draft.reference}")
            how = self.creating.pop(0) if self.creating else ""
            if how == "silent":
                raise ConnectorError("no_answer", permanent=False)
            if how and how not in {"lost", "split"}:
                raise ConnectorError(how, "words", permanent=True)
            parts = 2 if how == "split" else self.preview_parts
            left_out, self.left_out[:] = tuple(self.left_out), []
            made = tuple(
                RemoteOrder(
                    f"9007199254740993{len(self.orders) + part}", RemoteState.UNPAID, "waitbuyerpay",
                    reference=draft.reference, total_fen=preview.goods_fen // parts,
                    left_out=left_out if part == 0 else (),
                )
                for part in range(parts)
            )  # fmt: skip
            self.orders.extend(made)
            if how == "lost":
                raise ConnectorError("no_answer", permanent=False)
            return made

    def look_up(self, reference: str) -> tuple[RemoteOrder, ...]:
        with self.gate("look up"):
            self.calls.append(f"look up {reference}")
            if self.hidden:
                self.hidden.pop()
                return ()
            return tuple(order for order in self.orders if order.reference == reference)

    def cancel_order(self, remote_id: str, reason: str) -> None:
        with self.gate("cancel"):
            self.calls.append(f"cancel {remote_id}: {reason}")
            how = self.cancelling.pop(0) if self.cancelling else ""
            if isinstance(how, ConnectorError):
                raise how
            self.orders[:] = [
                replace(order, state=RemoteState.CANCELLED, said="cancel") if order.remote_id == remote_id else order
                for order in self.orders
            ]
            if how == "lost":
                raise ConnectorError("no_answer", permanent=False)

    def follow(self, remote_id: str) -> RemoteOrder:
        with self.gate("follow"):
            return next(order for order in self.orders if order.remote_id == remote_id)
