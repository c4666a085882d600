"""Offers of a marketplace into the catalog, page by page: only what changed is written, and every change is a fact.

The caller asks the marketplace with nothing open, then has each batch written and commits it, cursor and all: a kill
loses a batch at most, which comes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from selection_center.catalog.changes import tiers_text
from selection_center.catalog.models import ListingState
from selection_center.catalog.offer_import.merging import speaks_of_specs
from selection_center.catalog.offer_import.offers import OfferRow
from selection_center.catalog.offer_import.staging import Judge
from selection_center.catalog.offer_import.stored import LISTINGS, SKUS, Key, Stored
from selection_center.catalog.offer_import.writing import CHANGES, ChunkWriting, add_many, key_of, write_many
from selection_center.catalog.pricing import Tier
from selection_center.core.db import db, table_of, upsert, utcnow
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.connectors import Connector, OfferPage
from selection_center.marketplace.syncs import OfferLink, Sync

LINKS = table_of(OfferLink)
PER_BATCH = 200
"""Offers that are written together; a marketplace's page may hold fewer."""
MOST_ASKED_FOR = 500
"""Offers that a run asks for one by one, because no page named them."""


# --- pages -----------------------------------------------------------------------------------------------------------


def batches(line: Connector, cursor: str | None) -> Iterator[list[OfferPage]]:
    """The account's pages from the cursor on, in handfuls that hold about PER_BATCH offers."""
    held: list[OfferPage] = []
    while True:
        page = line.fetch_listings(cursor)
        held.append(page)
        cursor = page.cursor
        if cursor is None or sum(len(each.offers) for each in held) >= PER_BATCH:
            yield held
            held = []
        if cursor is None:
            return


def write_batch(sync: Sync, pages: Sequence[OfferPage]) -> None:
    """The offers of some pages, and how far the run is."""
    written = write_offers(sync.account, sync.source, [offer for page in pages for offer in page.offers])
    sync.seen_count += sum(len(page.offers) + len(page.refused) for page in pages)
    sync.new_count, sync.changed_count = sync.new_count + written[0], sync.changed_count + written[1]
    for page in pages:
        sync.note_refused(page.refused)
    last = pages[-1]
    sync.cursor, sync.total = last.cursor, last.total if last.total is not None else sync.total
    if last.cursor is None:
        sync.pages_at = utcnow()


def write_offers(account: Account, source: str, offers: Iterable[OfferRow]) -> tuple[int, int]:
    """How many were new, how many had changed. Of an offer that comes twice the later one counts.

    `source`: who says so, for the history of prices, such as "sync 4".
    """
    wanted = list({key_of(offer): offer for offer in offers}.values())
    judge = Judge(wanted, account.supplier_id, locked=True)
    writing = ChunkWriting(judge, source=source, user_id=None)
    new = [offer for offer in wanted if judge.listing(offer) is None]
    other = [(offer, stored) for offer in wanted if (stored := judge.listing(offer)) and says_more(offer, stored)]
    changed = [(offer, stored) for offer, stored in other if judge.merge(offer).changes]
    ids = writing.insert(new)
    writing.update(changed)
    writing.finish()
    note_digests([pair for pair in other if pair not in changed])
    note_styles(source, other)
    known = {key: stored.columns["id"] for key, stored in judge.stored.items()} | ids
    note_seen(account.id, wanted, known, judge.stored)
    return len(ids), len(changed)


def says_more(offer: OfferRow, stored: Stored) -> bool:
    """Something else than when it was written last."""
    return bool(stored.columns["source_digest"] != offer.digest())


def note_digests(pairs: Sequence[tuple[OfferRow, Stored]]) -> None:
    """Said otherwise, and means the same: not compared again."""
    rows = [{"b_id": stored.columns["id"], "digest": offer.digest()} for offer, stored in pairs]
    statement = sa.update(LISTINGS).where(LISTINGS.c.id == sa.bindparam("b_id"))
    write_many(statement.values(source_digest=sa.bindparam("digest")), rows)


def note_styles(source: str, pairs: Sequence[tuple[OfferRow, Stored]]) -> None:
    """Which styles are not offered any more, and which are again: they stay, for samples and orders name them."""
    now = utcnow()
    rows, facts = [], []
    for offer, stored in pairs:
        named = {sku.spec for sku in offer.skus}
        for spec, sku in stored.skus.items() if speaks_of_specs(offer, stored) else ():
            if (sku["gone_at"] is None) == (spec in named):
                continue
            is_gone = spec not in named
            rows.append({"b_id": sku["id"], "moment": now if is_gone else None})
            words = {"old": "offered" if is_gone else "gone", "new": "gone" if is_gone else "offered"}
            common = {"listing_id": stored.columns["id"], "at": now, "user_id": None, "source": source}
            facts.append(common | words | {"spec": spec, "field": "style"})
    moment = sa.bindparam("moment", type_=SKUS.c.gone_at.type)
    write_many(sa.update(SKUS).where(SKUS.c.id == sa.bindparam("b_id")).values(gone_at=moment), rows)
    add_many(CHANGES, facts)


