"""The product's own pages and forms, found by looking: every page that takes a GET, and the forms that stand on it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect, Rule

from tests.promises import addresses
from tests.promises.town import Town

TOKEN_FIELDS = {"csrf_token", "operation_id"}
WORDS = {
    "page_width": "210", "page_height": "297", "columns": "1", "rows": "1", "width": "90", "height": "50",
    "left": "5", "top": "5", "pitch_x": "90", "pitch_y": "50", "edge": "2", "right": "3", "down": "3",
    "phone": "13900009000", "code": "{spare_code}", "stand": "A-03-3", "slug": "nantong", "login": "li.na",
    "letter": "K", "consent": "y", "email": "a@example.com", "on": "2026-12-01", "adcode": "330782",
    "belt": "yiwu", "name": "Nina", "name_en": "Nina", "text": "noted", "reason": "changed", "opening_hours": "9-18",
    "url": "https://detail.1688.com/offer/600000000124.html", "address_text": "600000000124",
    "current": "correct horse battery", "new": "another horse battery", "again": "another horse battery",
    "password": "correct horse battery", "pin": "8306", "pin_again": "8306",
}  # fmt: skip
"""What a person writes into a field of this name, `{...}` from the own center; anything else gets a word."""


@dataclass
class Field:
    name: str
    kind: str = "text"
    value: str = ""
    options: list[str] = field(default_factory=list)
    checked: bool = False


@dataclass
class PageForm:
    """One form on one page, as the browser has it."""

    page: str
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [f.name for f in self.fields if f.name not in TOKEN_FIELDS]


class FormReader(HTMLParser):
    """Collects the forms of a page; a field with a `form` attribute is not looked for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[PageForm]()
        self.form: PageForm | None = None
        self.chooser: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = PageForm(self.page, given.get("action") or self.page, given.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is not None and tag in {"input", "select", "textarea", "button"} and given.get("name"):
            kind = given.get("type", "text") if tag == "input" else tag
            found = Field(given["name"], kind, given.get("value", ""), checked="checked" in given)
            if kind == "number":
                found.value = found.value or given.get("min", "")
            self.form.fields.append(found)
            self.chooser = found if tag == "select" else None
        elif tag == "option" and self.chooser is not None:
            self.chooser.options.append(given.get("value", ""))
            if "selected" in given:
                self.chooser.value = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


def get_rules(town: Town) -> list[Rule]:
    return [rule for rule in addresses.rules(town.app) if "GET" in (rule.methods or set())]


def paths(town: Town, side: str = "here") -> list[str]:
    """The address of every page for the objects of this center."""
    found = []
    for rule in get_rules(town):
        kind = addresses.kind_of(rule) if rule.arguments else None
        for place in ("stands", "bays", "zones") if kind and "kind" in kind.names else ("",):
            found.append(addresses.address(rule, kind, getattr(town, side), place))
    return found


def forms_of(town: Town, name: str) -> dict[str, tuple[PageForm, Rule]]:
    """By endpoint, the first posting form that leads there from a page of this person."""
    found: dict[str, tuple[PageForm, Rule]] = {}
    for path in paths(town):
        answer = town.browser(name).get(path)
        if not (answer.mimetype or "").startswith("text/html"):
            continue
        reader = FormReader(path)
        reader.feed(answer.text)
        for form in reader.forms:
            rule = rule_of(town, form.action.split("?")[0]) if form.method == "post" else None
            if rule is not None:
                found.setdefault(rule.endpoint, (form, rule))
    return found


def rule_of(town: Town, path: str) -> Rule | None:
    adapter = town.app.url_map.bind("yp.example.com")
    try:
        rule, _values = adapter.match(path, method="POST", return_rule=True)
    except (NotFound, MethodNotAllowed, RequestRedirect, HTTPException):
        return None
    return rule


def filled(form: PageForm, town: Town) -> dict[str, Any]:
    """The form as somebody fills it in who means well; tokens left out."""
    values: dict[str, Any] = {}
    for f in form.fields:
        if f.name in TOKEN_FIELDS or (f.kind in {"radio", "button"} and f.name in values):
            continue
        if f.kind == "file":
            continue
        if f.kind == "select":
            values[f.name] = f.value or next((option for option in f.options if option not in {"", "0"}), "")
        elif f.kind in {"hidden", "radio", "button", "submit"}:
            values[f.name] = f.value
        elif f.kind == "checkbox":
            if f.checked or f.name in WORDS:
                values[f.name] = f.value or "y"
        elif f.kind == "number":
            values[f.name] = f.value or "2"
        else:
            values[f.name] = f.value or WORDS.get(f.name, "2").format_map(town.here.values)
    return values
