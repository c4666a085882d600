"""S9 for the print room: whatever stands in a field of its forms and addresses, it says what is wrong or leaves it out.

A quick run sends every other value to each form, in a place and way that a fixed seed draws; --full each in all ways.
"""

import random
import secrets
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from selection_center.core.db import db
from selection_center.printing.models import Printer
from selection_center.printing.own_layouts import OwnLayout
from selection_center.printing.own_media import OwnMedium
from selection_center.samples.models import Sample
from tests import factories as make
from tests.promises import kept
from tests.promises.test_fuzz import broken
from tests.promises.town import Town
from tests.visitors import Visitor

Pairs = list[tuple[str, str | bytes]]
VALUES: list[str | bytes] = [
    "", " ", "0", "-1", "-1e9", str(10**9), str(2**31), str(2**63 - 1), str(10**30), "9" * 5000, "x" * 100_000,
    "1.5", "1,5", "NaN", "inf", "-inf", "1e309", "0x10", "٣٤", "１２３", "²", "½", "null", "[]", "own-", "own-0",
    "own-99999999999999999999", "own-x", "own-１", b"\xed\xa0\x80", b"\xff\xfe", "\x00", "a\x00b", "‮abc‬",
    "\u2067٣\u2069", "😀" * 50, "e\u0301" * 300, "\r\nX: y", "{{7*7}}", "%(x)s", "../../etc/passwd", "2026-02-30",
    "{there[sample_id]}", "{there[stand_id]}", "{there[stand_code]}", "{there[tag_code]}", "{there[printer_id]}",
    "{there[begun_sheet_id]}", "{there[own_layout_id]}", "own-{there[own_layout_id]}", "own-{there[own_medium_id]}",
    "{there[number]}", "{there[print_run_id]}", "987654",
]  # fmt: skip
"""`{there[...]}`: what another site has by that number or code."""
ROOM = (
    "layout medium used used sheet rest_name printer as language prices q zone at codes among sample tag stand area"
    " supplier stock kept all page"
)
DESIGN = (
    "name base show show bold words text logo no_logo own_language qr level side distance on_right medium subject"
    " language place-names size-names place-price size-price size-text size-logo seen"
)
PAPER = "name page_width page_height columns rows width height left top pitch_x pitch_y edge dpi network seen"
PRINTER = "name right down kind dots speed darkness gap seen"
GOOD = {
    "layout": "label", "medium": "70x50", "language": "both", "prices": "1", "sample": "{here[sample_id]}", "name": "n",
    "base": "label-medium", "show": "names", "qr": "1", "side": "22", "level": "Q", "page_width": "60", "columns": "1",
    "page_height": "40", "rows": "1", "width": "60", "height": "40", "left": "0", "top": "0", "pitch_x": "60",
    "pitch_y": "40", "edge": "2", "dpi": "203", "right": "3", "down": "-3", "kind": "zpl", "dots": "8", "speed": "2",
    "darkness": "9", "gap": "20", "as": "zpl", "copies": "2", "what": "all", "item": "1",
}  # fmt: skip


class Asked(NamedTuple):
    """A form, or an address with its parameters."""

    method: str
    path: str
    fields: str

    @property
    def names(self) -> list[str]:
        return self.fields.split()


FORMS = [
    Asked("GET", "/sites/{here[slug]}/print", ROOM),
    Asked("POST", "/sites/{here[slug]}/print", ROOM),
    Asked("POST", "/sites/{here[slug]}/prints", ROOM),
    Asked("GET", "/sites/{here[slug]}/prints", "page lang"),
    Asked("GET", "/prints/{run}", "page lang"),
    Asked("GET", "/prints/{run}/file", "as dots copies show"),
    Asked("POST", "/prints/{run}/file", "as dots copies"),
    Asked("POST", "/prints/{run}/repeat", "what item item"),
    Asked("GET", "/sites/{here[slug]}/relabel", "layout page"),
    Asked("POST", "/sites/{here[slug]}/relabel?layout=label", "layout"),
    Asked("GET", "/sites/{here[slug]}/layouts", "removed"),
    Asked("GET", "/sites/{here[slug]}/layouts/new", DESIGN),
    Asked("POST", "/sites/{here[slug]}/layouts", DESIGN),
    Asked("POST", "/sites/{here[slug]}/layouts/preview", DESIGN),
    Asked("POST", "/own-layouts/{here[own_layout_id]}", DESIGN),
    Asked("POST", "/sites/{here[slug]}/papers", PAPER),
    Asked("POST", "/own-papers/{here[own_medium_id]}", PAPER),
    Asked("POST", "/sites/{here[slug]}/printers", PRINTER),
    Asked("POST", "/printers/{here[printer_id]}", PRINTER),
    Asked("POST", "/begun-sheets/{here[begun_sheet_id]}/name", "name"),
    Asked("GET", "/sites/{here[slug]}/papers/L7160/ruler.pdf", "printer"),
    Asked("GET", "/purchase-orders", "order order"),
    Asked("GET", "/orders/{here[number]}/purchase-order.pdf", "with wanted language"),
    Asked("GET", "/orders/{here[number]}/packing-list.pdf", "language"),
    Asked("GET", "/sales/{here[paid_sale_id]}/receipt.pdf", "width"),
]
SEEN: dict[str, Callable[[Town], str]] = {
    "/own-layouts/{here[own_layout_id]}": lambda town: mark_of(OwnLayout, town.here.values["own_layout_id"]),
    "/own-papers/{here[own_medium_id]}": lambda town: mark_of(OwnMedium, town.here.values["own_medium_id"]),
    "/printers/{here[printer_id]}": lambda town: mark_of(Printer, town.here.values["printer_id"]),
}
"""What a form says that was opened just now."""
WAYS = ("everywhere", "in one", "twice")
ANSWERS = {200, 303, 302, 400, 403, 404, 409, 413, 414, 422}


