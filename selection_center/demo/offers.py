"""Twelve hundred offers drawn from the content: pure values, the same at every run.

Ids begin at 9900000000000, far beyond any that the marketplace has given, so that none names a real offer.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product, zip_longest

from selection_center.catalog.pricing import Carton, OfferTerms, Quote, SkuTerms, Tier
from selection_center.demo import prices
from selection_center.demo.words import Center, Colour, Family, Maker, Model, Pair, Phrase, centers, common

SEED = 20261124
FIRST_ID = 9_900_000_000_000


@dataclass(frozen=True)
class DemoSku:
    """Prices in fen; the spec is empty in both languages where an offer has no choice."""

    spec: Pair
    cargo_number: str
    source_id: str
    picture: str | None
    stock: int
    price_fen: int | None
    member_fen: int | None
    sample_fen: int | None
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True)
class DemoOffer:
    """One listing to be: `maker` is its supplier as center/key, `age_days` how long it is online."""

    external_id: str
    center: str
    maker: str
    family: str
    zone: str
    title: Pair
    category: Pair
    pictures: tuple[str, ...]
    attributes: tuple[tuple[str, str, str, str], ...]
    item_number: str
    origin: Pair
    unit: Pair
    inner: int | None
    carton: int
    box: tuple[int, int, int]
    gross_g: int
    net_g: int
    goods_type: str
    is_quick_response: bool
    custom_terms: Pair | None
    is_dropship: bool
    lead_hours: int
    quote: Quote
    moq: int
    lot_size: int
    lot_unit: str
    tax_included: bool
    headline_fen: int
    sample_fen: int | None
    sample_limit: int | None
    sales_text: str
    tags: tuple[str, ...]
    is_on_shelf: bool
    age_days: int
    seen_days_ago: int
    tiers: tuple[Tier, ...]
    skus: tuple[DemoSku, ...]
    tiers_before: tuple[Tier, ...] | None = field(default=None)
    """The tiers until `changed_days_ago`, where the price has moved lately."""
    changed_days_ago: int | None = field(default=None)

    @property
    def url(self) -> str:
        return f"https://detail.1688.com/offer/{self.external_id}.html"

    @property
    def lowest_tier(self) -> int:
        """What one has to order at least, over the offer or per SKU."""
        return max([self.moq, *(tier.min_quantity for tier in self.tiers[:1])])

    def sku_id(self, place: int) -> int:
        """A number that no SKU of another offer has."""
        return int(self.external_id) * 100 + place

    def terms(self) -> OfferTerms:
        """As pricing takes it."""
        return OfferTerms(
            id=int(self.external_id),
            quote=self.quote,
            moq=self.moq,
            lot_size=self.lot_size,
            tiers=self.tiers,
            sample_fen=self.sample_fen,
            sample_limit=self.sample_limit,
            carton=Carton(self.carton, *self.box, gross_g=self.gross_g),
            skus=tuple(
                SkuTerms(self.sku_id(place), sku.price_fen, sku.member_fen, sku.sample_fen, sku.stock, sku.tiers)
                for place, sku in enumerate(self.skus)
            ),
        )


def offers(year: int) -> list[DemoOffer]:
    """All offers of the network, in the order of the centers; `year` stands in titles as shops write it."""
    made: list[DemoOffer] = []
    for center in centers():
        for number, (family, maker, look) in enumerate(looks(center)):
            dice = random.Random(f"{SEED}/{center.place.slug}/{number}")
            made.append(offer_from(center, family, maker, look, number, FIRST_ID + 7 * len(made) + 1001, year, dice))
    return made


@dataclass(frozen=True)
class Look:
    """What sets an offer apart from the others of its family."""

    model: Model
    material: Phrase
    feature: Phrase
    tail: Phrase


def looks(center: Center) -> Iterator[tuple[Family, Maker, Look]]:
    """Family by family, each look once; makers take turns."""
    dice = random.Random(f"{SEED}/{center.place.slug}")
    share, more = divmod(center.offers, len(center.families))
    for place, family in enumerate(center.families):
        makers = [maker for maker in center.makers if family.key in maker.makes]
        for number, look in enumerate(drawn_looks(family, share + (place < more), dice)):
            yield family, makers[number % len(makers)], look


def drawn_looks(family: Family, count: int, dice: random.Random) -> list[Look]:
    """As many looks as wanted, models in turn, no two the same."""
    by_model = []
    for model in family.models:
        fitting = [
            [phrase for phrase in phrases if not phrase.fits or model.picture in phrase.fits]
            for phrases in (family.materials, family.features, family.tails)
        ]
        of_model = [Look(model, *words) for words in product(*fitting)]
        dice.shuffle(of_model)
        by_model.append(of_model)
    in_turn = (look for turn in zip_longest(*by_model) for look in turn if look is not None)
    return list(islice(in_turn, count))


def offer_from(
    center: Center, family: Family, maker: Maker, look: Look, number: int, offer_id: int, year: int, dice: random.Random
) -> DemoOffer:
    custom = dice.choice(common().custom_terms) if dice.random() < custom_share(maker) else None
    dropship = dice.random() < 0.3
    item_number = f"{maker.key}{dice.choice('ABD-')}{1000 + number * 7 + dice.randrange(7)}"
    lead_hours = dice.choice((24, 48, 48, 72)) if custom is None else dice.choice((48, 72, 168))
    priced = prices.draw(family, look.model, dice)
    colours = drawn_colours(family, look.model, dice)
    skus = tuple(drawn_skus(offer_id, item_number, colours, family, priced, dice))
    pictures = [sku.picture for sku in skus if sku.picture] or [look.model.picture]
    net = family.grams * family.carton
    return DemoOffer(
        external_id=str(offer_id),
        center=center.place.slug,
        maker=f"{center.place.slug}/{maker.key}",
        family=family.key,
        zone=family.zone,
        title=Pair(title(family, look, year, dropship, custom is not None, dice), title_en(family, look)),
        category=family.category,
        pictures=tuple(dict.fromkeys(pictures)),
        attributes=attributes(family, look),
        item_number=item_number,
        origin=common().origins[maker.belt],
        unit=family.unit,
        inner=family.inner,
        carton=family.carton,
        box=family.box,
        gross_g=net + 900 + net // 25,
        net_g=net,
        goods_type=goods_type(maker, dice),
        is_quick_response=maker.kind in ("oem_quick", "srdi") or dice.random() < 0.2,
        custom_terms=custom,
        is_dropship=dropship,
        lead_hours=lead_hours,
        quote=priced.quote,
        moq=priced.moq,
        lot_size=family.lot_size,
        lot_unit=family.lot_unit,
        tax_included=dice.random() < 0.4,
        headline_fen=priced.first_fen,
        sample_fen=priced.sample_fen,
        sample_limit=dice.choice((None, None, None, 1, 5)),
        sales_text=sales_text(dice),
        tags=(f"{lead_hours}小时发货", *dice.sample(common().service_tags, dice.randrange(3))),
        is_on_shelf=dice.random() >= 0.03,
        age_days=dice.randrange(30, 420),
        seen_days_ago=dice.choice((0, 0, 0, 1, 1, 2, 3, 5, 9)),
        tiers=priced.tiers if priced.quote is Quote.BY_OFFER else (),
        skus=skus,
        tiers_before=priced.before if priced.quote is Quote.BY_OFFER else None,
        changed_days_ago=dice.randrange(1, 20) if priced.before and priced.quote is Quote.BY_OFFER else None,
    )


def title(family: Family, look: Look, year: int, dropship: bool, custom: bool, dice: random.Random) -> str:
    """Keywords in a row, as 1688's sellers write them, with the product in the middle."""
    hook = dice.choice(common().hooks).format(year=year)
    noun = look.model.zh if family.is_whole_zh else look.model.zh + family.noun.zh
    ending = dice.choice(common().endings)
    if dropship and dice.random() < 0.5:
        ending = "一件代发"
    elif custom and dice.random() < 0.4 and "logo" not in look.feature.zh + look.tail.zh:
        ending = "可定制logo"
    if ending[:2] and ending[:2] in hook:
        ending = "批发"
    middle = [look.material.zh, noun, look.feature.zh]
    if dice.random() < 0.4:
        middle = [look.feature.zh, look.material.zh, noun]
    gap = " " if dice.random() < 0.25 else ""
    return hook + "".join(middle) + gap + look.tail.zh + ending


