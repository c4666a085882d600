"""The ledger of deposits: what is held is the sum of its lines, and never below zero."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selection_center.core.db import db
from selection_center.core.errors import Refused
from selection_center.core.permissions import Role
from selection_center.samples.deposits import DepositEntry, DepositKind, DepositMethod
from selection_center.samples.loans import Loan
from tests import factories as make

KINDS = st.sampled_from(list(DepositKind))
AMOUNTS = st.one_of(st.integers(-5, 500), st.integers(0, 10**11))


@pytest.fixture
def bo(app: Flask) -> Any:
    return make.user("Bo", Role.FLOOR_STAFF, make.site())


@pytest.fixture
def loan(bo: Any) -> Loan:
    site = bo.grants[0].site
    return make.loan([make.sample(make.listing(make.supplier()), site)], bo)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(KINDS, AMOUNTS, st.sampled_from(["", "开裂"])), max_size=12))
def test_what_is_held_is_the_sum_and_never_below_zero(loan: Loan, bo: Any, lines: list[tuple[Any, int, str]]) -> None:
    held, kept = 0, []
    with db.session.begin_nested() as trial:
        for kind, amount, note in lines:
            fits = amount > 0 and (kind is DepositKind.TAKEN or amount <= held)
            if fits and (kind is not DepositKind.KEPT or note):
                loan.enter_deposit(kind, amount, DepositMethod.CASH, bo, note)
                held += amount if kind is DepositKind.TAKEN else -amount
                kept.append((kind, amount))
            else:
                with pytest.raises(Refused):
                    loan.enter_deposit(kind, amount, DepositMethod.CASH, bo, note)
            assert loan.deposit_fen == held >= 0
        assert [(entry.kind, entry.amount_fen) for entry in loan.deposit_entries] == kept
        trial.rollback()
    db.session.expire(loan, ["deposit_entries"])


def test_the_database_refuses_what_no_ledger_holds(loan: Loan, bo: Any) -> None:
    for values in ({"amount_fen": 0}, {"amount_fen": -1}, {"kind": DepositKind.KEPT}):
        entry = {"kind": DepositKind.TAKEN, "amount_fen": 100, "method": DepositMethod.CASH, "loan_id": loan.id}
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(sa.insert(DepositEntry).values(entry | values | {"by_id": bo.id, "note": ""}))
