"""What a scanned text could mean, before anything is looked up: pure, and good for any text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from selection_center.catalog import addresses
from selection_center.core import gtins, scanned
from selection_center.core.codes import LONGEST_SCANNED, CodeProblem
from selection_center.sites.models import typed_address

BARE_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?=[/?#:]|\Z)", re.IGNORECASE)
MARKETPLACES = (
    *addresses.OFFER_HOSTS,
    *("tb.cn", "jd.com", "pinduoduo.com", "yangkeduo.com", "pdd.cn", "douyin.com", "jinritemai.com", "kuaishou.com"),
    *("xiaohongshu.com", "xhslink.com", "dewu.com", "vip.com", "suning.com", "yiwugo.com", "chinagoods.com"),
    *("aliexpress.com", "temu.com", "shein.com", "amazon.com", "lazada.com", "shopee.com", "dhgate.com"),
)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All that the text could be; what is looked up decides."""

    text: str
    """Plain, for showing; at most LONGEST_SCANNED characters."""
    code: str | None = None
    problem: CodeProblem | None = None
    """In which way it is no code of ours; None where it is one."""
    stand: str | None = None
    """A stand's address: A-03-2."""
    offer_id: str | None = None
    gtin: str | None = None
    is_short_link: bool = False
    host: str | None = None
    """Where an address leads, ours or not."""


def read(text: str, hosts: Sequence[str]) -> Reading:
    """Never raises, whatever the text."""
    if len(text) > LONGEST_SCANNED:
        return Reading(text=scanned.plain(text[:LONGEST_SCANNED]), problem=CodeProblem.NOT_A_CODE)
    plain = scanned.plain(text)
    code, offer = scanned.code_in(text, hosts), addresses.find_offer(text) or addresses.find_offer(plain)
    return Reading(
        text=plain,
        code=code,
        problem=None if code else scanned.problem_of(text),
        stand=typed_address(plain),
        offer_id=offer.external_id if offer else None,
        gtin=gtins.find(plain),
        is_short_link=offer is None and addresses.is_short_link(plain),
        host=host_in(plain),
    )


def host_in(plain: str) -> str | None:
    """The host of the first address in the text, in small letters; also of one without http before it."""
    for address in scanned.ADDRESS.findall(plain):
        try:
            host: str | None = urlsplit(address).hostname
        except ValueError:
            continue
        return host
    bare = BARE_HOST.match(plain)
    return bare[0].lower() if bare else None


def is_marketplace(host: str) -> bool:
    return addresses.on_host(host, MARKETPLACES)
