"""What a marketplace can do for us: one small class, and a folder for each that does it.

A connector speaks to the outside and knows no table: plain values in, plain values out. Whoever calls it holds no
transaction open. It raises ConnectorError and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.marketplace.connectors.messages import Message
from selection_center.marketplace.connectors.orders import Draft, Preview, RemoteOrder


class ConnectorError(Exception):
    """A call that came to nothing.

    `permanent`: the marketplace said no, and the same call would be answered so again. Otherwise nobody knows what it
    did: it may be tried again, but never a creation, which is looked up first.
    `code`: ours, such as "below_moq", "no_permission", "too_often", "no_answer"; `said`: the marketplace's own words.
    `wait`: seconds after which trying again makes sense, where the marketplace says so.
    """

    def __init__(self, code: str, said: str = "", *, permanent: bool, wait: float | None = None) -> None:
        super().__init__(f"{code}: {said}")
        self.code, self.said, self.permanent, self.wait = code, said, permanent, wait


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that an account of this connector needs. `secret` ones are sealed and never shown again."""

    name: str
    label: Any
    """Words for people, translated when they are shown."""
    secret: bool = False
    required: bool = True
    default: str = ""
    alone: bool = False
    """No two accounts of this connector may give the same: they would take what is meant for one another."""


@dataclass(frozen=True, slots=True)
class OfferPage:
    """Some of an account's offers. `cursor`: where the next page begins, None behind the last one."""

    offers: tuple[OfferRow, ...]
    cursor: str | None
    total: int | None = None
    refused: tuple[tuple[str, str], ...] = ()
    """(the source's id, why) of offers that were there and could not be read."""


Given = Mapping[str, str]
"""An account's values by the names of its connector's fields, secrets and tokens opened."""
Keep = Callable[[Mapping[str, str]], None]
"""Keeps changed secrets of the account, such as a renewed token, before they are used."""
Gate = Callable[[str], AbstractContextManager[None]]
"""Every call over the wire is made inside `with gate(name of the call)`: it waits for its turn, times and counts it."""


def open_gate(_call: str) -> AbstractContextManager[None]:
    """A gate that keeps nobody waiting and counts nothing."""
    return nullcontext()


class Connector:
    """One account at one marketplace (平台连接器). Made for some calls, then closed; every call has a time limit."""

    name = ""
    label: Any = ""
    """Words for people, translated when they are shown."""
    fields: tuple[Field, ...] = ()
    takes_orders = False
    sends_messages = False
    """They are pushed to an address of ours: `read_message`."""
    keeps_messages = False
    """They can be asked for: `read_messages`."""
    signs_in = False
    """The account's owner lets us in at the marketplace itself: `sign_in_address`, then `sign_in`."""
    follows_offers = False
    """Messages of an offer's stock come only where it is followed there: `follow_offer`, `unfollow_offer`."""

    def __init__(self, given: Given, keep: Keep, gate: Gate = open_gate) -> None:
        self.given, self.keep, self.gate = given, keep, gate

    def close(self) -> None:
        """Lets go of connections."""

    def check(self) -> str:
        """Are these credentials good? Who we are there, in the marketplace's own words."""
        raise NotImplementedError

    def sign_in_address(self, back_to: str, state: str) -> str:
        """Where the account's owner says yes; they come back to `back_to` with our `state` and a `code`."""
        raise NotImplementedError

    def sign_in(self, code: str, back_to: str) -> str:
        """Turns the code into tokens and keeps them. Who we are there."""
        raise NotImplementedError

    def fetch_listings(self, cursor: str | None = None, *, changed_since: datetime | None = None) -> OfferPage:
        """A page of the account's offers, from the beginning where there is no cursor. Moments in UTC."""
        raise NotImplementedError

    def fetch_one(self, external_id: str) -> OfferRow | None:
        """The offer as it is now; None for one that is deleted. An off-shelf offer says on_shelf=False."""
        raise NotImplementedError

    def follow_offer(self, external_id: str) -> None:
        """From now on its messages come; nothing new where they come already."""
        raise NotImplementedError

    def unfollow_offer(self, external_id: str) -> None:
        raise NotImplementedError

    def preview_order(self, draft: Draft) -> Preview:
        """What it would cost, and how it would be split. Changes nothing there."""
        raise NotImplementedError

    def create_order(self, draft: Draft, preview: Preview) -> tuple[RemoteOrder, ...]:
        """Orders it, under our reference. An error that is not permanent may have created it all the same."""
        raise NotImplementedError

    def look_up(self, reference: str) -> tuple[RemoteOrder, ...]:
        """The orders under our reference; none may also mean that they do not show yet."""
        raise NotImplementedError

    def settle(self, reference: str, *, arrived: bool) -> None:
        """People asked, and say whether an order arrived of which `look_up` says "handover_unclear"."""
        raise NotImplementedError

    def remind(self, draft: Draft) -> None:
        """Hands over once more, under the same reference, what was handed over and nobody has confirmed."""
        raise NotImplementedError

    def cancel_order(self, remote_id: str, reason: str) -> None:
        raise NotImplementedError

    def follow(self, remote_id: str) -> RemoteOrder:
        """The order as it is now, with its parcels and their traces."""
        raise NotImplementedError

    def read_message(self, fields: Mapping[str, str]) -> Message | None:
        """What a pushed message says; None when its signature is not the marketplace's."""
        raise NotImplementedError

    def read_messages(self, cursor: str | None = None) -> tuple[tuple[Message, ...], str | None]:
        """Messages that were sent since, for gaps in the push; and the next cursor."""
        raise NotImplementedError
