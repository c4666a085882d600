"""A sample's whole history in sentences, its label against what is so, and what buyers did with it."""

from collections.abc import Callable

import pytest
from flask import Flask, current_app, g

from selection_center.accounts.devices import Device
from selection_center.accounts.models import User, token_digest
from selection_center.core import audit
from selection_center.core.audit import Actor
from selection_center.core.db import db, utcnow
from selection_center.core.i18n import speaking
from selection_center.core.permissions import Role
from selection_center.pages.interest import interest_in
from selection_center.pages.sample_history import Line, history_of
from selection_center.printing.stale import label_of
from selection_center.samples.models import RetireReason, Sample
from selection_center.samples.sightings import Sighting
from selection_center.samples.stocktakes import Stocktake
from selection_center.sites.models import Site
from tests import factories as make
from tests.visitors import Visitor

Visit = Callable[[User], Visitor]
Work = Callable[[], list[str]]


@pytest.fixture
def site(app: Flask) -> Site:
    return make.site()


@pytest.fixture
def ana(site: Site) -> User:
    return make.user("Ana", Role.MANAGER, site)


@pytest.fixture
def sample(site: Site) -> Sample:
    return make.sample(make.listing(make.supplier()), site, make.stand(site))


def lines(sample: Sample, reader: User, page: int = 1) -> list[Line]:
    """As this person reads them in English."""
    with current_app.test_request_context(f"/?page={page}"), speaking("en"):
        g._login_user = reader
        return history_of(sample).lines


def said(sample: Sample, reader: User) -> list[str]:
    return [line.said.striptags() for line in lines(sample, reader)]


def test_everything_that_happened_is_said_newest_first(visit: Visit, ana: User, site: Site, sample: Sample) -> None:
    visitor, other = visit(ana), make.stand(site, bay=4)
    here = f"/samples/{sample.id}"
    visitor.submit(f"{here}/placements", {"stand": other.address})
    visitor.submit(f"{here}/placements", {"stand": ""})
    visitor.submit(f"{here}/placements/reversal")
    visitor.submit(
        f"/sites/{site.slug}/prints", {"layout": "label", "medium": "L7160", "sample": sample.id, "prices": "1"}
    )
    count = Stocktake.begin(site, ana.id)
    Sighting.see(count, sample, other, ana.id)
    db.session.commit()
    visitor.submit(f"{here}/retirement", {"reason": "damaged"})
    visitor.submit(f"{here}/retirement/reversal")
    assert said(sample, ana) == [
        "Here again on A-04-2",
        "Retired: Damaged A-04-2",
        "Counted at A-04-2",
        "Printed: Labels ¥12.80 A-04-2",
        "Placing taken back: again on A-04-2",
        "Taken from A-04-2 to the store room",
        "Moved from A-03-2 to A-04-2",
    ]
    assert {line.who for line in lines(sample, ana)} == {"Ana"}
    page = visitor.get(f"{here}?lang=en").text
    assert 'Moved from <span class="plate">A-03-2</span> to' in page


def test_lending_names_the_borrower_to_those_who_lend_and_forgets_with_the_loan(
    visit: Visit, ana: User, site: Site, sample: Sample
) -> None:
    loan = make.loan([sample], ana)
    audit.record("sample_lent", sample, loan=loan.id, due_on=loan.due_on.isoformat())
    db.session.commit()
    cas = make.user("Cas", Role.CASHIER, site)
    assert said(sample, ana)[0].startswith("Lent to 林小满 小满直播间 until ")
    assert said(sample, cas)[0].startswith("Lent until ")
    assert lines(sample, ana)[0].href == f"/loans/{loan.id}"
    audit.record("loan_extended", loan, number=str(loan.id), due_on=["2026-12-01", "2026-12-08"])
    db.session.flush()
    assert said(sample, ana)[0].startswith("Loan extended to 8 Dec")
    loan.items[0].give_back(ana)
    loan.forget_borrower()
    db.session.flush()
    assert said(sample, ana)[1].startswith("Lent until ")


def test_each_line_names_the_tablet(ana: User, site: Site, sample: Sample) -> None:
    token = "a-tablets-token"
    make.add(Device(site_id=site.id, name="Tablet at the door", token_digest=token_digest(token), registered_by=ana))
    g.actor = Actor("Ana", ana.id, token)
    audit.record("sample_placed", sample, stand="A-03-2")
    g.actor = Actor("Ana", ana.id, "a phone that nobody registered")
    audit.record("sample_placed", sample, stand="A-03-2")
    g.pop("actor")
    db.session.flush()
    assert [line.device for line in lines(sample, ana)] == ["", "Tablet at the door"]


def test_a_long_history_has_pages(visit: Visit, ana: User, sample: Sample) -> None:
    for number in range(45):
        audit.record("sample_placed", sample, stand=f"A-{number:02d}-1")
    db.session.flush()
    assert [len(lines(sample, ana, page)) for page in (1, 2, 3, 4)] == [20, 20, 5, 0]
    assert "A-44-1" in lines(sample, ana)[0].said
    assert "A-00-1" in lines(sample, ana, 3)[-1].said
    assert "page=3" in visit(ana).get(f"/samples/{sample.id}?page=2").text


def test_another_samples_history_is_not_told(ana: User, site: Site, sample: Sample) -> None:
    other = make.sample(make.listing(), site, make.stand(site, bay=5))
    audit.record("sample_placed", other, stand="A-05-2")
    db.session.flush()
    assert lines(sample, ana) == []


def test_a_verb_of_tomorrow_is_said_in_the_audits_words(ana: User, sample: Sample) -> None:
    audit.record("sample_polished", sample, note="<b>twice</b>")
    db.session.flush()
    line = lines(sample, ana)[0]
    assert "Sample polished" in line.said
    assert "<b>" not in line.said


def test_an_old_label_says_what_it_says_and_what_is_so(visit: Visit, ana: User, site: Site, sample: Sample) -> None:
    visitor = visit(ana)
    assert label_of(sample) is None
    form = {"layout": "label", "medium": "L7160", "language": "en", "sample": sample.id, "prices": "1"}
    visitor.submit(f"/sites/{site.slug}/prints", form)
    label = label_of(sample)
    assert label is not None
    assert label.differences == []
    assert "Label is out of date" not in visitor.get(f"/samples/{sample.id}?lang=en").text

    sample.listing.tiers[0].price_fen = 1380
    sample.place_on(make.stand(site, bay=7))
    db.session.commit()
    with speaking("en"):
        label = label_of(sample)
        assert label is not None
        assert [(one.what, one.printed, one.now) for one in label.differences] == [
            ("Price", "¥12.80", "¥13.80"),
            ("Stand", "A-03-2", "A-07-2"),
        ]
    page = visitor.get(f"/samples/{sample.id}?lang=en").text
    assert "Label is out of date" in page
    assert f"medium=L7160&amp;language=en&amp;prices=1&amp;sample={sample.id}" in page

    visitor.submit(f"/sites/{site.slug}/prints", form)
    db.session.expire_all()
    label = label_of(sample)
    assert label is not None
    assert label.differences == []
    sample.retire(RetireReason.SOLD)
    assert label_of(sample) is None


def test_interest_counts_what_buyers_did_lately(sample: Sample) -> None:
    assert interest_in(sample)[2:] == (0, 0, 0)
    found = interest_in(sample)
    assert len(found.scans) == 30
    assert (found.total, found.recent) == (0, 0)
    assert utcnow().date() >= found.since
