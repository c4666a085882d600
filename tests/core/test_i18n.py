"""Pages speak both languages, numbers included."""

from contextvars import Context

from flask import Flask, render_template_string


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
