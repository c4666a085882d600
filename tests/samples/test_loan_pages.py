"""The pages of lending: the list, the hand-over, a loan and its pieces."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from selection_center.core import pictures
from selection_center.core.audit import AuditEntry
from selection_center.core.db import db, utcnow
from selection_center.core.permissions import Role
from selection_center.core.shop_time import today
from selection_center.samples.deposits import DepositKind, DepositMethod
from selection_center.samples.loan_items import Condition, LoanItem, Outcome
from selection_center.samples.loans import BorrowerKind, Loan, ReminderWay
from selection_center.samples.models import RetireReason, Sample
from tests import factories as make
from tests.printing import paper
from tests.visitors import Visitor
from tests.working import clean_up

Visit = Callable[..., Visitor]
STROKES = "M10 20L60 80L200 90M210 20L300 150"


@pytest.fixture
def samples(app: Flask) -> list[Sample]:
    site = make.site(phone="0579-85550000")
    listing, stand = make.listing(make.supplier()), make.stand(site)
    return [make.sample(listing, site, stand) for _piece in range(3)]


@pytest.fixture
def bo_himself(samples: list[Sample]) -> Any:
    return make.user("Bo", Role.FLOOR_STAFF, samples[0].site)


@pytest.fixture
def bo(visit: Visit, bo_himself: Any) -> Visitor:
    return visit(bo_himself)


@pytest.fixture
def ana(visit: Visit, samples: list[Sample]) -> Visitor:
    return visit(make.user("Ana", Role.MANAGER, samples[0].site))


@pytest.fixture
def loan(samples: list[Sample], bo_himself: Any) -> Loan:
    return make.loan(samples, bo_himself)


def written(samples: list[Sample], **values: Any) -> dict[str, Any]:
    """The form as Bo fills it in for a livestreamer."""
    return {
        "sample": [sample.id for sample in samples], "kind": "livestreamer", "name": "林小满", "company": "小满直播间",
        "phone": "139 0000 9000", "consent": "y", "purpose": "晚八点直播", "signature": STROKES,
        "due_on": (today() + timedelta(days=3)).isoformat(), "deposit": "", "deposit_method": "wechat",
    } | {f"piece-{sample.id}-condition": "fine" for sample in samples} | values  # fmt: skip


def photo(size: tuple[int, int] = (40, 30), kind: str = "JPEG") -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, kind)
    file.seek(0)
    return file, "photo.jpg"


def the_loan() -> Loan:
    db.session.expire_all()
    return db.session.scalars(sa.select(Loan)).one()


def test_several_samples_go_out_by_one_signed_form(bo: Visitor, samples: list[Sample]) -> None:
    address = "/sites/yiwu/loans/new?" + "&".join(f"sample={sample.id}" for sample in samples)
    page = bo.get(address).text
    assert all(sample.tag and sample.tag.shown in page for sample in samples)
    assert 'data-module="signature"' in page
    form = written(samples, deposit="200.00")
    form |= {f"piece-{samples[0].id}-condition": "worn", f"piece-{samples[0].id}-note": "划痕"}
    answer = bo.submit("/sites/yiwu/loans", form)
    assert answer.status_code == 303
    loan = the_loan()
    assert answer.headers["Location"] == f"/loans/{loan.id}"
    assert (loan.name, loan.phone, loan.signature, loan.deposit_fen) == ("林小满", "13900009000", STROKES, 20000)
    assert (loan.items[0].condition, loan.items[0].note) == (Condition.WORN, "划痕")
    shown = bo.get(f"/loans/{loan.id}").text
    assert STROKES in shown
    assert "139****9000" in shown
    assert "13900009000" not in shown
    verbs = db.session.scalars(sa.select(AuditEntry.verb).filter_by(subject_type="samples")).all()
    assert verbs.count("sample_lent") == len(samples)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Write a name."),
        ({"phone": "12"}, "Write a mobile number"),
        ({"consent": ""}, "Tick the notice"),
        ({"purpose": ""}, "Write what they are borrowed for"),
        ({"due_on": "2020-01-01"}, "At most 30 days"),
        ({"due_on": ""}, "Choose the day"),
        ({"signature": "", "signed_name": ""}, "signs on the glass"),
        ({"signature": "M1 1L2 2<script>"}, "sign again"),
        ({"deposit": "1.005"}, "two decimals"),
        ({"kind": "colleague", "colleague": "987654"}, "Choose the colleague"),
        ({"sample": []}, "at least one sample"),
    ],
)
def test_a_form_that_lacks_something_says_so_and_keeps_the_rest(
    bo: Visitor, samples: list[Sample], wrong: dict[str, Any], said: str
) -> None:
    answer = bo.submit("/sites/yiwu/loans?lang=en", written(samples[:1]) | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert "小满直播间" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Loan.id))) == 0


def test_what_somebody_else_just_lent_is_refused_by_name_and_the_form_stays(
    bo: Visitor, samples: list[Sample], loan: Loan
) -> None:
    answer = bo.submit("/sites/yiwu/loans", written(samples[:1], name="别人", phone="13700007000", company="别家"))
    assert answer.status_code == 409
    assert "林小满" in answer.text
    assert "别家" in answer.text
    as_json = {"Accept": "application/json"}
    said = bo.submit("/sites/yiwu/loans", written(samples[:1], phone="13700007000"), headers=as_json)
    assert said.json is not None
    assert (said.status_code, said.json["error"]["code"]) == (409, "away")


def test_a_typed_name_signs_and_a_colleague_needs_no_phone(bo: Visitor, samples: list[Sample], bo_himself: Any) -> None:
    form = written(samples[:1], signature="", signed_name="Bo", kind="colleague", colleague=bo_himself.id)
    form |= {"name": "", "phone": "", "consent": ""}
    assert bo.submit("/sites/yiwu/loans", form).status_code == 303
    loan = the_loan()
    assert (loan.kind, loan.name, loan.phone, loan.signed_name) == (BorrowerKind.COLLEAGUE, "Bo", None, "Bo")


def test_a_code_typed_on_the_form_adds_its_sample_and_lends_nothing(bo: Visitor, samples: list[Sample]) -> None:
    assert samples[1].tag
    answer = bo.submit("/sites/yiwu/loans", written(samples[:1]) | {"add": "1", "code": samples[1].tag.shown})
    assert (answer.status_code, answer.text.count('name="sample"')) == (200, 2)
    assert "小满直播间" in answer.text
    unknown = bo.submit("/sites/yiwu/loans", written(samples[:1]) | {"add": "1", "code": "nonsense"})
    assert (unknown.status_code, unknown.text.count('name="sample"')) == (422, 1)
    assert db.session.scalar(sa.select(sa.func.count(Loan.id))) == 0


def test_a_photo_is_kept_even_while_the_form_is_wrong(bo: Visitor, samples: list[Sample]) -> None:
    name = f"piece-{samples[0].id}-photo"
    wrong = bo.submit("/sites/yiwu/loans", written(samples[:1]) | {"name": "", name: photo()})
    assert wrong.status_code == 422
    kept = wrong.text.split(f'name="piece-{samples[0].id}-kept_photo" value="')[1][:24]
    assert pictures.path(kept, "card").is_file()
    bo.submit("/sites/yiwu/loans", written(samples[:1]) | {f"piece-{samples[0].id}-kept_photo": kept})
    assert the_loan().items[0].photo == kept


def test_s14_photos_have_limits_and_lose_their_metadata(bo: Visitor, samples: list[Sample], loan: Loan) -> None:
    here = f"/loan-items/{loan.items[0].id}/return"
    for bad, said in (
        ((io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "x.svg"), "not a picture"),
        ((io.BytesIO(b"\xff" * (pictures.LARGEST_BYTES + 1)), "x.jpg"), "larger than 8 MB"),
    ):
        answer = bo.submit(f"{here}?lang=en", {"condition": "damaged", "photo": bad})
        assert (answer.status_code, said in answer.text) == (422, True)
    assert bo.submit(here, {"condition": "damaged", "note": "开裂", "photo": photo()}).status_code == 303
    db.session.expire_all()
    item = db.session.get_one(LoanItem, loan.items[0].id)
    assert (item.condition_back, item.note_back, item.ended_by_id) == (Condition.DAMAGED, "开裂", loan.lent_by_id)
    assert item.photo_back
    with Image.open(pictures.path(item.photo_back, "full")) as kept:
        assert (kept.format, dict(kept.getexif())) == ("WEBP", {})
    assert item.photo_back in bo.get(f"/loan-items/{item.id}").text


def test_pieces_come_back_by_ticks_and_a_return_can_be_taken_back(bo: Visitor, loan: Loan) -> None:
    here, first = f"/loans/{loan.id}", loan.items[0].id
    assert bo.submit(f"{here}/returns", {}).status_code == 422
    assert bo.submit(f"{here}/returns", {"item": [first, loan.items[1].id]}).status_code == 303
    db.session.expire_all()
    assert len(loan.open_items) == 1
    assert bo.submit(f"{here}/returns", {"item": first}).status_code == 409
    assert bo.submit(f"/loan-items/{first}/return/reversal").status_code == 303
    db.session.expire_all()
    assert len(loan.open_items) == 2


def test_extending_reminding_and_what_came_of_it(bo: Visitor, loan: Loan) -> None:
    here = f"/loans/{loan.id}"
    assert bo.submit(f"{here}/extensions", {"due_on": "2020-01-01"}).status_code == 422
    later = loan.due_on + timedelta(days=2)
    assert bo.submit(f"{here}/extensions", {"due_on": later.isoformat(), "reason": "改播期"}).status_code == 303
    assert bo.submit(f"{here}/reminders", {"way": "pigeon"}).status_code == 422
    assert bo.submit(f"{here}/reminders", {"way": "phone", "note": "明天还"}).status_code == 303
    first, second, _third = loan.items
    bad = {f"item-{first.id}-outcome": "nothing", f"item-{first.id}-sold": "3"}
    assert bo.submit(f"{here}/outcomes", bad).status_code == 422
    told = {
        f"item-{first.id}-outcome": "shown_live",
        f"item-{first.id}-sold": "120",
        f"item-{second.id}-outcome": "nothing",
    }
    assert bo.submit(f"{here}/outcomes", told).status_code == 303
    db.session.expire_all()
    assert (loan.due_on, loan.reminders[0].way) == (later, ReminderWay.PHONE)
    assert (first.outcome, first.sold) == (Outcome.SHOWN_LIVE, 120)
    page = bo.get(f"{here}?lang=en").text
    for text in ("改播期", "明天还", "120", "Loan extended"):
        assert text in page, text


def test_deposits_are_a_ledger_and_keeping_one_is_for_the_manager(bo: Visitor, ana: Visitor, loan: Loan) -> None:
    here = f"/loans/{loan.id}/deposit-entries"
    assert bo.submit(here, {"kind": "taken", "amount": "0", "method": "cash"}).status_code == 422
    assert bo.submit(here, {"kind": "taken", "amount": "100", "method": "cash"}).status_code == 303
    assert bo.submit(here, {"kind": "given_back", "amount": "100.01", "method": "cash"}).status_code == 422
    assert bo.submit(here, {"kind": "kept", "amount": "30", "method": "cash", "note": "开裂"}).status_code == 422
    assert ana.submit(here, {"kind": "kept", "amount": "30", "method": "cash"}).status_code == 422
    assert ana.submit(here, {"kind": "kept", "amount": "30", "method": "cash", "note": "开裂"}).status_code == 303
    assert bo.submit(here, {"kind": "given_back", "amount": "70", "method": "cash"}).status_code == 303
    db.session.expire_all()
    assert [entry.signed_fen for entry in loan.deposit_entries] == [10000, -3000, -7000]
    assert loan.deposit_fen == 0


def test_writing_off_is_for_the_manager_and_retires(bo: Visitor, ana: Visitor, loan: Loan) -> None:
    here = f"/loan-items/{loan.items[0].id}"
    assert bo.submit(f"{here}/loss", {"note": "丢了"}).status_code == 403
    assert ana.submit(f"{here}/loss", {}).status_code == 422
    assert ana.submit(f"{here}/loss", {"note": "丢了"}).status_code == 303
    db.session.expire_all()
    assert loan.items[0].sample.retired_reason is RetireReason.LOST
    assert bo.submit(f"{here}/return/reversal").status_code == 403
    assert ana.submit(f"{here}/return/reversal").status_code == 303


def test_opening_the_phone_is_logged(bo: Visitor, loan: Loan) -> None:
    here = f"/loans/{loan.id}"
    assert "13900009000" not in bo.get(f"{here}?phone=open").text
    shown = bo.get(bo.submit(f"{here}/phone").headers["Location"]).text
    assert "13900009000" in shown
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(verb="phone_opened")).one()
    assert (entry.subject_type, entry.subject_id) == ("loans", loan.id)


def test_the_list_finds_filters_and_adds_up(bo: Visitor, bo_himself: Any, samples: list[Sample]) -> None:
    late = make.overdue(make.loan(samples[:1], bo_himself, name="迟到的人", phone="13700007000"))
    soon = make.loan(samples[1:2], bo_himself, due_on=today() + timedelta(days=1))
    soon.enter_deposit(DepositKind.TAKEN, 12345, DepositMethod.CASH, bo_himself)
    page = bo.get("/sites/yiwu/loans?lang=en").text
    assert page.index("迟到的人") < page.index("林小满"), "what is late comes first"
    assert "1 day late" in page
    assert "123" in page
    for query, found, missing in (
        ("where=overdue", "迟到的人", "林小满"), ("where=remind", "林小满", "Nobody has"),
        ("q=林小满", "林小满", "迟到的人"),
        ("q=7000", "迟到的人", "林小满"), (f"q={samples[1].code}", "林小满", "迟到的人"),
        ("where=today", "Nothing is due", "迟到的人"),
        ("q=nobody", "No loan fits", "迟到的人"), ("where=returned", "come back whole", "迟到的人"),
        ("kind=colleague", "No loan fits", "迟到的人"), ("where=bogus&sort=bogus&kind=bogus", "迟到的人", "No loan"),
    ):  # fmt: skip
        text = bo.get(f"/sites/yiwu/loans?lang=en&{query}").text
        assert found in text, query
        assert missing not in text, query
    assert late.is_overdue


def test_the_sites_home_says_what_is_late_and_whom_to_remind(
    bo: Visitor, bo_himself: Any, samples: list[Sample]
) -> None:
    make.overdue(make.loan(samples[:1], bo_himself, phone="13700007000"))
    make.loan(samples[1:2], bo_himself, due_on=today() + timedelta(days=1))
    make.loan(samples[2:], bo_himself, phone="13600006000", due_on=today() + timedelta(days=2))
    page = bo.get("/sites/yiwu/home?lang=en").text
    assert "1 loan is overdue" in page
    assert "1 loan is due by tomorrow" in page
    assert "/sites/yiwu/loans?where=remind" in page


def test_an_empty_list_says_what_to_do(bo: Visitor) -> None:
    page = bo.get("/sites/yiwu/loans?lang=en").text
    assert "Nothing is lent out" in page
    assert "/sites/yiwu/loans/new" in page


def test_borrowers_are_told_apart_by_phone_and_add_up(bo: Visitor, bo_himself: Any, samples: list[Sample]) -> None:
    first = make.loan(samples[:2], bo_himself)
    first.items[0].set_outcome(Outcome.SHOWN_LIVE, 1200)
    for item in first.items:
        item.give_back(bo_himself)
    make.loan(samples[:1], bo_himself)
    make.loan(samples[1:2], bo_himself, phone="13700007000", name="另一个")
    page = bo.get("/sites/yiwu/loans/borrowers").text
    row = page[page.index("林小满") :]
    assert "1,200" in row[: row.index("另一个")]
    assert page.count("<tr>") == 3


def test_s12_the_export_keeps_text_text_and_phones_masked(bo: Visitor, bo_himself: Any, samples: list[Sample]) -> None:
    make.loan(samples[:1], bo_himself, name="=1+1", purpose="@SUM(A1)")
    answer = bo.get("/sites/yiwu/loans.xlsx?where=out&q=")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert [cell.data_type for cell in cells if cell.value in {"=1+1", "@SUM(A1)"}] == ["s", "s"]
    assert "139****9000" in {cell.value for cell in cells}
    assert "13900009000" not in {cell.value for cell in cells}
    db.session.expire_all()
    told = db.session.scalars(sa.select(AuditEntry).filter_by(verb="loans_exported")).one()
    assert (told.user_id, told.site_id, told.detail) == (bo_himself.id, samples[0].site_id, {"count": 1})


def test_the_slip_says_what_was_lent_and_nothing_about_the_person(bo: Visitor, loan: Loan, bo_himself: Any) -> None:
    loan.enter_deposit(DepositKind.TAKEN, 98700, DepositMethod.CASH, bo_himself)
    answer = bo.get(f"/loans/{loan.id}/slip.pdf")
    assert answer.mimetype == "application/pdf"
    said = "".join(paper.words(answer.data).split())
    for text in ("小满直播间", "晚八点直播", loan.due_on.isoformat(), "A-03-2", "1/1", "0579-85550000"):
        assert text in said, text
    for text in ("林小满", "13900009000", "139****", "987", "Bo"):
        assert text not in said, text
    read = {code.text.rsplit("/", 1)[-1] for code in paper.codes_on(answer.data)}
    assert read == {item.sample.code for item in loan.items}


def test_other_sites_and_roles_are_kept_out(visit: Visit, loan: Loan) -> None:
    cy = visit(make.user("Cy", Role.MANAGER, make.site("chenghai")))
    cas = visit(make.user("Cas", Role.CASHIER, loan.site))
    item = loan.items[0].id
    for path in (f"/loans/{loan.id}", f"/loans/{loan.id}/slip.pdf", f"/loan-items/{item}", "/sites/yiwu/loans"):
        assert cy.get(path).status_code == 404, path
        assert cas.get(path).status_code == 403, path
    nouns = ("extensions", "returns", "outcomes", "deposit-entries", "reminders")
    posts = [f"/loans/{loan.id}/{noun}" for noun in nouns]
    for path in (*posts, f"/loan-items/{item}/return", f"/loan-items/{item}/loss", "/sites/yiwu/loans"):
        assert cy.submit(path).status_code == 404, path
        assert cas.submit(path).status_code == 403, path
    assert cy.submit(f"/loans/{loan.id}/phone").status_code == 404


def test_a_foreign_sample_on_the_form_is_nobody(bo: Visitor, samples: list[Sample]) -> None:
    foreign = make.sample(samples[0].listing, make.site("chenghai"))
    assert bo.submit("/sites/yiwu/loans", written([foreign])).status_code == 422
    assert foreign.tag
    assert foreign.tag.shown not in bo.get(f"/sites/yiwu/loans/new?sample={foreign.id}").text


def test_who_borrowed_is_forgotten_at_night_once_all_is_settled(samples: list[Sample], bo_himself: Any) -> None:
    long_ago = utcnow() - timedelta(days=91)
    settled, held, out = (
        make.loan([sample], bo_himself, phone=f"1370000700{number}") for number, sample in enumerate(samples)
    )
    held.enter_deposit(DepositKind.TAKEN, 100, DepositMethod.CASH, bo_himself)
    for loan in (settled, held):
        loan.items[0].give_back(bo_himself)
        loan.items[0].ended_at = long_ago
    db.session.commit()
    clean_up()
    db.session.expire_all()
    assert (settled.name, settled.phone, settled.signature, settled.consent_version) == ("", None, "", None)
    assert (settled.company, settled.purpose) == ("", "")  # a live room is somebody, and so is "Xiaoman's show"
    assert (held.phone, out.phone) == ("13700007001", "13700007002")
