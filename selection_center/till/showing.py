"""The till's page: what is on the sale, who buys, what is to pay, and the step that the panel shows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from selection_center.accounts.buyers import mask_phone
from selection_center.catalog.queries import number
from selection_center.core.codes import LONGEST_SCANNED
from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Permission
from selection_center.till import approvals, compared, finding, forms, going, money_in, on_phones
from selection_center.till.changes import kept_change, page_of
from selection_center.till.payments import OPEN_CHARGES, Charge, ChargeState
from selection_center.till.reaching import sale_at, till_or_404
from selection_center.till.sales import Sale, SaleState
from selection_center.till.shifts import Till
from selection_center.till.shown import Customer, PaidSale, Shown, ShownLine

BY_HAND = {method.value for method in money_in.BY_HAND}
OF_GOODS = {"line", "minimum", "discount", "hold", "check", "void", "contact"}
"""Steps that change what is bought: not while it is being paid."""
OF_A_SALE = {*OF_GOODS, "cash", "code", "points", "invoice", *BY_HAND}
"""Steps that are about the open sale."""
STEPS = {*OF_A_SALE, "typed", "held", "find", "compare", "goods", "other"}
NOTES_FEN = (100, 500, 1000, 2000, 5000, 10_000)
"""China's notes from one yuan on."""
MOST_HELD = 30
ASKS_MANAGER = {"needs_manager", "no_manager", "wrong_pin", "too_many_pins"}


def show(till: Till, *, step: str | None = None, status: int = 200, **filled: Any) -> Any:
    """The page in this step; a form that came back wrong is passed on."""
    if till.shift is None:
        return redirect(url_for("till.index", slug=till.site.slug))
    sale = sale_at(till)
    asked = request.args.get("step", "") if step is None else step
    shown = Shown.of(sale)
    asked_for = charge_asked_for(till) if step is None else None
    paid = paid_sale(till, asked_for) if step is None else None
    charge = unsettled(sale) if asked != "other" else None
    values: dict[str, Any] = {
        "till": till, "shift": till.shift, "sale": sale, "shown": shown, "paid": paid, "charge": charge,
        "customer": Customer.of(sale, till.site) if sale is not None else None,
        "step": chosen_step(asked, sale, shown), "changed": kept_change(), "touched": None,
        "held_count": counted_held(till), "phones": on_phones.counted(till.site_id),
        "METHODS": dict(forms.METHODS), "longest": LONGEST_SCANNED, "here": lambda **query: page_of(till, **query),
        "ways_out": ways_out(till), "drawer": drawer(till), "wrong": why_refused(asked_for), "form": None,
        "looked_at": looked_at(sale, shown, asked),
        "tendered": "", "is_mine": till.shift.is_of(current_user),
        "may_oversee": current_user.can(Permission.OVERSEE_TILL, site_id=till.site_id),
    }  # fmt: skip
    values |= step_values(values, till, filled.get("form"), filled.get("line_id"))
    values |= {name: value for name, value in filled.items() if value is not None}
    values["touched"] = (values["changed"] or {}).get("line_id")
    values["panel"] = panel_of(values)
    return render_template("till/show.html", **values), status


def refused(till_id: int, refused: Refused, step: str, form: Any = None, **filled: Any) -> Any:
    """The page again with why not; where a manager's word is missing, its fields are open. Nothing is kept."""
    db.session.rollback()
    filled |= {"wrong": refused.sentence, "asks_manager": refused.code in ASKS_MANAGER}
    return show(till_or_404(till_id), step=step, status=422, form=form, **filled)


def chosen_step(asked: str, sale: Sale | None, shown: Shown) -> str:
    """The step that was asked for, where it makes sense now."""
    if asked not in STEPS:
        return ""
    if asked == "invoice" and request.args.get("paid"):
        return asked
    if asked in OF_A_SALE and not shown.lines:
        return ""
    if asked in OF_GOODS and (sale is None or sale.state is not SaleState.OPEN):
        return ""
    return asked


