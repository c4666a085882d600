"""What waits for each task at a site: the words beside its key on the tablet's home."""

from flask_babel import ngettext

from selection_center.samples import queries
from selection_center.samples.loan_queries import Totals
from selection_center.sites.models import Site


def waiting(site: Site) -> dict[str, str]:
    """A few words by the task's name; nothing for a task that nothing waits for."""
    here, out = queries.counts(site), Totals.at(site)
    stored, expected, off_shelf = here["store-room"], here["expected"], here["off-shelf"]
    words = {
        "place": stored and ngettext("%(num)s in the store room", "%(num)s in the store room", stored),
        "receive": expected and ngettext("%(num)s expected", "%(num)s expected", expected),
        "retire": off_shelf and ngettext("%(num)s off the shelf online", "%(num)s off the shelf online", off_shelf),
        "give-back": out.pieces and ngettext("%(num)s lent out", "%(num)s lent out", out.pieces),
    }
    if out.late_pieces:
        words["give-back"] = ngettext("%(num)s overdue", "%(num)s overdue", out.late_pieces)
    return {name: str(said) for name, said in words.items() if said}