def title_en(family: Family, look: Look) -> str:
    name = look.model.en if family.is_whole_en else f"{look.model.en} {family.noun.en}"
    return ", ".join([name, look.material.en, look.feature.en, look.tail.en])


def attributes(family: Family, look: Look) -> tuple[tuple[str, str, str, str], ...]:
    weight = family.grams
    sizes = [(family.size_axis.zh, "、".join(size.zh for size in family.sizes),
              family.size_axis.en, ", ".join(size.en for size in family.sizes))]  # fmt: skip
    return (
        ("材质", look.material.zh, "Material", capital(look.material.en)),
        ("款式", look.model.zh, "Style", look.model.en),
        ("特点", look.feature.zh, "Feature", capital(look.feature.en)),
        ("适用", look.tail.zh, "Use", capital(look.tail.en)),
        ("单件净重", f"约 {weight} g", "Net weight, each", f"about {weight} g"),
        *(sizes if family.sizes else ()),
    )


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def drawn_colours(family: Family, model: Model, dice: random.Random) -> list[Colour]:
    """Some of the family's colours, first the one that the model's picture shows; pictures only of this shape."""
    shown = {colour.picture for colour in family.colours}
    colours = [colour if model.picture in shown else Colour(colour.zh, colour.en) for colour in family.colours]
    if len(colours) < 2:
        return []
    chosen = dice.sample(colours, dice.randrange(2, len(colours) + 1))
    first = [colour for colour in colours if colour.picture == model.picture]
    return list(dict.fromkeys([*first, *chosen]))


