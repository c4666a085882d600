"""Files that a person takes along, with a name in any script."""

import re
from urllib.parse import quote

from flask import Response

from selection_center.core.shop_time import today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
BINARY = "application/octet-stream"


def download(data: bytes, name: str, ending: str, kind: str, *, inline: bool = False) -> Response:
    """An answer that is a file: `name` is what the person reads; the day and the ending are added."""
    safe = re.sub(r'[\\/:*?"<>|\s]+', "-", name).strip("-")[:80] or "file"
    filename = f"{safe}-{today():%Y%m%d}.{ending}"
    plain = filename.encode("ascii", "ignore").decode().lstrip("-")
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = (
        f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    return response
