"""What every template can say: money, days, pictures, static files, the language."""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from flask_babel import format_date, format_datetime, to_user_timezone
from markupsafe import Markup, escape

from selection_center.config import Settings
from selection_center.core import i18n, kept_pages, money
from selection_center.core.pictures import picture_url


def static_digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "missing"


def day(value: date | datetime | None) -> str:
    """11月21日 or 21 Nov, in the shop's time zone; with the year when it is not this one. In figures for both."""
    found = in_the_shop(value)
    return written(found, in_full=not is_this_year(found)) if found else ""


def days(first: date | datetime, last: date | datetime) -> str:
    """From the one to the other; both with their years as soon as one of them is not this year's."""
    both = [found for found in (in_the_shop(first), in_the_shop(last)) if found]
    in_full = not all(map(is_this_year, both))
    return " – ".join(written(found, in_full=in_full) for found in both)


def in_the_shop(value: date | datetime | None) -> date | None:
    return to_user_timezone(value).date() if isinstance(value, datetime) else value


def is_this_year(value: date) -> bool:
    return value.year == date.today().year  # noqa: DTZ011 - the wall calendar is meant


def written(value: date, *, in_full: bool) -> str:
    if i18n.language() == i18n.BOTH:
        return value.isoformat()
    pattern = ("M月d日", "y年M月d日") if i18n.language() == "zh" else ("d MMM", "d MMM y")
    return str(format_date(value, pattern[in_full]))


def clock(value: datetime | None) -> str:
    """14:02 in the shop's time zone."""
    return str(format_datetime(value, "HH:mm")) if value else ""


def moment(value: datetime | None) -> str:
    """Day and time, for a log."""
    return f"{day(value)} {clock(value)}" if value else ""


def money_text(fen: int | None) -> str:
    """¥1,234.50; an empty string for no price."""
    return "" if fen is None else money.show_fen(fen)


def lines(text: str | None) -> Markup:
    """Plain text with its line breaks."""
    return Markup("<br>").join(escape(line) for line in (text or "").splitlines())


def same_page(**changes: Any) -> str:
    """This page's address with some of its parameters changed; another filter begins at its first page."""
    asked = request.args.to_dict()
    if "page" not in changes and "lang" not in changes:
        asked.pop("page", None)
    query = {name: str(value) for name, value in (asked | changes).items() if value not in (None, "")}
    return f"{request.path}?{urlencode(query)}" if query else request.path


def init_app(app: Flask, settings: Settings) -> None:

    def static_url(name: str) -> str:
        """With the digest of the file, which does not change while we serve it."""
        return f"{app.static_url_path}/{name}?v={static_digest(Path(app.static_folder or '') / name)}"

    app.jinja_env.filters.update(
        money=money_text, money_parts=money.parts, day=day, days=days, clock=clock, moment=moment, lines=lines
    )
    app.jinja_env.globals.update(
        static_url=static_url if app.debug else cache(static_url),
        picture_url=picture_url,
        same_page=same_page,
        operation_id=kept_pages.operation_id,
        csrf_token=kept_pages.csrf_token,
        in_language=i18n.in_language,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def per_request() -> dict[str, Any]:
        return {
            "language": i18n.language(),
            "is_secure_context": settings.secure_cookies,
            # Flask-WTF's own of this name would leave one visitor's token in a page that is kept for all.
            "csrf_token": kept_pages.csrf_token,
        }
