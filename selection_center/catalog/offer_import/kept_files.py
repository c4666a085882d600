"""Uploaded tables are kept beside the database until they are applied, so that their columns can be matched anew."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from flask import current_app

from selection_center.catalog.imports import OfferImport
from selection_center.catalog.offer_import.files import MB, UPLOAD
from selection_center.catalog.offer_import.reasons import FileRefused
from selection_center.core.db import db


def folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "imports"


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of an open file, 64 hex digits."""
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def keep(file: BinaryIO, digest: str) -> None:
    """Keeps a table under its digest: the same file twice is kept once."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    file.seek(0)
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as copy:
        while block := file.read(1 << 20):
            copy.write(block)
    os.replace(copy.name, _path(digest))


def check(file: BinaryIO) -> None:
    """Refuses at a glance what a job would refuse after a wait: an empty or too large file."""
    size = file.seek(0, os.SEEK_END)
    if UPLOAD.packed and size > UPLOAD.packed:
        raise FileRefused("too_big", limit=UPLOAD.packed // MB)
    if not size:
        raise FileRefused("empty_file")


def is_long(file: BinaryIO, read_at_once: Mapping[str, int]) -> bool:
    """Does reading it take longer than a person waits? `read_at_once`: bytes by kind."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size > read_at_once["xlsx" if file.read(2) == b"PK" else "csv"]


def _path(digest: str) -> Path:
    return folder() / f"{digest}.table"


def open_kept(found: OfferImport) -> BinaryIO:
    """The import's file; FileRefused where it is no longer kept."""
    try:
        return _path(found.file_digest).open("rb")
    except FileNotFoundError:
        raise FileRefused("not_kept") from None


def is_kept(found: OfferImport) -> bool:
    return _path(found.file_digest).exists()


def is_awaited(found: OfferImport) -> bool:
    """Does another import of the same file still wait to be applied?"""
    same = sa.select(OfferImport.id).where(
        OfferImport.file_digest == found.file_digest, OfferImport.id != found.id, OfferImport.applied_at.is_(None)
    )
    return db.session.scalar(same.limit(1)) is not None


def forget(digest: str) -> None:
    _path(digest).unlink(missing_ok=True)
