"""Give back: each lent sample that is scanned is back as it was lent; what is damaged is told on its own page."""

from flask import abort, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from selection_center.core.db import db
from selection_center.core.permissions import Permission
from selection_center.floor.answers import Answer, Key, Outcome, Plate
from selection_center.floor.describing import not_a_sample
from selection_center.floor.tasks.base import Opening, Scan, Task
from selection_center.floor.things import SampleThing
from selection_center.samples.loan_items import LoanItem
from selection_center.samples.loan_views import record_return
from selection_center.samples.loans import Loan
from selection_center.samples.models import Sample
from selection_center.sites.models import Site


class GiveBack(Task):
    """Context: `loan`, the number of the loan that the last piece belonged to; its pieces show beside the strip."""

    name = "give-back"
    permission = Permission.HANDLE_SAMPLES
    icon = "arrow-back-up"

    def title(self) -> str:
        return str(_("Take samples back"))

    def open(self, site: Site, context: dict[str, str]) -> Opening:
        loan = loan_in(site, context)
        if "loan" in context and loan is None:
            abort(404)
        return Opening(
            heading=self.title(),
            context={"loan": str(loan.id)} if loan else {},
            progress=progress_of(loan) if loan else None,
            hint=_("Scan what comes back, of any loan. Each scan gives one piece back as it was lent."),
            back=url_for("loans.show", loan_id=loan.id) if loan else url_for("loans.index", slug=site.slug),
        )

    def answer(self, scan: Scan) -> Answer:
        if not isinstance(scan.thing, SampleThing):
            return not_a_sample(scan)
        sample = scan.thing.sample
        item = sample.loan_item
        return returned(sample, item, scan) if item is not None else not_out(sample, scan)

    def panel(self, site: Site, context: dict[str, str]) -> str | None:
        loan = loan_in(site, context)
        return render_template("loans/_give_back_panel.html", loan=loan) if loan is not None else None


def returned(sample: Sample, item: LoanItem, scan: Scan) -> Answer:
    item.give_back(scan.user)
    record_return(item, "loan_piece_returned")
    loan = item.loan
    db.session.expire(loan, ["items"])
    return Answer.about(
        sample,
        Outcome.DONE,
        _("Is back"),
        what_is_left(loan),
        plates=belongs(sample),
        keys=(damaged_key(item), *deposit_key(loan)),
        undo=Key(_("Undo"), url_for("loan_items.take_return_back", item_id=item.id)),
        context={"loan": str(loan.id)},
        progress=progress_of(loan),
        panel=True,
    )


def not_out(sample: Sample, scan: Scan) -> Answer:
    """Nobody has it: it was given back a moment ago, or was never away; either way, where it belongs."""
    loan = loan_in(scan.site, scan.context)
    if sample.is_retired:
        return Answer.about(sample, Outcome.REFUSED, _("Retired"), _("It is not lent out, and has left the floor."))
    just = next((item for item in loan.items if item.sample_id == sample.id), None) if loan is not None else None
    if just is not None:
        keys = (damaged_key(just),)
        return Answer.about(
            sample, Outcome.ALREADY, _("Back already"), _("Not counted twice."), plates=belongs(sample), keys=keys
        )
    reason = _("Nobody has it.") if sample.stand else _("Nobody has it: it belongs in the store room.")
    return Answer.about(sample, Outcome.WRONG, _("Not lent out"), reason, plates=belongs(sample))


def what_is_left(loan: Loan) -> str:
    out = len(loan.open_items)
    if out:
        return str(ngettext("%(name)s still has %(num)s.", "%(name)s still has %(num)s.", out, name=loan.borrower))
    return str(_("Everything of %(name)s is back.", name=loan.borrower))


def belongs(sample: Sample) -> tuple[Plate, ...]:
    return (Plate(sample.stand.address, "belongs"),) if sample.stand else ()


def damaged_key(item: LoanItem) -> Key:
    return Key(_("Damaged …"), url_for("loan_items.show", item_id=item.id), method="get")


def deposit_key(loan: Loan) -> tuple[Key, ...]:
    """Once all is back, what is still held goes back too."""
    if loan.is_open or not loan.deposit_fen:
        return ()
    return (Key(_("Deposit to give back"), url_for("loans.show", loan_id=loan.id), method="get"),)


def progress_of(loan: Loan) -> tuple[int, int]:
    return len(loan.items) - len(loan.open_items), len(loan.items)


def loan_in(site: Site, context: dict[str, str]) -> Loan | None:
    """The loan that the page is about; of this site alone."""
    said = context.get("loan", "")
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        return None
    loan: Loan | None = db.session.scalar(Loan.reachable_by(current_user).filter_by(id=int(said), site_id=site.id))
    return loan
