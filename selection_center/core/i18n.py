"""Two languages: an explicit choice (?lang=), then the cookie of an earlier one, then Accept-Language, then Chinese.

English is the language of the source; Chinese stands in one catalog per area, compiled when it is newer than
its compiled form and merged at start.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, Domain, force_locale
from markupsafe import Markup

LANGUAGES = ("zh", "en")
BOTH = "both"
"""Of papers alone: Chinese and English beside each other."""
COOKIE = "language"
COOKIE_SECONDS = 400 * 24 * 3600
CATALOGS = Path(__file__).parents[1] / "translations"


def language() -> str:
    """The language of this answer: "zh" or "en", or of a paper BOTH."""
    try:
        return str(g.language)  # a page asks a hundred times
    except (AttributeError, RuntimeError):
        return first_language()


def first_language() -> str:
    """Chosen by whoever asks, and from then on this answer's; Chinese where nobody does."""
    if not has_request_context():
        return "zh"
    g.language = chosen() or request.accept_languages.best_match(LANGUAGES, default="zh")
    return str(g.language)


@contextmanager
def speaking(said: str) -> Iterator[None]:
    """Everything inside is in this language, as in a job for the person who asked for it."""
    before = language()
    g.language = said
    try:
        with force_locale("zh" if said == BOTH else said):
            yield
    finally:
        g.language = before


def chosen() -> str | None:
    for said in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if said in LANGUAGES:
            return said
    return None


def in_language(zh: str | None, en: str | None) -> str:
    """The text in the language of this answer, or in the other one where it is missing; both have a line each."""
    spoken = language()
    if spoken == BOTH:
        return beside(zh or "", en or "")
    return (en or zh or "") if spoken == "en" else (zh or en or "")


def beside(zh: str, en: str) -> str:
    """A line each, or one where they say the same or the other is missing."""
    if not zh or "".join(zh.split()).casefold() == "".join(en.split()).casefold():
        return en
    return f"{zh}\n{en}" if en else zh


def filled(zh: str, en: str, values: Mapping[str, Any]) -> str:
    """Both texts with their values: of a value that has a line in each language, each takes its own."""
    firsts, lasts = {}, {}
    for name, value in values.items():
        first, newline, last = (value if isinstance(value, str) else str(value)).partition("\n")
        firsts[name], lasts[name] = (first, last) if newline else (value, value)
    return beside(zh % firsts, en % lasts)


def remember_choice(response: Response) -> Response:
    said = request.args.get("lang")
    if said in LANGUAGES and request.cookies.get(COOKIE) != said:
        response.set_cookie(COOKIE, said, max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure)
    return response


def compile_catalogs(folder: Path = CATALOGS) -> list[str]:
    """Writes each .mo that is missing or older than its .po. Names of all domains, in order."""
    domains = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if source.stem not in domains:
            domains.append(source.stem)
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po, tempfile.NamedTemporaryFile(dir=source.parent, delete=False) as mo:
            write_mo(mo, read_po(po))
        os.replace(mo.name, compiled)
    return domains


class Texts(dict[str, Markup]):
    """The texts of one language by what stands in the source, ready for a page."""

    def __init__(self, spoken: NullTranslations) -> None:
        super().__init__()
        self.spoken = spoken

    def __missing__(self, source: str) -> Markup:
        self[source] = text = Markup(self.spoken.ugettext(source))  # noqa: S704 - our own words; values are escaped
        return text


class Spoken(Domain):
    """What Python says comes from the same catalogs as what pages say."""

    def __init__(self, domains: tuple[str, ...]) -> None:
        super().__init__()
        self.domains = domains

    def get_translations(self) -> NullTranslations:
        return catalog(self.domains, language())

    def gettext(self, string: str, **variables: Any) -> str:
        if language() != BOTH:
            return str(super().gettext(string, **variables))
        zh = catalog(self.domains, "zh").ugettext(string)
        return filled(zh, string, variables) if variables else beside(zh, string)

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        return self.plural(singular, plural, num) % ({"num": num} | variables)

    def plural(self, one: str, many: str, number: int) -> str:
        """Still to be filled in."""
        if language() == BOTH:
            return beside(catalog(self.domains, "zh").ungettext(one, many, number), one if number == 1 else many)
        return str(catalog(self.domains, language()).ungettext(one, many, number))


@cache
def catalog(domains: tuple[str, ...], spoken: str) -> NullTranslations:
    """All texts of this language, of every area; English says what stands in the source."""
    if spoken == "en" or not domains:
        return NullTranslations()
    loaded = [Translations.load(CATALOGS, [spoken], domain) for domain in domains]
    whole, *others = [found for found in loaded if isinstance(found, Translations)]
    for other in others:
        whole.merge(other)
    return whole


def init_app(app: Flask) -> None:
    domains = compile_catalogs()
    babel = Babel(app, default_locale="en", locale_selector=language, default_timezone="Asia/Shanghai")
    babel.domain_instance = words = Spoken(tuple(domains))
    # A page says some fifty texts: Flask-Babel's own look-up finds its way to the catalog anew for each,
    # and Jinja's goes through three calls and a format for a text that has nothing to fill in.
    texts = {spoken: Texts(catalog(tuple(domains), spoken)) for spoken in LANGUAGES}

    def say(source: str, **values: Any) -> Markup:
        if language() == BOTH:
            zh, en = texts["zh"][source], texts["en"][source]
            both = filled(zh, en, values) if values or "%" in source else beside(zh, en)
            return Markup(both)  # noqa: S704 - our own words; values are escaped
        text = texts[language()][source]
        return text % values if values or "%" in text else text

    app.jinja_env.install_gettext_callables(say, words.plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=say, gettext=say)
    app.after_request(remember_choice)
