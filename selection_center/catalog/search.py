"""Search: which listings hold every word, anywhere in their titles, supplier, belt, offer id or item number.

One meaning on both databases: after NFKC and case folding, each word is a part of the listing's text. Behind it
stands one row per listing with that text, and an index of its single characters, its pairs of neighbours and the
sites where it has samples: contentless FTS5 on SQLite, GIN over a tsvector on PostgreSQL. Pairs find words of one
and two characters exactly; the candidates for a longer word are looked at again in the text.

The two tables (made by a migration, unknown to the models) hold what `index_listings` wrote: whoever writes or
deletes listings, changes the name of a supplier or a belt, or brings or retires samples, calls it in the same
transaction.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from selection_center.catalog.models import Listing
from selection_center.catalog.search_tokens import normalise, site_token, tokens_of_text, tokens_of_word, words_of
from selection_center.catalog.suppliers import Supplier
from selection_center.core import codes
from selection_center.core.db import db
from selection_center.sites.models import Belt

TEXTS = sa.table(
    "listing_search_texts",
    sa.column("listing_id", sa.BigInteger),
    sa.column("text", sa.Text),
    sa.column("sites", sa.Text),
    sa.column("tokens", TSVECTOR),  # on PostgreSQL alone
)
INDEX = sa.table("listing_search", sa.column("rowid", sa.BigInteger), sa.column("tokens", sa.Text))
SAMPLES = sa.table("samples", sa.column("id"), sa.column("listing_id"), sa.column("site_id"), sa.column("state"))
TAGS = sa.table("tags", sa.column("sample_id"), sa.column("code"))
"""The area of samples stands to the right of this one, so its tables are known by name alone."""

PER_BATCH = 500
SHORTEST_CODE = 4
EXACT_LENGTH = 2
"""Words up to so many characters are tokens themselves."""


# --- asking -----------------------------------------------------------------------------------------------------


def search(words: str, *, site_id: int | None = None) -> sa.Select[tuple[int]]:
    """The ids (`listing_id`) of the listings that hold every word; with a site, of those that have samples there.

    No words: all of them. Newest first, quickly: join it as a subquery and order by its own `listing_id`, descending,
    which the indexes hand out in order.
    """
    wanted = words_of(words)
    tokens = sorted({token for word in wanted for token in tokens_of_word(word)})
    if site_id is not None:
        tokens.append(site_token(site_id))
    if not tokens:
        return sa.select(Listing.id.label("listing_id"))
    looked_at = [word for word in wanted if len(word) > EXACT_LENGTH]
    query = _in_fts5(tokens, bool(looked_at)) if on_sqlite() else _in_tsvector(tokens)
    return query.where(*(TEXTS.c.text.contains(word, autoescape=True) for word in looked_at))


def _in_fts5(tokens: list[str], with_texts: bool) -> sa.Select[Any]:
    """Those that have all of these tokens: hex words, so joining them is safe. The texts cost a look-up a row."""
    query = sa.select(INDEX.c.rowid.label("listing_id")).select_from(INDEX)
    if with_texts:
        query = query.join(TEXTS, TEXTS.c.listing_id == INDEX.c.rowid)
    wanted = " AND ".join(f'"{token}"' for token in tokens)
    return query.where(sa.literal_column("listing_search").op("MATCH")(wanted))


def _in_tsvector(tokens: list[str]) -> sa.Select[Any]:
    plan_for_these_words()
    return sa.select(TEXTS.c.listing_id).where(TEXTS.c.tokens.op("@@")(sa.cast(" & ".join(tokens), TSQUERY)))


def with_code(text: str, *, site_id: int | None = None) -> sa.Select[tuple[int]] | None:
    """The ids of the listings whose samples' codes begin so; None for what is too short or no code at all."""
    code = "".join(c for c in normalise(text).upper() if c.isalnum()).translate(codes.READ_AS)
    if not SHORTEST_CODE <= len(code) <= codes.LENGTH or not set(code) <= set(codes.ALPHABET):
        return None
    last = code.ljust(codes.LENGTH, codes.ALPHABET[-1])
    query = sa.select(SAMPLES.c.listing_id).join_from(SAMPLES, TAGS, TAGS.c.sample_id == SAMPLES.c.id)
    query = query.where(TAGS.c.code.between(code, last))
    return query if site_id is None else query.where(SAMPLES.c.site_id == site_id)


