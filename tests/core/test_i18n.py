"""Pages speak both languages, numbers included."""

from contextvars import Context
from datetime import date

from flask import Flask, render_template_string
from flask_babel import gettext, ngettext

from selection_center.core import i18n
from selection_center.core.templating import day, days


def said(app: Flask, language: str, source: str) -> str:
    """What a page with this source says, as to a visitor of its own."""

    def render() -> str:
        with app.test_request_context(f"/?lang={language}"):
            return render_template_string(source)

    return Context().run(render)


def test_a_page_speaks_the_language_that_was_chosen(app: Flask) -> None:
    assert said(app, "en", '{{ _("Orders") }}') == "Orders"
    assert said(app, "zh", '{{ _("Orders") }}') == "订单"


def test_chinese_has_one_form_for_every_number(app: Flask) -> None:
    source = '{{ ngettext("%(num)s sample made.", "%(num)s samples made.", count) }}'
    one, two = ("{% set count = 1 %}" + source, "{% set count = 2 %}" + source)
    assert (said(app, "en", one), said(app, "en", two)) == ("1 sample made.", "2 samples made.")
    assert said(app, "zh", two) == said(app, "zh", one).replace("1", "2")
    assert "sample" not in said(app, "zh", one)


def test_what_a_text_holds_is_escaped(app: Flask) -> None:
    assert "<b>" not in said(app, "zh", '{{ _("Zone %(zone)s", zone="<b>") }}')


def test_a_paper_says_everything_in_both_languages(app: Flask) -> None:
    with app.test_request_context("/"), i18n.speaking(i18n.BOTH):
        assert gettext("Orders") == "订单\nOrders"
        assert render_template_string('{{ _("Orders") }}') == "订单\nOrders"
        assert i18n.in_language("蓝色", "blue") == "蓝色\nblue"
        assert [i18n.in_language("25cm", "25 cm"), i18n.in_language("", "blue")] == ["25 cm", "blue"]
        zone = i18n.in_language("A 日用", "A Daily")
        assert gettext("Zone %(zone)s", zone=zone) == "A 日用区\nZone A Daily"
        zoned = render_template_string('{{ _("Zone %(zone)s", zone=zone) }}', zone="<b>\n<i>")
        assert zoned == "&lt;b&gt;区\nZone &lt;i&gt;"
        counted = '{{ ngettext("%(num)s sample made.", "%(num)s samples made.", 2) }}'
        assert render_template_string(counted).splitlines()[1] == "2 samples made."
        assert ngettext("%(num)s sample made.", "%(num)s samples made.", 1).splitlines()[1] == "1 sample made."
        assert day(date(2024, 3, 9)) == "2024-03-09"
    assert said(app, "en", '{{ _("Orders") }}') == "Orders"


def test_days_from_one_year_into_the_next_name_both_years(app: Flask) -> None:
    this = date.today().year  # noqa: DTZ011 - as the pages see it
    first, last = date(this, 3, 1), date(this, 5, 2)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert days(first, last) == "1 Mar – 2 May"
        assert days(first, last.replace(year=this + 1)) == f"1 Mar {this} – 2 May {this + 1}"
        assert days(first.replace(year=this - 1), last) == f"1 Mar {this - 1} – 2 May {this}"