def looked_at(sale: Sale | None, shown: Shown, asked: str) -> list[ShownLine]:
    """What is looked for in a phone's cart before it is paid, and again when somebody asks for it."""
    if sale is None or not (sale.needs_check or asked == "check"):
        return []
    return going.looked_at(sale, shown.lines)


def panel_of(values: dict[str, Any]) -> str:
    step = str(values["step"])
    if values["charge"] is not None and (not step or step == "code"):
        return "charge"
    if step and step != "other":
        return "by_hand" if step in BY_HAND else step
    if values["paid"] is not None:
        return "paid"
    sale = values["sale"]
    return "check" if step != "other" and sale is not None and sale.needs_check else "pay"


def step_values(values: dict[str, Any], till: Till, form: Any, line_id: int | None) -> dict[str, Any]:
    """What the chosen step shows beside the sale; empty forms, since nothing was sent yet."""
    sale, shown = values["sale"], values["shown"]
    match values["step"]:
        case "line":
            found = shown.line(line_id or number(request.args.get("line", "")) or 0)
            if found is None:
                return {"step": ""}
            data = {"off": found.off_fen or None, "reason": found.off_reason}
            sent = form if form is not None else forms.DiscountForm(formdata=None, data=data)
            return {"chosen": found} | approval(till, sent)
        case "minimum":
            found = shown.line(line_id or number(request.args.get("line", "")) or 0)
            if found is None or not found.below_minimum:
                return {"step": ""}
            sent = form if form is not None else forms.WaiverForm(formdata=None)
            return {"chosen": found} | approval(till, sent) | {"cashiers_share": of_minimum(till)}
        case "discount":
            data = {"off": sale.discount_fen or None, "reason": sale.discount_reason}
            return approval(till, form if form is not None else forms.DiscountForm(formdata=None, data=data))
        case "typed":
            return {"form": forms.TypedForm(formdata=None)}
        case "hold":
            return {"form": forms.HoldForm(formdata=None)}
        case "held":
            return {"held": held(till), "carts": on_phones.on_phones(till.site)}
        case "void":
            return {"form": forms.VoidForm(formdata=None)}
        case "find":
            return {"form": forms.FindForm(formdata=None)}
        case "compare":
            seal = request.values.get("card", "")
            card = compared.opened(seal, till)
            if card is None:
                return {"step": ""}
            return {"card": card, "seal": seal, "form": forms.DigitsForm(formdata=None)}
        case "contact":
            name = sale.name or (sale.member.name if sale.member is not None else "")
            known = mask_phone(sale.phone or (sale.member.phone if sale.member is not None else None))
            empty = forms.ContactForm(formdata=None, data={"name": name, "address": sale.address})
            return {"known_phone": known, "form": empty}
        case "invoice":
            return invoice_values(till, sale)
        case "goods":
            words = request.args.get("words", "")
            ids = [number(text) or 0 for text in request.args.get("skus", "").split(".")]
            found_goods = finding.by_words(till.site, words) if words else finding.of_skus(till.site, ids)
            return {"goods": found_goods, "asked": words}
        case "cash":
            return {"quick_sums": quick_sums(shown.due_fen)}
        case "points":
            return {"form": forms.PartForm(formdata=None, data={"amount": shown.most_points_fen})}
        case step if step in BY_HAND:
            return {"form": forms.PartByHandForm(formdata=None, data={"amount": shown.due_fen})}
        case _other:
            return {}


def approval(till: Till, form: forms.ApprovedForm) -> dict[str, Any]:
    """The form with the managers who can give their word, and from where on it needs one."""
    share = approvals.rules_of(till.site_id).discount_permille
    return {"form": form.offer(approvals.managers(till.site)), "cashiers_share": f"{share / 10:g} %"}


def of_minimum(till: Till) -> str:
    """How far below a minimum a cashier goes alone."""
    return f"{approvals.rules_of(till.site_id).minimum_permille / 10:g} %"


