"""S9: whatever is sent to a route or a form, nothing breaks: no 5xx, no trace.

A quick run sends some nasty texts to each, and some drawn ones; --full all of them, and draws 200 for each.
"""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.promises import addresses, pages
from tests.promises.pages import PageForm
from tests.promises.town import Side, Town, nothing_stays

NASTY = [
    "", " ", "\x00",
    "a\x00b", "\r\nSet-Cookie: x=1", "-1", "0", "1e309", "NaN", "Infinity", "-0.0", "9" * 400, "1" + "0" * 18,
    str(2**31), str(2**63), str(-(2**63)), "1.005", "¥1,000.00", "１２３", "٣", "²", "½",
    "true", "null", "undefined", "[]", "{}",
    "😀" * 200, "‮abc‬", "مرحبا", "\ud800", "\udfff\ud800", "e\u0301" * 300, "\u200b\u200d\ufeff", "x" * 20_000,
    "'; DROP TABLE orders; --", "%", "_", "\\", "%s%n%d", "{{7*7}}", "{0.__class__}", "%(x)s", "../../etc/passwd",
    "<script>alert(1)</script>", "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "-5", "+5", "0x10", "1_000",
]  # fmt: skip
DEEP = ["a[b][c][d]=1&" * 300, "q=" + "(" * 5000, "&" * 5000, "q=" + "%00" * 10, "q=%ff%fe", "page=1" * 2000, "%=%&%"]

Q = (
    "q",
    "page",
    "sort",
    "state",
    "kind",
    "lang",
    "code",
    "quantity",
    "sku",
    "listing",
    "after",
    "since",
    "day",
    "id",
    "next",
)
"""Names that pages read from their addresses."""

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(), max_size=60),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(str),
    st.dates().map(str),
)


def unpaired(text: str) -> str:
    """What a form can carry: unpaired surrogates travel as the bytes that a careless sender makes of them."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def queried(path: str, values: dict[str, str]) -> str:
    query = "&".join(f"{quote(n)}={quote(v[:2000].encode('utf-8', 'surrogatepass'))}" for n, v in values.items())
    return f"{path}{'&' if '?' in path else '?'}{query}"


@pytest.fixture(scope="module")
def stride(pytestconfig: pytest.Config) -> int:
    """Of the nasty texts every so-manieth, another set for each form or page."""
    return 1 if pytestconfig.getoption("--full") else 9


@pytest.fixture(scope="module")
def forms(town: Town) -> list[tuple[str, PageForm]]:
    """Every posting form, and who sends it."""
    found: dict[str, tuple[str, PageForm]] = {}
    for name in ("Hana", "Ana", "Dee"):
        for endpoint, (form, _rule) in pages.forms_of(town, name).items():
            found.setdefault(endpoint, (name, form))
    return list(found.values())


def broken(town: Town, name: str, answer: Any, what: str) -> list[str]:
    trace = b"Traceback (most recent" in answer.data or b"sqlalchemy." in answer.data
    return [f"{name}: {what} -> {answer.status_code}"] if answer.status_code >= 500 or trace else []


def test_s9_nasty_texts_in_every_field(
    town: Town, forms: list[tuple[str, PageForm]], stride: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = []
    with nothing_stays(monkeypatch):
        for turn_of_form, (name, form) in enumerate(forms):
            good, browser = pages.filled(form, town), town.browser(name)
            for number, text in list(enumerate(NASTY))[turn_of_form % stride :: stride]:
                values = dict.fromkeys(form.names, unpaired(text))
                if number % 2:  # one field at a time: the others do not stop it
                    turn = form.names[number // 2 % len(form.names)] if form.names else ""
                    values = good | {turn: unpaired(text)}
                wrong += broken(town, name, browser.submit(form.action, values), f"{form.action} {text[:20]!r}")
    assert not wrong, "\n".join(wrong[:40])


def test_s9_nasty_texts_in_every_address(town: Town, stride: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    with nothing_stays(monkeypatch):
        for turn, path in enumerate(pages.paths(town)):
            browser = town.browser("Hana")
            for number, text in list(enumerate(NASTY))[turn % stride :: stride]:
                answer = browser.get(queried(path, {Q[(number + turn) % len(Q)]: text}))
                wrong += broken(town, "Hana", answer, f"{path} {text[:20]!r}")
            answer = browser.get(f"{path}?{DEEP[len(path) % len(DEEP)]}")
            wrong += broken(town, "Hana", answer, f"{path} deep")
    assert not wrong, "\n".join(wrong[:40])


def test_s9_nasty_names_in_every_path(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers beyond every column, and words that are no code, where the address names an object."""
    wrong = []
    with nothing_stays(monkeypatch):
        for rule in addresses.rules(town.app):
            kind = addresses.kind_of(rule) if rule.arguments else None
            if kind is None:
                continue
            for number in (0, 2**63 - 1, 10**30):
                odd = {n: number if isinstance(v, int) else v for n, v in town.here.values.items()}
                odd["place_id"] = dict.fromkeys(("stands", "bays", "zones"), number)
                wrong += tried(town, rule, kind, Side(values=odd), str(number))
            for word in ("%00", "😀", "x" * 3000, "..", "'\"<", "\ud83d".encode("utf-8", "replace").decode()):
                odd = {n: word if isinstance(v, str) else v for n, v in town.here.values.items()}
                wrong += tried(town, rule, kind, Side(values=odd), word)
    assert not wrong, "\n".join(wrong[:40])


def tried(town: Town, rule: Any, kind: addresses.Kind, side: Side, what: str) -> list[str]:
    path = addresses.address(rule, kind, side)
    browser = town.browser("Hana")
    answer = browser.get(path) if "GET" in rule.methods else browser.submit(path)
    return broken(town, "Hana", answer, f"{path[:60]} {what[:20]!r}")


def examples() -> int:
    """A quarter of what the run's profile says: each example sends several."""
    return (settings().max_examples or 100) // 4


@settings(suppress_health_check=list(HealthCheck), max_examples=examples())
@given(data=st.data())
def test_s9_drawn_texts(
    town: Town,
    forms: list[tuple[str, PageForm]],
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
    data: st.DataObject,
) -> None:
    """One drawn form (or page) with drawn texts in its fields; --full: some 200 for each of them."""
    every = forms + [("Hana", PageForm(path, path, "get")) for path in pages.paths(town)]
    times = 40 if pytestconfig.getoption("--full") else 4
    with nothing_stays(monkeypatch):
        for _ in range(times):
            name, form = data.draw(st.sampled_from(every))
            if form.method == "get":
                values = data.draw(st.dictionaries(st.sampled_from(Q), texts, max_size=4))
                answer = town.browser(name).get(queried(form.action, values))
            else:
                drawn = data.draw(st.fixed_dictionaries(dict.fromkeys(form.names[:12], texts)))
                values = {field: unpaired(text) for field, text in drawn.items()}
                answer = town.browser(name).submit(form.action, values)
            assert not broken(town, name, answer, f"{form.action} {values}")
