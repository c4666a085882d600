"""The one way by which letters leave: one letter to one address, by the mail server that the operator names.

Nothing is kept or tried again here: whoever sends has a row that says what was sent, and reads from a failure whether
the letter may have arrived.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate

from flask import current_app

SECONDS = 30.0
MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@(?:[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?\.)*[0-9A-Za-z-]+")


class MailFailed(Exception):
    """A letter that was not sent.

    `code`: no_mail, bad_letter, mail_refused or no_answer; `said`: the server's own words.
    `permanent`: the server said no and would say so again. `may_have_arrived`: all of it was sent, and no answer came.
    """

    def __init__(self, code: str, said: str = "", *, permanent: bool, may_have_arrived: bool = False) -> None:
        super().__init__(f"{code}: {said}")
        self.code, self.said, self.permanent, self.may_have_arrived = code, said, permanent, may_have_arrived


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """`is_tls`: from the first byte; else STARTTLS, which only a server on this machine may go without."""

    host: str
    port: int
    sender: str
    is_tls: bool = False
    is_loopback: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Attachment:
    name: str
    kind: str
    """Its content type, such as text/csv."""
    content: bytes


def letter(to: str, subject: str, text: str, *, message_id: str, attached: Attachment | None = None) -> EmailMessage:
    """`message_id`: the same for the same letter, so that whoever gets it twice can tell. Raises MailFailed."""
    made = EmailMessage()
    server = mail_server()
    if not is_address(to):
        raise MailFailed("bad_letter", f"{to[:100]!r} is not one address", permanent=True)
    try:
        made["From"], made["To"], made["Subject"] = server.sender, to, subject
        made["Date"] = formatdate(usegmt=True)
        made["Message-ID"] = f"<{message_id}@{server.sender.rpartition('@')[2]}>"
        made.set_content(text)
        if attached is not None:
            main, _, sub = attached.kind.partition("/")
            made.add_attachment(attached.content, maintype=main, subtype=sub, filename=attached.name)
    except (ValueError, IndexError) as error:
        raise MailFailed("bad_letter", str(error), permanent=True) from error
    return made


def is_address(text: str) -> bool:
    """One plain address, as every mail server takes it: several, or one in other letters, reach nobody or the first."""
    return text.isascii() and MAIL_ADDRESS.fullmatch(text) is not None


def send(made: EmailMessage) -> None:
    """Returns once the server has taken it. Raises MailFailed."""
    server = mail_server()
    with spoken_to(server) as smtp:
        accepted(smtp.mail(server.sender))
        accepted(smtp.rcpt(str(made["To"])))
        try:
            accepted(smtp.data(made.as_bytes(policy=made.policy.clone(linesep="\r\n", max_line_length=78))))
        except smtplib.SMTPDataError as error:
            raise refused(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailFailed("no_answer", str(error), permanent=False, may_have_arrived=True) from error


def check() -> None:
    """Does the mail server let us in? Sends nothing."""
    with spoken_to(mail_server()) as smtp:
        accepted(smtp.noop())


def mail_server() -> MailServer:
    server: MailServer | None = current_app.config["SETTINGS"].mail
    if server is None:
        raise MailFailed("no_mail", permanent=True)
    return server


@contextmanager
def spoken_to(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A server that has let us in; whatever goes wrong before a letter is on its way arrived nowhere."""
    smtp = None
    try:
        smtp = opened(server)
        let_in(smtp, server)
        yield smtp
    except smtplib.SMTPResponseException as error:
        raise refused(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailFailed("mail_refused", str(error), permanent=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed("no_answer", str(error), permanent=False) from error
    finally:
        if smtp is not None:
            smtp.close()


def opened(server: MailServer) -> smtplib.SMTP:
    if server.is_tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(server.host, server.port, timeout=SECONDS)


def let_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not server.is_tls and (not server.is_loopback or smtp.has_extn("starttls")):
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
    if server.user:
        smtp.login(server.user, server.password)


def accepted(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise refused(code, said)


def refused(code: int, said: bytes | str) -> MailFailed:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    is_final = code >= 500
    return MailFailed("mail_refused" if is_final else "no_answer", f"{code} {words}"[:300], permanent=is_final)
