"""Where a feed's file comes from: an address, by the guarded fetcher, or a folder below the data folder. It is kept
under its digest while it is read, so that a page that follows after a kill reads the same file.
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from flask import current_app

from selection_center.core.downloads import XLSX
from selection_center.core.fetch import Door, FetchRefused, fetch
from selection_center.marketplace.connectors import ConnectorError, Given

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?")
ENDINGS = (".csv", ".xlsx", ".json")
KINDS: Collection[str] = frozenset(
    {
        *("text/csv", "text/plain", "text/tab-separated-values", "application/csv", "application/json", "text/json"),
        *(XLSX, "application/octet-stream"),
        *("application/vnd.ms-excel", "binary/octet-stream"),
    }
)
LARGEST_BYTES = 50_000_000
KEPT_DAYS = 2


class Source:
    """One feed's own place below the data folder: DATA_DIR/feeds/NAME."""

    def __init__(self, given: Given) -> None:
        self.name, self.address = given.get("source", ""), given.get("address", "").strip()

    @property
    def place(self) -> Path:
        if not NAME.fullmatch(self.name):
            raise ConnectorError("bad_feed", "its short name: small letters, digits and hyphens", permanent=True)
        return Path(current_app.config["DATA_DIR"]) / "feeds" / self.name

    @property
    def kept(self) -> Path:
        return self.place / ".kept"

    def take(self, changed_since: datetime | None = None) -> str | None:
        """Keeps the feed as it is now. Its digest; None where it did not change since."""
        self.kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._forget_old()
        descriptor, name = tempfile.mkstemp(dir=self.kept, suffix=".new")
        try:
            with open(descriptor, "w+b") as copy:
                taken = self._fetch(copy, changed_since) if self.address else self._copy(copy, changed_since)
                digest = _digest_of(copy) if taken else None
            if digest:
                os.replace(name, self._path(digest))
            return digest
        finally:
            Path(name).unlink(missing_ok=True)

    def open(self, digest: str) -> BinaryIO | None:
        """A kept file; None where it is gone."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            return None

    def _path(self, digest: str) -> Path:
        return self.kept / f"{digest}.feed"

    def _fetch(self, into: BinaryIO, changed_since: datetime | None) -> bool:
        asked = (
            {"If-Modified-Since": format_datetime(changed_since.astimezone(UTC), usegmt=True)} if changed_since else {}
        )
        door = Door.to()
        try:
            found = fetch(self.address, door, into, kinds=KINDS, most_bytes=LARGEST_BYTES, headers=asked)
        except FetchRefused as refused:
            code = "bad_address" if refused.code in {"address", "host", "private"} else "no_answer"
            if refused.is_final and code == "no_answer":
                code = "bad_feed"
            said = f"{urlsplit(self.address).hostname}: {refused}"
            raise ConnectorError(code, said, permanent=refused.is_final) from refused
        return not found.unchanged

    def _copy(self, into: BinaryIO, changed_since: datetime | None) -> bool:
        """The newest table in the folder. Links that lead out of it are not followed."""
        files = [
            file for file in self.place.glob("*") if file.suffix.lower() in ENDINGS and not file.name.startswith(".")
        ]
        inside = [file for file in files if file.is_file() and not file.is_symlink()]
        if not inside:
            raise ConnectorError("bad_feed", f"no table in feeds/{self.name}", permanent=True)
        newest = max(inside, key=lambda file: (file.stat().st_mtime_ns, file.name))
        if changed_since and newest.stat().st_mtime <= changed_since.timestamp():
            return False
        if newest.stat().st_size > LARGEST_BYTES:
            raise ConnectorError("bad_feed", f"{newest.name} is larger than 50 MB", permanent=True)
        with newest.open("rb") as file:
            while block := file.read(1 << 20):
                into.write(block)
        return True

    def _forget_old(self) -> None:
        until = time.time() - KEPT_DAYS * 86_400
        for file in self.kept.glob("*"):
            if file.stat().st_mtime < until:
                file.unlink(missing_ok=True)


def _digest_of(file: BinaryIO) -> str:
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
