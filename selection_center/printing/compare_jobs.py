"""Comparing what hangs with what is so, as far as nobody did yet."""

from __future__ import annotations

from collections.abc import Collection

from selection_center.core.db import db, writing
from selection_center.printing.comparing import compare, unseen
from selection_center.sites.models import Site


def look_again(site: Site, chunks: int | None = None, listing_ids: Collection[int] | None = None) -> None:
    """In short transactions of its own; ends the one that is open when there is anything to do."""
    last = 0
    while chunks != 0 and (found := unseen(site, last, listing_ids)):
        db.session.commit()
        with writing():
            compare(found)
            db.session.commit()
        last, chunks = found[-1].sample_id, chunks - 1 if chunks is not None else None
