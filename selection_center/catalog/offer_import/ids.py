"""Which offer a row speaks of: ids and addresses as cells give them."""

import re
from urllib.parse import urlsplit

from selection_center.catalog.addresses import OFFER_ID, find_offer
from selection_center.catalog.offer_import.reasons import CellProblem

PLAIN_ADDRESS = re.compile(r"https://detail\.1688\.com/offer/([1-9][0-9]{8,12})\.html")
LINK = re.compile(r"(?:https?:)?//[^\s<>\"']+|(?:[a-z0-9-]+\.)*1688\.com/[^\s<>\"']+", re.IGNORECASE)
IN_THOUSANDS_OF_MILLIONS = re.compile(r"[0-9](?:\.[0-9]+)?e\+?[0-9]+", re.IGNORECASE)


def offer_id(text: str) -> str:
    """The id of a 1688 offer: 9 to 13 digits. Excel's 1.05731E+12 has lost its digits, and is named so."""
    text = text.strip("'`\"= ").removesuffix(".00").removesuffix(".0")
    if OFFER_ID.fullmatch(text):
        return text
    raise CellProblem("offer_id_damaged" if IN_THOUSANDS_OF_MILLIONS.fullmatch(text) else "offer_id_unreadable")


def foreign_id(text: str) -> str:
    """An id at another source: whatever it calls an offer, in one word of 64 characters at most."""
    if len(text) > 64 or " " in text:
        raise CellProblem("foreign_id_unreadable")
    return text


def web_address(text: str) -> str:
    """The first link in a text, as https where it names no scheme. Raises CellProblem where there is none."""
    found = LINK.search(text)
    if found is None:
        raise CellProblem("url_unreadable")
    link = found[0]
    if not link.lower().startswith("http"):
        link = "https://" + link.lstrip("/")
    try:
        host = urlsplit(link).hostname
    except ValueError:
        host = None
    if not host or "." not in host:
        raise CellProblem("url_unreadable")
    return link


def linked_offer_id(link: str) -> str:
    """The id of the 1688 offer that a link opens; "" where it opens none, or hides it as short links do."""
    if found := PLAIN_ADDRESS.fullmatch(link):
        return found[1]
    offer = find_offer(link)
    return offer.external_id if offer else ""
