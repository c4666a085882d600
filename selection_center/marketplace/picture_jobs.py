"""Background jobs that fetch pictures; nothing of ours is open meanwhile."""

from flask_babel import lazy_gettext as _l

from selection_center.core import jobs
from selection_center.core.db import db
from selection_center.marketplace import offer_pictures
from selection_center.marketplace.lanes import OF_ACCOUNT


@jobs.job("fetch-pictures", _l("Fetch pictures"), lanes=OF_ACCOUNT)
def fetch_pictures(run: jobs.JobRun, account_id: int) -> None:
    """Of all offers of the account that want them; what did not come is asked for at the next run."""
    done, last = 0, 0
    while wanted := offer_pictures.wanted(account_id, last):
        db.session.commit()
        for want in wanted:
            bring(want)
        done, last = done + len(wanted), wanted[-1].link_id
        run.advance(done)


def bring(want: offer_pictures.Wanted) -> None:
    """Fetches those of one offer and its styles, then hangs them up."""
    names, again = offer_pictures.brought(want.addresses)
    styles: dict[str, str] = {}
    for spec, address in want.styles.items():
        found, is_to_come = offer_pictures.brought((address,))
        again = again or is_to_come
        if found:
            styles[spec] = found[0]
    offer_pictures.hang(want, names, styles, again=again)
    db.session.commit()
