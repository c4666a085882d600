"""The demo's content as plain values, read from `content/*.toml`: nothing is drawn here."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

CONTENT = Path(__file__).parent / "content"
CENTERS = ("yiwu", "chenghai", "nantong", "zhuji", "caoxian", "guzhen")


class Pair(NamedTuple):
    """The same thing in Chinese and in English."""

    zh: str
    en: str


class Phrase(NamedTuple):
    """A material, a feature or a use; `fits` are the pictures that it makes sense with (empty: all)."""

    zh: str
    en: str
    fits: frozenset[str] = frozenset()


class Model(NamedTuple):
    """A kind of product within a family, with what it looks like and its price beside the family's."""

    zh: str
    en: str
    picture: str
    factor: float = 1.0


class Colour(NamedTuple):
    zh: str
    en: str
    picture: str | None = None


@dataclass(frozen=True)
class Family:
    """Products that share their words. Prices yuan at the first tier, lengths mm, weights g."""

    key: str
    zone: str
    noun: Pair
    category: Pair
    unit: Pair
    price: tuple[float, float]
    moqs: tuple[int, ...]
    lot_size: int
    lot_unit: str
    grams: int
    inner: int | None
    carton: int
    box: tuple[int, int, int]
    models: tuple[Model, ...]
    materials: tuple[Phrase, ...]
    features: tuple[Phrase, ...]
    tails: tuple[Phrase, ...]
    colours: tuple[Colour, ...]
    sizes: tuple[Pair, ...]
    size_axis: Pair
    is_graded: bool
    """Larger sizes cost more."""
    is_whole_zh: bool
    """The model is a noun by itself; otherwise the family's noun follows it."""
    is_whole_en: bool


@dataclass(frozen=True)
class Maker:
    """A supplier; mix is its mixed-batch rule: pieces, yuan."""

    key: str
    name: str
    name_en: str
    kind: str
    trustpass: int | None
    is_powerful: bool
    is_super: bool
    is_inspected: bool
    belt: str
    booth: str
    contact: str
    prices: str
    mix: tuple[int | None, int | None]
    makes: tuple[str, ...]


@dataclass(frozen=True)
class Area:
    """A zone: its letter and names, how many bays, and whose goods stand there (a center's slug)."""

    letter: str
    name: str
    name_en: str
    bays: int
    goods_of: str


@dataclass(frozen=True)
class Place:
    """A selection center or a member store."""

    slug: str
    short: str
    kind: str
    name: str
    name_en: str
    city: str
    address: str
    address_en: str
    opening_hours: str
    belts: tuple[str, ...]
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Center:
    place: Place
    offers: int
    makers: tuple[Maker, ...]
    families: tuple[Family, ...]


@dataclass(frozen=True)
class Common:
    hooks: tuple[str, ...]
    endings: tuple[str, ...]
    service_tags: tuple[str, ...]
    origins: dict[str, Pair]
    custom_terms: tuple[Pair, ...]


@dataclass(frozen=True)
class StaffMember:
    """An account; `signs` says that its password is told at the first start."""

    login: str
    name: str
    role: str
    site: str | None
    supplier: str | None
    signs: bool


@dataclass(frozen=True)
class OrderWords:
    """What people write into orders; `notes` by the order's state."""

    messages: tuple[str, ...]
    carriers: tuple[str, ...]
    buyer_cancels: tuple[str, ...]
    staff_cancels: tuple[str, ...]
    notes: dict[str, tuple[str, ...]]


class Customer(NamedTuple):
    name: str
    company: str
    address: str
    language: str


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text("utf-8"))


@cache
def common() -> Common:
    words = read("common")
    return Common(
        hooks=tuple(words["hooks"]),
        endings=tuple(words["endings"]),
        service_tags=tuple(words["service_tags"]),
        origins={belt: Pair(*pair) for belt, pair in words["origins"].items()},
        custom_terms=tuple(Pair(*terms["words"]) for terms in words["custom_terms"]),
    )


@cache
def centers() -> tuple[Center, ...]:
    return tuple(center_from(read(name)) for name in CENTERS)


