"""Two languages: an explicit choice (?lang=), then the cookie of an earlier one, then Accept-Language, then Chinese.

English is the language of the source; Chinese stands in one catalog per area, compiled when it is newer than
its compiled form and merged at start.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale
from markupsafe import Markup

LANGUAGES = ("zh", "en")
COOKIE = "language"
COOKIE_SECONDS = 400 * 24 * 3600
CATALOGS = Path(__file__).parents[1] / "translations"


def language() -> str:
    """The language of this answer: "zh" or "en"."""
    if not has_app_context():
        return "zh"
    said: str | None = g.get("language")
    if said is None:
        if not has_request_context():
            return "zh"
        said = g.language = chosen() or request.accept_languages.best_match(LANGUAGES, default="zh")
    return said


@contextmanager
def speaking(said: str) -> Iterator[None]:
    """Everything inside is in this language, as in a job for the person who asked for it."""
    before = language()
    g.language = said
    try:
        with force_locale(said):
            yield
    finally:
        g.language = before


def chosen() -> str | None:
    for said in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if said in LANGUAGES:
            return said
    return None


def in_language(zh: str | None, en: str | None) -> str:
    """The text in the language of this answer, or in the other one where it is missing."""
    return (en or zh or "") if language() == "en" else (zh or en or "")


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
    app.config.update(
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DOMAIN=";".join(domains or ["core"]),
        BABEL_TRANSLATION_DIRECTORIES=";".join([str(CATALOGS)] * max(1, len(domains))),
    )
    Babel(app, locale_selector=language, default_timezone="Asia/Shanghai")
    # A page says some fifty texts: Flask-Babel's own look-up finds its way to the catalog anew for each,
    # and Jinja's goes through three calls and a format for a text that has nothing to fill in.
    speaking = partial(catalog, tuple(domains))
    texts = {spoken: Texts(speaking(spoken)) for spoken in LANGUAGES}

    def say(source: str, **values: Any) -> Markup:
        text = texts[language()][source]
        return text % values if values or "%" in text else text

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        say, lambda one, many, number: speaking(language()).ungettext(one, many, number), newstyle=True
    )
    app.jinja_env.globals.update(_=say, gettext=say)
    app.after_request(remember_choice)