def note_seen(account_id: int, offers: Sequence[OfferRow], ids: dict[Key, int], before: dict[Key, Stored]) -> None:
    """The account keeps these fresh; pictures are wanted where there are others than before."""
    now = utcnow()
    rows = [
        {
            **{"listing_id": ids[key], "account_id": account_id, "seen_at": now, "gone_at": None},
            "online": said_online(offer),
            "pictures_wanted_at": now if wants_pictures(offer, before.get(key)) else None,
        }
        for offer in offers
        if (key := key_of(offer)) in ids
    ]
    keep_links(rows)
    seen = LISTINGS.c.id.in_([row["listing_id"] for row in rows])
    db.session.execute(sa.update(LISTINGS).where(seen).values(last_seen_at=now))


def wants_pictures(offer: OfferRow, before: Stored | None) -> bool:
    """May there be others than are here? Which of them, whoever fetches them sees."""
    if any(sku.picture_url for sku in offer.skus) and (before is None or says_more(offer, before)):
        return True
    if not offer.pictures:
        return False
    return before is None or before.columns["picture_urls"] != list(offer.pictures) or not before.columns["pictures"]


def keep_links(rows: Sequence[dict[str, Any]]) -> None:
    """A link of a listing that is new wants its pictures; of another only where they changed. What another account
    followed, this one does not follow yet. In the sequence in which others lock them too.
    """
    rows = sorted(rows, key=lambda row: int(row["listing_id"]))
    made = upsert(LINKS)
    kept: dict[str, Any] = {name: made.excluded[name] for name in ("account_id", "seen_at", "gone_at", "online")}
    same = LINKS.c.account_id == made.excluded.account_id
    kept["followed_at"] = sa.case((same, LINKS.c.followed_at), else_=sa.null())
    said_before, said_now = (sa.cast(table.online, sa.Text) for table in (LINKS.c, made.excluded))
    kept["compared_version"] = sa.case((said_before == said_now, LINKS.c.compared_version), else_=sa.null())
    kept["pictures_wanted_at"] = sa.func.coalesce(made.excluded.pictures_wanted_at, LINKS.c.pictures_wanted_at)
    write_many(made.on_conflict_do_update(index_elements=["listing_id"], set_=kept), rows)


def said_online(offer: OfferRow) -> dict[str, Any]:
    """What the marketplace asks, to be held against what is printed and what is said here; and its styles' pictures."""
    tiers = tiers_text(Tier(least, fen) for least, fen in offer.tiers)
    own = {sku.spec: sku.price_fen for sku in offer.skus if sku.price_fen is not None}
    ladders = {sku.spec: tiers_text(Tier(*tier) for tier in sku.tiers) for sku in offer.skus if sku.tiers}
    pictures = {sku.spec: sku.picture_url for sku in offer.skus if sku.picture_url}
    more = {"ladders": ladders, "pictures": pictures}
    return {"tiers": tiers, "skus": own} | {name: said for name, said in more.items() if said}


# --- what no page named ----------------------------------------------------------------------------------------------


def not_named(sync: Sync) -> list[tuple[int, str]]:
    """(listing, the source's id) that this account kept fresh before and that no page of the run named."""
    query = (
        sa.select(LISTINGS.c.id, LISTINGS.c.external_id)
        .join(LINKS, LINKS.c.listing_id == LISTINGS.c.id)
        .where(LINKS.c.account_id == sync.account_id, LINKS.c.seen_at < sync.started_at, LINKS.c.gone_at.is_(None))
    )
    rows = db.session.execute(query.order_by(LINKS.c.seen_at, LINKS.c.id).limit(MOST_ASKED_FOR))
    return [(row.id, row.external_id) for row in rows]


def write_one(sync: Sync, listing_id: int, offer: OfferRow | None) -> None:
    """What came of asking for one offer: it is still there, or the marketplace does not know it any more."""
    if offer is not None:
        sync.changed_count += write_offers(sync.account, sync.source, [offer])[1]
    elif write_gone(listing_id, sync.source):
        sync.gone_count += 1


def write_gone(listing_id: int, source: str) -> bool:
    """The marketplace does not know it any more. True where that takes it off the shelf."""
    now = utcnow()
    db.session.execute(sa.update(LINKS).where(LINKS.c.listing_id == listing_id).values(gone_at=now))
    return take_off_shelf(listing_id, source, now)


def linked(account_id: int, external_id: str) -> int | None:
    """The listing of this offer that the account keeps fresh."""
    query = sa.select(LINKS.c.listing_id).join(LISTINGS, LISTINGS.c.id == LINKS.c.listing_id)
    return db.session.scalar(query.where(LINKS.c.account_id == account_id, LISTINGS.c.external_id == external_id))


def take_off_shelf(listing_id: int, source: str, now: datetime) -> bool:
    here = sa.and_(LISTINGS.c.id == listing_id, LISTINGS.c.state == ListingState.ON_SHELF)
    values = {"state": ListingState.OFF_SHELF, "version": LISTINGS.c.version + 1, "updated_at": now}
    found: Any = db.session.execute(sa.update(LISTINGS).where(here).values(values))
    if not found.rowcount:
        return False
    fact = {"listing_id": listing_id, "at": now, "user_id": None, "source": source, "spec": "", "field": "state"}
    add_many(CHANGES, [fact | {"old": "on_shelf", "new": "off_shelf"}])
    return True
