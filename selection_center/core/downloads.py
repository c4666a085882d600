"""Files that a person takes along, with a name in any script."""

import re
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
SHOP_TIME = timezone(timedelta(hours=8))


def download(data: bytes, name: str, ending: str, kind: str, *, inline: bool = False) -> Response:
    """An answer that is a file: `name` is what the person reads; the day and the ending are added."""
    safe = re.sub(r'[\\/:*?"<>|\s]+', "-", name).strip("-")[:80] or "file"
    filename = f"{safe}-{datetime.now(SHOP_TIME):%Y%m%d}.{ending}"
    plain = filename.encode("ascii", "ignore").decode() or f"file.{ending}"
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = (
        f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    return response