def plan_for_these_words() -> None:
    """For this transaction: a plan that PostgreSQL makes without the words reads every row for a rare one."""
    db.session.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))


def on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


# --- writing ----------------------------------------------------------------------------------------------------


def index_listings(ids: Iterable[int]) -> None:
    """Writes the search rows of these listings, within the caller's transaction; those of deleted ones go."""
    db.session.flush()
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), PER_BATCH):
        _index_batch(wanted[start : start + PER_BATCH])


def index_supplier(supplier_id: int) -> None:
    """After its name or belt changed, or listings moved to it."""
    index_listings(db.session.scalars(sa.select(Listing.id).filter_by(supplier_id=supplier_id)).all())


def index_all() -> int:
    """Every listing, in batches; the number of them. For a database whose search rows were never written."""
    ids = db.session.scalars(sa.select(Listing.id)).all()
    index_listings(ids)
    return len(ids)


def _index_batch(ids: list[int]) -> None:
    """Only rows whose text or sites are others now are written, so that an import of the same file costs little."""
    now = {row[0]: (row[1], row[2]) for row in _rows(ids)}
    query = sa.select(TEXTS.c.listing_id, TEXTS.c.text, TEXTS.c.sites).where(TEXTS.c.listing_id.in_(ids))
    stored = {row[0]: (row[1], row[2]) for row in db.session.execute(query)}
    _remove([id for id in stored if stored[id] != now.get(id)])
    _insert([(id, *now[id]) for id in now if now[id] != stored.get(id)])


def _rows(ids: list[int]) -> Iterator[tuple[int, str, str]]:
    """(id, text, site tokens) of each listing."""
    query = (
        sa.select(
            Listing.id,
            Listing.title,
            Listing.title_en,
            Listing.external_id,
            Listing.item_number,
            Supplier.name,
            Supplier.name_en,
            Belt.name,
            Belt.name_en,
        )
        .outerjoin(Supplier, Supplier.id == Listing.supplier_id)
        .outerjoin(Belt, Belt.id == Supplier.belt_id)
        .where(Listing.id.in_(ids))
    )
    sites = _sites(ids)
    for id, *fields in db.session.execute(query):
        yield id, normalise(" ".join(field for field in fields if field)), " ".join(sites.get(id, ()))


def _sites(ids: list[int]) -> dict[int, list[str]]:
    """The token of each site where a listing has samples that are not retired."""
    query = (
        sa.select(SAMPLES.c.listing_id, SAMPLES.c.site_id)
        .where(SAMPLES.c.listing_id.in_(ids), SAMPLES.c.state != "retired")
        .distinct()
        .order_by(SAMPLES.c.listing_id, SAMPLES.c.site_id)
    )
    found: dict[int, list[str]] = {}
    for listing_id, site_id in db.session.execute(query):
        found.setdefault(listing_id, []).append(site_token(site_id))
    return found


def _remove(ids: list[int]) -> None:
    if not ids:
        return
    db.session.execute(sa.delete(TEXTS).where(TEXTS.c.listing_id.in_(ids)))
    if on_sqlite():
        db.session.execute(sa.delete(INDEX).where(INDEX.c.rowid.in_(ids)))


def _insert(rows: list[tuple[int, str, str]]) -> None:
    if not rows:
        return
    texts = [{"listing_id": id, "text": text, "sites": sites} for id, text, sites in rows]
    tokens = [" ".join([*sorted(tokens_of_text(text)), *sites.split()]) for _id, text, sites in rows]
    if on_sqlite():
        db.session.execute(sa.insert(TEXTS), texts)
        index = [{"rowid": row["listing_id"], "tokens": own} for row, own in zip(texts, tokens, strict=True)]
        db.session.execute(sa.insert(INDEX), index)
    else:
        # A tsvector's text is its words, which are hex here and need no quoting.
        db.session.execute(sa.insert(TEXTS), [row | {"tokens": own} for row, own in zip(texts, tokens, strict=True)])
