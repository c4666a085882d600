"""S2: another center's objects named in a query, a form or a batch are as good as missing."""

import re
from typing import Any

import pytest

from tests.promises import kept, pages
from tests.promises.test_access_matrix import bare
from tests.promises.town import Town, nothing_stays

NAMED = {
    "sample": "sample_id", "samples": "sample_id", "sample_id": "sample_id", "ids": "sample_id", "id": "sample_id",
    "stand": "stand_code", "to": "stand_code", "stand_id": "stand_id", "stands": "stand_id", "zone": "zone_id",
    "zone_id": "zone_id", "bay_id": "bay_id", "site": "site_id", "site_id": "site_id", "sku": "sku_id",
    "cared_by": "user_id", "user_id": "user_id", "line": "line_id", "line_id": "line_id", "order": "order_id",
    "listing": "listing_id", "supplier": "supplier_id", "supplier_id": "supplier_id", "person": "user_id",
    "codes": "tag_code", "number": "number", "sheet": "begun_sheet_id", "printer": "printer_id",
}  # fmt: skip
"""Field -> what of the other center somebody would write there."""
ANSWER_KEPT = re.compile(r"\bdid=[\w-]+")
"""In a redirect and the page that says it: under which name of its own this request's answer is kept."""
STOCKS_ANY_STYLE = {"goods_in.receive", "stock.create", "stock_counts.note"}
"""A store may take any style of the catalog into its stock."""


def named(town: Town, side: str, field: str) -> str:
    where = getattr(town, side)
    source = NAMED[field]
    return str(987_654 if side == "nowhere" and source == "site_id" else where.values.get(source, where.site_id))


def without(words: list[str], body: str) -> str:
    """The page without what was written into its form, which it may say back, whole or cut to four symbols."""
    words = [*words, *(word[:4] for word in words if len(word) > 4)]
    return re.sub(rf"\b({'|'.join(map(re.escape, words))})\b", "", body)


@pytest.mark.parametrize("name", ["Ana", "Eve", "Dee"])
def test_s2_foreign_ids_in_forms_are_as_missing(town: Town, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field of each form that names something, with what is foreign, and with what does not exist."""
    wrong = []
    catalog_wide = {"listing", "supplier", "supplier_id"} if name in {"Ana", "Dee"} else set()
    with nothing_stays(monkeypatch):
        for endpoint, (form, _rule) in pages.forms_of(town, name).items():
            good = pages.filled(form, town)
            any_style = {"sku"} if endpoint in STOCKS_ANY_STYLE else set()
            for field in set(form.names) & set(NAMED) - catalog_wide - any_style:
                answers = []
                words = [named(town, side, field) for side in ("there", "nowhere")]
                for word in words:
                    answer = town.browser(name).submit(form.action, good | {field: word})
                    status, _headers, body = bare(answer, form.action)
                    said = (answer.location or "", without(words, body))
                    answers.append((status, *(ANSWER_KEPT.sub("did=", text) for text in said)))
                if answers[0] != answers[1]:
                    wrong.append(f"{endpoint}.{field}: {answers[0][:2]} and {answers[1][:2]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["Bo", "Ana", "Cas", "Eve"])
def test_s2_foreign_ids_in_queries_are_as_missing(town: Town, name: str) -> None:
    """No filter of a page or an export shows what the other center has."""
    there: dict[str, Any] = town.there.values
    secret = [there["number"], there["order_token"], there["list_code"], f"Spare-{there['slug']}"]
    if name != "Eve":
        secret.append(f'/samples/{there["sample_id"]}"')
    shown = []
    for path in pages.paths(town):
        names = "&".join(f"{field}={named(town, 'there', field)}" for field in NAMED)
        answer = town.browser(name).get(f"{path}{'&' if '?' in path else '?'}{names}")
        body = answer.get_data().decode("utf-8", "replace").replace(f"number={there['number']}", "")
        body = body.replace(there["number"] + "&", "")
        shown += [f"{path} shows {word}" for word in secret if word in body and answer.status_code == 200]
    assert not shown, "\n".join(shown)


def test_s2_a_scan_answers_with_the_callers_own_view(town: Town) -> None:
    """Staff who scan another center's code get the buyer's page; their own leads to their work."""
    here, there = (side.values["tag_code"] for side in (town.here, town.there))
    assert town.browser("Ana").get(f"/s/{here}").location == f"/samples/{town.here.values['sample_id']}"
    answer = town.browser("Ana").get(f"/s/{there}")
    assert answer.status_code == 200
    assert "/samples/" not in answer.text


def test_s2_forms_of_another_center_change_nothing(town: Town) -> None:
    """The forms of Ana's pages, sent by Cy as they are."""
    forms = pages.forms_of(town, "Ana").values()  # first: whoever takes a table out is written down
    before = kept.rows()
    for form, _rule in forms:
        if "/sign-out" not in form.action and not form.action.startswith("/account"):
            public = form.action.startswith(
                (
                    "/jobs",
                    "/list",
                    "/checkout",
                    "/o/",
                    "/catalog",
                    "/suppliers",
                    "/my-card",
                    "/my-number",
                    "/join",
                    "/go",
                )
            )
            if not public:
                town.browser("Cy").submit(form.action, pages.filled(form, town))
    changed = kept.changed(before, kept.rows())
    assert not changed, changed