def drawn_skus(
    offer_id: int, item_number: str, colours: list[Colour], family: Family, priced: prices.Priced, dice: random.Random
) -> Iterator[DemoSku]:
    """Colour by colour, size by size."""
    sizes: list[tuple[int, Pair | None]] = list(enumerate(family.sizes))
    if family.is_graded and priced.quote is Quote.BY_OFFER:
        sizes = dice.sample(sizes, 1)  # one price for all means one size here
    looks: list[Colour | None] = [*colours] or [None]
    for place, (colour, (step, size)) in enumerate(product(looks, sizes or [(0, None)]), start=1):
        spec = Pair(
            " / ".join(part.zh for part in (colour, size) if part),
            " / ".join(part.en for part in (colour, size) if part),
        )
        yield DemoSku(
            spec=spec,
            cargo_number=f"{item_number}-{place:02d}",
            source_id=hashlib.sha256(f"{offer_id}/{spec.zh}".encode()).hexdigest()[:32],
            picture=colour.picture if colour else None,
            stock=0 if dice.random() < 0.04 else dice.randrange(60, 9000),
            price_fen=priced.of_step(step) if priced.quote is Quote.PER_SKU else None,
            member_fen=priced.member_of_step(step),
            sample_fen=None,
            tiers=priced.tiers_of_step(step) if priced.quote is Quote.TIER_PER_SKU else (),
        )


def custom_share(maker: Maker) -> float:
    return {"oem_quick": 0.7, "srdi": 0.45, "mid_factory": 0.3, "chain_leader": 0.35}.get(maker.kind, 0.12)


def goods_type(maker: Maker, dice: random.Random) -> str:
    if maker.kind == "brand":
        return "factory_brand"
    return dice.choices(("white_label", "factory_brand", "brand_dupe"), (6, 3, 1))[0]


def sales_text(dice: random.Random) -> str:
    """As the marketplace words it: 已售2.3万+件."""
    sold = int(10 ** dice.uniform(1.2, 5.2))
    if sold >= 10_000:
        return f"已售{sold / 10_000:.1f}万+件".replace(".0万", "万")
    return f"已售{sold // 100 * 100}+件" if sold >= 100 else f"已售{sold}件"
