"""Calls to a marketplace keep the pace of their account, are counted, and stop where nobody answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from selection_center.core import jobs, sealing
from selection_center.core.db import db, utcnow, writing
from selection_center.core.errors import Refused
from selection_center.marketplace import lines
from selection_center.marketplace.accounts import Account, CallCount
from selection_center.marketplace.connectors import Connector, ConnectorError
from tests.marketplace.parrot import Parrot
from tests.working import work_off

NewAccount = Callable[..., Account]


def ask(account: Account) -> str:
    calls = lines.line_to(account)
    db.session.commit()
    with calls as line:
        return line.check()


def fresh(account: Account) -> Account:
    db.session.expire_all()
    return db.session.get_one(Account, account.id)


def fails(code: str, *, permanent: bool = False, wait: float | None = None) -> Callable[[Connector], Any]:
    def said(_connector: Connector) -> Any:
        raise ConnectorError(code, "words", permanent=permanent, wait=wait)

    return said


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr("selection_center.marketplace.lines.time.sleep", waits.append)
    return waits


def test_a_connector_gets_the_secrets_and_nobody_else_does(app: Flask, an_account: NewAccount) -> None:
    account = an_account()
    assert ask(account) == "Yiwu Heyi"
    assert Parrot.asked == [{"address": "here", "key": "open sesame"}]
    stored = db.session.execute(sa.text("SELECT given, sealed FROM marketplace_accounts")).one()
    assert "sesame" not in str(stored)
    assert fresh(account).secret_names == {"key"}


def test_secrets_of_another_key_are_lost_with_a_sentence(app: Flask, an_account: NewAccount) -> None:
    account = an_account()
    before = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "another key that is long enough for anything"
    try:
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(account.sealed)
        with pytest.raises(Refused, match="密钥"):
            lines.line_to(account)
        assert account.secret_names == set()
    finally:
        app.config["SECRET_KEY"] = before


def test_a_renewed_token_is_kept_at_once_beside_the_other_secrets(app: Flask, an_account: NewAccount) -> None:
    account = an_account()
    Parrot.says = [lambda line: line.keep({"token": "renewed"}) or "same"]
    ask(account)
    assert fresh(account).opened() == {"address": "here", "key": "open sesame", "token": "renewed"}


def test_calls_keep_the_pace_of_their_account(app: Flask, an_account: NewAccount, slept: list[float]) -> None:
    account = an_account(calls_per_minute=6)
    for _number in range(3):
        ask(fresh(account))
    assert [round(wait) for wait in slept] == [0, 10, 20], "the clock stands still here, so each waits longer"


def test_who_would_wait_too_long_is_told_so(app: Flask, an_account: NewAccount, slept: list[float]) -> None:
    account = an_account(calls_per_minute=1)
    ask(account)
    ask(fresh(account))
    with pytest.raises(ConnectorError) as told:
        ask(fresh(account))
    assert (told.value.code, told.value.permanent) == ("too_often", False)
    assert len(Parrot.asked) == 2


def test_every_call_is_timed_and_counted(app: Flask, an_account: NewAccount) -> None:
    account = an_account(calls_per_minute=6000)
    Parrot.says = [lambda _line: "good", fails("not_there", permanent=True), lambda _line: "good"]
    ask(account)
    with pytest.raises(ConnectorError):
        ask(account)
    ask(account)
    counted = db.session.scalars(sa.select(CallCount)).one()
    assert (counted.call, counted.count, counted.failed) == ("check", 3, 1)
    assert counted.total_ms >= counted.slowest_ms >= 0


def test_a_marketplace_that_does_not_answer_is_left_alone(app: Flask, an_account: NewAccount) -> None:
    account = an_account(calls_per_minute=6000)
    Parrot.says = [fails("no_answer")]
    for _number in range(lines.FAILURES_ALLOWED):
        with pytest.raises(ConnectorError, match="no_answer"):
            ask(account)
    with pytest.raises(ConnectorError, match="resting"):
        ask(account)
    assert len(Parrot.asked) == lines.FAILURES_ALLOWED
    assert fresh(account).is_resting


def test_after_the_rest_one_call_tries_and_an_answer_ends_it(app: Flask, an_account: NewAccount) -> None:
    account = an_account(calls_per_minute=6000, failures=7, rests_until=utcnow() - timedelta(seconds=1))
    Parrot.says = [fails("no_answer"), lambda _line: "good"]
    with pytest.raises(ConnectorError, match="no_answer"):
        ask(account)
    rests = fresh(account).rests_until
    assert rests is not None
    assert rests > utcnow() + timedelta(seconds=60), "each further silence doubles the rest"
    with writing():
        fresh(account).rests_until = None
        db.session.commit()
    assert ask(fresh(account)) == "good"
    assert (fresh(account).failures, fresh(account).rests_until, fresh(account).is_failing) == (0, None, False)
    assert (fresh(account).failure, fresh(account).standing) == ("no_answer", "new")  # kept, for whoever looks


def test_too_often_rests_as_long_as_the_marketplace_says(app: Flask, an_account: NewAccount) -> None:
    account = an_account(calls_per_minute=6000)
    Parrot.says = [fails("too_often", permanent=False, wait=40)]
    with pytest.raises(ConnectorError, match="too_often"):
        ask(account)
    rests = fresh(account).rests_until
    assert rests is not None
    assert 30 < (rests - utcnow()).total_seconds() <= 40


def test_a_no_is_an_answer_and_opens_no_breaker(app: Flask, an_account: NewAccount) -> None:
    account = an_account(calls_per_minute=6000)
    Parrot.says = [fails("below_moq", permanent=True)]
    for _number in range(lines.FAILURES_ALLOWED + 1):
        with pytest.raises(ConnectorError, match="below_moq"):
            ask(account)
    assert (fresh(account).failures, fresh(account).rests_until) == (0, None)


def test_a_paused_account_is_not_asked(app: Flask, an_account: NewAccount) -> None:
    account = an_account()
    with writing():
        account.pause()
        db.session.commit()
    with pytest.raises(Refused, match="已暂停"):
        lines.line_to(account)


def test_the_check_runs_in_the_background(app: Flask, an_account: NewAccount) -> None:
    account = an_account()
    with writing():
        jobs.enqueue("check-account", key="check-account 1 x", account_id=account.id)
    assert work_off() == ["check-account 1 x"]
    assert (fresh(account).checked_as, fresh(account).checked_at is not None) == ("Yiwu Heyi", True)
