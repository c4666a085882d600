"""What pieces cost and whether so few may be bought: plain arithmetic in fen, by the platform's four ways to quote."""

from collections import Counter
from dataclasses import dataclass

from gateway import offers
from gateway.cargo import Line, refused
from gateway.members import Member
from gateway.offers import Tier

FLOWS = ("general", "fenxiao", "saleproxy", "boutiquefenxiao", "boutiquepifa")
DROPSHIP = ("fenxiao", "saleproxy")
MOST_SAMPLES = 3
FEWEST_OF_A_PACK = 3


@dataclass
class Priced:
    line: Line
    unit: int

    @property
    def amount(self) -> int:
        return self.unit * self.line.quantity


def at(tiers: list[Tier], quantity: int) -> int:
    """The price of the highest tier that is reached; of the first one below all."""
    reached = [tier.price for tier in tiers if tier.start <= quantity]
    return reached[-1] if reached else tiers[0].price


def totals(lines: list[Line]) -> Counter[int]:
    """Pieces per offer."""
    found: Counter[int] = Counter()
    for line in lines:
        found[line.offer.offer_id] += line.quantity
    return found


def general(line: Line, of_offer: int) -> int:
    """The unit price of wholesale."""
    if line.offer.quote_type == offers.BY_SKU and line.sku:
        return line.sku.price
    if line.offer.quote_type == offers.BY_SKU_TIER and line.sku:
        return at(line.sku.tiers, line.quantity)
    return at(line.offer.tiers, of_offer)


def minimum(line: Line) -> int:
    """The greater of the offer's minimum and its first tier's start."""
    tiers = line.sku.tiers if line.sku and line.offer.quote_type == offers.BY_SKU_TIER else line.offer.tiers
    return max([line.offer.minimum, *(tier.start for tier in tiers[:1])])


def counted(line: Line, of_offer: int) -> int:
    """The quantity that the minimum is held against: the offer's, or the SKU's where prices are the SKU's."""
    per_sku = line.offer.quote_type in {offers.BY_SKU, offers.BY_SKU_TIER}
    return line.quantity if per_sku else of_offer


def is_sample(line: Line, of_offer: int) -> bool:
    """拿样: a few pieces below the minimum, of a SKU that has a sample price."""
    few = line.quantity <= MOST_SAMPLES and counted(line, of_offer) < minimum(line)
    return few and line.sku is not None and line.sku.sample_price is not None


def priced(lines: list[Line], flow: str, samples: bool) -> list[Priced]:
    """Unit prices of a flow. Samples only where the whole order is samples."""
    pieces = totals(lines)
    if samples:
        return [Priced(line, (line.sku.sample_price if line.sku else None) or 0) for line in lines]
    return [Priced(line, unit(line, flow, pieces[line.offer.offer_id])) for line in lines]


def unit(line: Line, flow: str, of_offer: int) -> int:
    sku = line.sku
    if flow in DROPSHIP:
        own = sku.consign_price if sku else None
        return own or line.offer.consign_price or 0
    if flow == "boutiquefenxiao":
        return (sku.one_piece_price if sku else None) or 0
    if flow == "boutiquepifa":
        return (sku.pack_price if sku else None) or 0
    return general(line, of_offer)


def check_stock(lines: list[Line]) -> None:
    for line in lines:
        if line.quantity > (line.sku.stock if line.sku else line.offer.stock):
            raise refused("500_004", line, "库存不足，请核实库存后订购。")


def check_quantities(lines: list[Line], seller: Member) -> None:
    """Lots, minimum, and the mixed rule in its place: pieces or money, either suffices."""
    pieces = totals(lines)
    mixed = seller.mixed and all(line.offer.mixed for line in lines)
    for line in lines:
        if line.quantity % line.offer.lot:
            raise refused("500_009", line, "的购买数量不满足批售起批量限制。")
        if counted(line, pieces[line.offer.offer_id]) >= minimum(line):
            continue
        if not mixed:
            raise refused("500_005", line, "的购买数量不满足起批量限制。")
        if not reaches_mix(lines, seller):
            raise refused("500_006", line, "的购买数量或者价格不满足混批限制。")


def reaches_mix(lines: list[Line], seller: Member) -> bool:
    pieces = totals(lines)
    amount = sum(general(line, pieces[line.offer.offer_id]) * line.quantity for line in lines)
    return sum(pieces.values()) >= seller.mix_number or amount >= seller.mix_amount


def check_prices(found: list[Priced]) -> None:
    for one in found:
        if one.unit <= 0:
            raise refused("500_008", one.line, "的价格为0，不可以下单，请检查后重新提交。")


def freight(found: list[Priced], seller: Member, flow: str) -> int:
    """Fen for one parcel; nothing where the seller pays, or where it is agreed in words."""
    paying = [one.line for one in found if one.line.offer.freight_template > 1]
    grams = sum(line.offer.grams * line.quantity for line in paying)
    if not grams or flow == "boutiquefenxiao":
        return 0
    return seller.freight_first + seller.freight_more * max(0, -(-grams // 1000) - 1)
