"""Letters over a real wire: what was taken, what surely was not, and what nobody knows."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from flask import Flask

from selection_center.core import mail
from selection_center.core.mail import Attachment, MailFailed, MailServer
from tests.posting import Postman

pytestmark = pytest.mark.once


@pytest.fixture
def postman(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    with Postman() as made:
        connect(app, monkeypatch, made)
        yield made


def connect(app: Flask, monkeypatch: pytest.MonkeyPatch, to: Postman, **values: object) -> None:
    server = MailServer(host="127.0.0.1", port=to.port, sender="orders@example.com", is_loopback=True)
    server = replace(server, **values)  # type: ignore[arg-type]
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail=server))


def write(subject: str = "采购订单 1", to: str = "factory@example.com") -> None:
    attached = Attachment("订单.csv", "text/csv", "订单号\n1\n".encode())
    mail.send(mail.letter(to, subject, "两行\n.点开头的行\n", message_id="YW-1", attached=attached))


def failure() -> MailFailed:
    with pytest.raises(MailFailed) as failed:
        write()
    return failed.value


def test_a_letter_arrives_as_it_was_written(postman: Postman) -> None:
    write()
    [letter] = postman.letters
    assert (letter["From"], letter["To"], letter["Subject"]) == (
        "orders@example.com", "factory@example.com", "采购订单 1",
    )  # fmt: skip
    assert letter["Message-ID"] == "<YW-1@example.com>"
    body = letter.get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["两行", ".点开头的行"]
    [file] = letter.iter_attachments()
    assert isinstance(file, EmailMessage)
    assert (file.get_filename(), file.get_payload(decode=True)) == ("订单.csv", "订单号\n1\n".encode())


@pytest.mark.parametrize(
    ("at", "said", "code", "permanent", "may_have_arrived"),
    [
        ("EHLO", "hang up", "no_answer", False, False),
        ("MAIL", "451 later", "no_answer", False, False),
        ("RCPT", "550 nobody of that name", "mail_refused", True, False),
        ("RCPT", "hang up", "no_answer", False, False),
        ("DATA", "554 no", "mail_refused", True, False),
        ("dot", "452 full", "no_answer", False, False),
        ("dot", "552 too large", "mail_refused", True, False),
        ("half", "hang up", "no_answer", False, True),
        ("dot", "hang up", "no_answer", False, True),
    ],
)
def test_what_a_failure_says_of_the_letter(
    postman: Postman, at: str, said: str, code: str, permanent: bool, may_have_arrived: bool
) -> None:
    postman.faults[at] = said
    found = failure()
    assert (found.code, found.permanent, found.may_have_arrived) == (code, permanent, may_have_arrived)
    assert len(postman.letters) <= may_have_arrived


def test_a_server_that_is_not_there(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with Postman() as gone:
        connect(app, monkeypatch, gone)
    found = failure()
    assert (found.code, found.permanent, found.may_have_arrived) == ("no_answer", False, False)


def test_no_server_no_letter(app: Flask) -> None:
    assert (failure().code, failure().permanent) == ("no_mail", True)


def test_it_signs_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with Postman("center", "p/w") as strict:
        connect(app, monkeypatch, strict)
        assert failure().said.startswith("530")
        connect(app, monkeypatch, strict, user="center", password="wrong")
        assert failure().code == "mail_refused"
        connect(app, monkeypatch, strict, user="center", password="p/w")
        mail.check()
        assert strict.letters == []
        write()
        assert len(strict.letters) == 1


def test_nothing_is_said_in_the_open_to_another_machine(
    app: Flask, monkeypatch: pytest.MonkeyPatch, postman: Postman
) -> None:
    """A server that is not this machine has to speak TLS."""
    connect(app, monkeypatch, postman, is_loopback=False, user="center", password="p/w")
    assert (failure().code, postman.letters) == ("mail_refused", [])
    assert [verb for verb in postman.heard if verb.startswith("AUTH")] == []


@pytest.mark.parametrize("where", ["subject", "to"])
def test_no_header_is_smuggled_in(postman: Postman, where: str) -> None:
    with pytest.raises(MailFailed, match="bad_letter"):
        write(**{where: "x@example.com\r\nBcc: all@example.com"})
    assert postman.letters == []
