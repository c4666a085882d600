"""A floor of very many labelled samples, copied by the database from one."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from selection_center.accounts.models import User
from selection_center.core.db import Model, db
from selection_center.marketplace.accounts import Account
from selection_center.marketplace.syncs import OfferLink
from selection_center.printing import comparing
from selection_center.printing.models import PrintedItem, PrintRun, PrintState
from selection_center.samples.models import Sample
from selection_center.sites.models import Site
from tests import factories as make

FIRST = 30_000_000
PER_STAND = 20
STALE_EVERY, DEARER_EVERY = 50, 40
SAYS, SAID = (
    {"names": ["货"], "price": "¥12.80", "price_fen": 1280},
    {"names": ["货"], "price": "¥9.90", "price_fen": 990},
)
HERE, THERE = {"tiers": "3:1280", "skus": {}}, {"tiers": "3:1390", "skus": {}}


class Floor(NamedTuple):
    site: Site
    size: int

    @property
    def stale(self) -> list[int]:
        """The samples whose label says another price, in the order in which one walks past them."""
        return [FIRST + number for number in range(self.size) if number % STALE_EVERY == STALE_EVERY - 1]

    @property
    def dearer(self) -> list[int]:
        return [FIRST + number for number in range(0, self.size, DEARER_EVERY)]


def labelled(site: Site, by: User, account: Account, count: int, **offer: Any) -> Floor:
    """Each sample is of an offer of its own."""
    listing = make.listing(make.supplier(), tiers=((3, 1280),), title="货", **offer)
    piece = make.sample(listing, site, make.stand(site, "Z"))
    run = make.add(PrintRun(site=site, user_id=by.id, layout="label", medium="L7160", state=PrintState.READY))
    item = make.add(PrintedItem(run_id=run.id, number=0, sample_id=piece.id, code="", values=SAYS))
    link = make.add(OfferLink(listing_id=listing.id, account_id=account.id, online=HERE))
    assert piece.placement is not None
    assert piece.stand is not None
    assert piece.tag is not None
    number = numbers(count)
    same, stand_id = number + FIRST, number // PER_STAND + FIRST
    copy(listing, number, id=same, external_id=text(same))
    copy(listing.skus[0], number, id=same, listing_id=same)
    copy(listing.tiers[0], number, id=same, listing_id=same)
    copy(piece, number, id=same, listing_id=same)
    copy(piece.tag, number, id=same, sample_id=same, code="1" + text(number + 1_000_000_000))
    few = numbers(count // PER_STAND)
    named = {"address": "A-" + text(few + 10_000), "code": "2" + text(few + 1_000_000_000)}
    copy(piece.stand, few, id=few + FIRST, level=few + 10, **named)
    copy(piece.placement, number, id=same, sample_id=same, stand_id=stand_id)
    is_stale = number % STALE_EVERY == STALE_EVERY - 1
    values = sa.case((is_stale, sa.literal(SAID, sa.JSON)), else_=sa.literal(SAYS, sa.JSON))
    copy(item, number, id=same, number=number + 1, sample_id=same, values=values)
    online = sa.case((number % DEARER_EVERY == 0, sa.literal(THERE, sa.JSON)), else_=sa.literal(HERE, sa.JSON))
    copy(link, number, id=same, listing_id=same, online=online)
    db.session.execute(sa.text("ANALYZE"))  # as PostgreSQL does by itself soon after so much came in
    db.session.commit()
    return Floor(site, count)


def numbers(count: int) -> Any:
    """From 0 on."""
    number = sa.select(sa.literal(0).label("n")).cte("numbers", recursive=True)
    return number.union_all(sa.select(number.c.n + 1).where(number.c.n < count - 1)).c.n


def text(number: Any) -> Any:
    return sa.cast(number, sa.Text)


def copy(row: Model, number: Any, /, **other: Any) -> None:
    """The row once for each number, with other values in these columns."""
    table: Any = row.__table__
    columns = {column.name: other.get(column.name, column) for column in table.columns}
    query = sa.select(*columns.values()).select_from(table.join(number.table, sa.true())).where(table.c.id == row.id)
    db.session.execute(sa.insert(table).from_select(list(columns), query, include_defaults=False))


def compared(floor: Floor, *, but: int) -> None:
    """As if all papers were looked at, but for the last so many."""
    query = comparing.hanging(floor.site, "label").where(Sample.id >= FIRST)
    rows = db.session.execute(comparing.picked(query, Sample.id, PrintedItem.id, comparing.made_from())).all()
    stale = set(floor.stale)
    comparing.keep_verdicts([(item_id, said, sample_id in stale) for sample_id, item_id, said in sorted(rows)[:-but]])
    db.session.commit()
