"""Addresses of online offers: found in pasted text, made from an id, and the hosts that a page may name."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from selection_center.catalog.models import SOURCE_1688

OFFER_HOSTS = ("1688.com", "alibaba.com", "taobao.com", "tmall.com")
SHORT_LINK_HOST = "qr.1688.com"
OFFER_ID = re.compile(r"[1-9][0-9]{8,12}")
ADDRESS = re.compile(r"https?://[^\s\"'<>，。；、！？）】」]+", re.IGNORECASE)
PLAIN_HOST = re.compile(r"[a-z0-9.-]+")
OFFER_PATH = re.compile(r"/offer/([0-9]{9,13})\.html")


@dataclass(frozen=True)
class OfferAddress:
    """An offer named by an address: source, the source's id, and the plain address without trackers."""

    source: str
    external_id: str
    url: str


def offer_address(offer_id: str) -> OfferAddress:
    return OfferAddress(SOURCE_1688, offer_id, f"https://detail.1688.com/offer/{offer_id}.html")


def find_offer(text: str) -> OfferAddress | None:
    """The first 1688 offer in a pasted address, an app's share text or a bare offer id; None where there is none."""
    if OFFER_ID.fullmatch(text.strip()):
        return offer_address(text.strip())
    for found in ADDRESS.findall(text):
        offer_id = _offer_id(found)
        if offer_id:
            return offer_address(offer_id)
    return None


def _offer_id(address: str) -> str | None:
    if not on_host(_host(address), ("1688.com",)):
        return None
    url = urlsplit(address)
    in_path = OFFER_PATH.search(url.path)
    if in_path:
        return in_path[1]
    for value in parse_qs(url.query).get("offerId", []):
        if OFFER_ID.fullmatch(value):
            return value
    return None


def is_short_link(text: str) -> bool:
    """A qr.1688.com link, which only the marketplace itself can resolve."""
    return any(_host(found) == SHORT_LINK_HOST for found in ADDRESS.findall(text))


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def on_host(host: str | None, allowed: tuple[str, ...] = OFFER_HOSTS) -> bool:
    """Is this one of the allowed hosts or below one?"""
    return host is not None and any(host == name or host.endswith(f".{name}") for name in allowed)


def is_allowed(address: str) -> bool:
    """May a page of ours name this address as the way to the online offer?"""
    host = _host(address)
    # Browsers take a backslash for a slash: whatever is no plain host name is not on our list.
    if host is None or not PLAIN_HOST.fullmatch(host) or not on_host(host):
        return False
    return urlsplit(address).netloc.lower() == host and urlsplit(address).scheme == "https"