def invoice_values(till: Till, sale: Sale | None) -> dict[str, Any]:
    """Of the sale that was just paid, else of the open one."""
    paid = number(request.args.get("paid", ""))
    wished = paid_at(till, paid) if paid else sale
    if wished is None:
        return {"step": ""}
    names = ("invoice_title", "invoice_tax_number", "invoice_email")
    data = {name: getattr(wished, name) for name in names} | {"invoice": wished.invoice.value}
    return {"wished": wished, "form": forms.InvoiceForm(formdata=None, data=data)}


# --- parts of it ------------------------------------------------------------------------------------------------


def unsettled(sale: Sale | None) -> Charge | None:
    """A charge of this sale that is neither paid nor refused."""
    if sale is None or sale.state is not SaleState.PAYING:
        return None
    query = sa.select(Charge).where(Charge.sale_id == sale.id, Charge.state.in_(OPEN_CHARGES)).order_by(Charge.id)
    return db.session.scalar(query.limit(1))


def charge_asked_for(till: Till) -> Charge | None:
    """The one whose end the page waits for."""
    asked = number(request.args.get("charge", ""))
    here = sa.select(Charge).join(Sale).where(Charge.id == (asked or 0), Sale.site_id == till.site_id)
    return db.session.scalar(here) if asked else None


def why_refused(charge: Charge | None) -> str:
    """What the provider said of it."""
    if charge is None or charge.state is not ChargeState.REFUSED:
        return ""
    return str(_("Not paid: %(said)s. Another code, or another way?", said=charge.said or _("refused")))


def paid_sale(till: Till, charge: Charge | None) -> PaidSale | None:
    """As the address names it, or as the charge finished it."""
    asked = number(request.args.get("paid", "")) or (charge.sale_id if charge is not None else None)
    sale = paid_at(till, asked) if asked else None
    return PaidSale.of(sale) if sale is not None else None


def paid_at(till: Till, sale_id: int) -> Sale | None:
    query = sa.select(Sale).filter_by(id=sale_id, site_id=till.site_id, state=SaleState.PAID)
    return db.session.scalar(query.options(selectinload(Sale.payments)))


def held_at(till: Till) -> sa.Select[Any]:
    """Put on hold by a till of this store; what a phone shows at the exit stands among the phones' carts."""
    return sa.select(Sale).where(Sale.site_id == till.site_id, Sale.state == SaleState.HELD, Sale.till_id.is_not(None))


def counted_held(till: Till) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(held_at(till).subquery())) or 0


def held(till: Till) -> list[Sale]:
    query = held_at(till).order_by(Sale.changed_at.desc()).limit(MOST_HELD)
    return list(db.session.scalars(query.options(selectinload(Sale.lines), joinedload(Sale.member))))


def quick_sums(due_fen: int) -> list[int]:
    """What people are likely to give: the sum itself, then the next round ones that notes make."""
    rounded = {-(-due_fen // note) * note for note in NOTES_FEN}
    return sorted({due_fen, *rounded})[:6]


def ways_out(till: Till) -> list[tuple[str, str, str]]:
    slug = till.site.slug
    wanted = (
        (_("Sales"), "receipt", "sales.index", {"slug": slug}),
        (_("Shift"), "clock", "shifts.show", {"shift_id": till.shift.id if till.shift else 0}),
        (_("Members"), "users", "members.index", {"slug": slug}),
        (_("Door"), "door-enter", "door.show", {"slug": slug}),
    )
    return [(label, icon, url_for(name, **values)) for label, icon, name, values in wanted if is_built(name)]


def drawer(till: Till) -> list[tuple[str, str, str]]:
    slug, shift_id = till.site.slug, till.shift.id if till.shift else 0
    wanted = (
        (_("Goods back"), "receipt-refund", "sales.index", {"slug": slug}),
        (_("Cash drawer"), "cash", "shifts.show", {"shift_id": shift_id}),
    )
    return [(label, icon, url_for(name, **values)) for label, icon, name, values in wanted if is_built(name)]


def is_built(endpoint: str) -> bool:
    return endpoint in current_app.view_functions