@cache
def makers() -> dict[str, Maker]:
    """By center/key."""
    return {f"{center.place.slug}/{maker.key}": maker for center in centers() for maker in center.makers}


def maker_named(name: str) -> Maker:
    return makers()[name]


@cache
def stores() -> tuple[Place, ...]:
    return tuple(place_from(row, tuple(Area(*area) for area in row["zones"])) for row in read("stores")["stores"])


@cache
def staff() -> tuple[StaffMember, ...]:
    return tuple(
        StaffMember(
            row["login"], row["name"], row["role"], row.get("site"), row.get("supplier"), row.get("signs", False)
        )
        for row in read("people")["staff"]
    )


@cache
def customers() -> tuple[Customer, ...]:
    return tuple(Customer(*row) for row in read("people")["buyers"]["list"])


@cache
def order_words() -> OrderWords:
    words = read("orders")
    return OrderWords(
        messages=tuple(words["messages"]),
        carriers=tuple(words["carriers"]),
        buyer_cancels=tuple(words["buyer_cancels"]),
        staff_cancels=tuple(words["staff_cancels"]),
        notes={state: tuple(notes) for state, notes in words["notes"].items()},
    )


def center_from(row: dict[str, Any]) -> Center:
    site, palettes = row["site"], read("common")["palettes"]
    areas = tuple(
        Area(zone["letter"], zone["name"], zone["name_en"], zone["bays"], site["slug"]) for zone in row["zones"]
    )
    return Center(
        place=place_from(site, areas),
        offers=site["offers"],
        makers=tuple(maker_from(maker) for maker in row["suppliers"]),
        families=tuple(family_from(family, palettes) for family in row["families"]),
    )


def place_from(row: dict[str, Any], areas: tuple[Area, ...]) -> Place:
    return Place(
        slug=row["slug"],
        short=row["short"],
        kind=row["kind"],
        name=row["name"],
        name_en=row["name_en"],
        city=row["city"],
        address=row["address"],
        address_en=row["address_en"],
        opening_hours=row["opening_hours"],
        belts=tuple(row["belts"]),
        areas=areas,
    )


def maker_from(row: dict[str, Any]) -> Maker:
    pieces, yuan = row.get("mix", (None, None))
    return Maker(
        key=row["key"],
        name=row["name"],
        name_en=row["name_en"],
        kind=row["kind"],
        trustpass=row.get("trustpass"),
        is_powerful=row.get("powerful", False),
        is_super=row.get("super", False),
        is_inspected=row.get("inspected", False),
        belt=row["belt"],
        booth=row["booth"],
        contact=row["contact"],
        prices=row.get("prices", "public"),
        mix=(pieces, yuan),
        makes=tuple(row["makes"]),
    )


def family_from(row: dict[str, Any], palettes: dict[str, list[list[str]]]) -> Family:
    colours = row.get("colours", [])
    lot_size, lot_unit = row.get("lot", (1, ""))
    return Family(
        key=row["key"],
        zone=row["zone"],
        noun=Pair(*row["noun"]),
        category=Pair(*row["category"]),
        unit=Pair(*row["unit"]),
        price=(row["price"][0], row["price"][1]),
        moqs=tuple(row["moq"]),
        lot_size=lot_size,
        lot_unit=lot_unit,
        grams=row["grams"],
        inner=row.get("inner"),
        carton=row["carton"],
        box=(row["box"][0], row["box"][1], row["box"][2]),
        models=tuple(Model(*model) for model in row["models"]),
        materials=phrases(row["materials"]),
        features=phrases(row["features"]),
        tails=phrases(row["tails"]),
        colours=tuple(Colour(*colour) for colour in (palettes[colours] if isinstance(colours, str) else colours)),
        sizes=tuple(Pair(*size) for size in row.get("sizes", [])),
        size_axis=Pair(*row.get("size_axis", ("规格", "Size"))),
        is_graded=row.get("graded", False),
        is_whole_zh=row.get("complete", False),
        is_whole_en=row.get("complete", False) or row.get("complete_en", False),
    )


def phrases(rows: list[list[str]]) -> tuple[Phrase, ...]:
    return tuple(Phrase(row[0], row[1], frozenset(row[2].split() if len(row) > 2 else ())) for row in rows)