@pytest.fixture(scope="module")
def run(town: Town) -> int:
    """A print of a label on a roll that says what is so no more."""
    sent = {"layout": "label", "medium": "70x50", "prices": "1", "sample": str(town.here.values["sample_id"])}
    answer = town.browser("Ana").submit(f"/sites/{town.here.values['slug']}/prints", sent)
    make.reprice(db.session.get_one(Sample, town.here.values["sample_id"]).listing, 4321)
    db.session.commit()
    return int(answer.location.rpartition("/")[2])


@pytest.fixture(scope="module")
def copy(town: Town, run: int) -> Iterator[kept.Copy]:
    made = kept.Copy()
    yield made
    made.restore()
    made.close()


def good(form: Asked, town: Town) -> Pairs:
    """What somebody sends who means well."""
    values = GOOD | {"seen": SEEN[form.path](town)} if form.path in SEEN else GOOD
    return [(name, values[name].format(here=town.here.values)) for name in dict.fromkeys(form.names) if name in values]


def said(form: Asked, value: str | bytes, way: str, town: Town, drawn: random.Random) -> Pairs:
    """Good values, and this one in every field, in one, or beside the good one."""
    there = town.there.values
    value = value.format(there=there) if isinstance(value, str) and value.startswith(("{there", "own-{")) else value
    if way == "everywhere":
        return [(name, value) for name in form.names]
    name = drawn.choice(form.names)
    rest = [pair for pair in good(form, town) if way == "twice" or pair[0] != name]
    return [(name, value), *rest] if drawn.random() < 0.5 else [*rest, (name, value)]


def mark_of(kind: type[OwnLayout] | type[OwnMedium] | type[Printer], number: int) -> str:
    db.session.rollback()
    found = db.session.get_one(kind, number)
    assert isinstance(found, OwnLayout | OwnMedium | Printer)
    return found.mark


def ask(browser: Visitor, method: str, path: str, pairs: Pairs) -> TestResponse:
    """By hand: what no browser would encode travels as it is."""
    if method == "GET":
        return browser.get(f"{path}?{urlencode(pairs)}")
    tokens: Pairs = [("csrf_token", browser.csrf_token()), ("operation_id", secrets.token_urlsafe(18))]
    return browser.post(path, data=urlencode([*tokens, *pairs]), content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.method} {form.path}")
def test_s9_print_forms(town: Town, run: int, copy: kept.Copy, form: Asked, pytestconfig: pytest.Config) -> None:
    full = pytestconfig.getoption("--full")
    drawn, wrong = random.Random(f"{form.method} {form.path}"), list[str]()
    browser = town.browser("Hana" if "papers" in form.path else "Ana")
    path = form.path.format(here=town.here.values, run=run)
    assert ask(browser, form.method, path, good(form, town)).status_code in {200, 303}, "so that the rest is read"
    for value in VALUES if full else VALUES[FORMS.index(form) % 2 :: 2]:
        for way in WAYS if full else [drawn.choice(WAYS)]:
            pairs = said(form, value, way, town, drawn)
            answer = ask(browser, form.method, path, pairs)
            what = f"{form.method} {path} {value[:30]!r} {way} {[name for name, sent in pairs if sent == value][:1]}"
            wrong += broken(town, "", answer, what)
            wrong += [] if answer.status_code in ANSWERS else [f"{what} -> {answer.status_code}"]
            if answer.status_code == 303 and answer.location:
                wrong += broken(town, "", browser.get(answer.location), f"{what}, then {answer.location}")
    copy.restore()
    assert not wrong, "\n".join(wrong[:40])
