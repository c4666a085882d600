"""Orders handed over by letter: the same file that would stand in the outbox, attached, with its words readable in the
letter too. In the factory's language.
"""

from selection_center.core import mail
from selection_center.core.db import utcnow
from selection_center.core.downloads import XLSX
from selection_center.marketplace.connectors import ConnectorError
from selection_center.marketplace.connectors.feed.order_files import FLOWS, called_off_file, order_file
from selection_center.marketplace.connectors.orders import Draft

CONTENT_TYPES = {"csv": "text/csv", "xlsx": XLSX}
HOW_TO_ANSWER = (
    "请回传状态文件（CSV 或 XLSX），列为：订单号、状态、快递公司、快递单号、原因。\n"
    "状态写“已接单”“已发货”或“拒单”；已发货请写快递单号，拒单请写原因。\n"
    "同一订单号重复收到时，请只处理一次。"
)
NOT_ANSWERED = "我们还没有收到此订单的回复，现重新发送。如已接单，请回传状态，不要重复生产。"


class Post:
    """To one address. `kind`: of the file, csv or xlsx."""

    def __init__(self, to: str, kind: str) -> None:
        self.to, self.kind = to, kind

    def bring_order(self, draft: Draft) -> None:
        """Raises ConnectorError; "handover_unclear" where the letter may have arrived."""
        self._send(draft.reference, subject_of(draft), words_of(draft), order_file(self.kind, draft))

    def remind(self, draft: Draft) -> None:
        """The same once more, for a factory that has not answered: on one day it is one letter, however often sent."""
        again = f"{draft.reference}-{utcnow():%Y%m%d}"
        subject, words = f"再次发送：{subject_of(draft)}", f"{NOT_ANSWERED}\n\n{words_of(draft)}"
        self._send(draft.reference, subject, words, order_file(self.kind, draft), message_id=again)

    def bring_called_off(self, reference: str, reason: str) -> None:
        """Sent once more where it is not known whether it arrived: it asks for nothing new."""
        words = f"请取消订单 {reference}。\n原因：{reason}\n"
        content = called_off_file(self.kind, reference, reason)
        self._send(f"{reference}-cancelled", f"取消订单 {reference}", words, content)

    def check(self) -> None:
        try:
            mail.letter(self.to, "-", "-", message_id="-")  # which an address of another kind refuses
            mail.check()
        except mail.MailFailed as failed:
            raise refusal(failed) from failed

    def _send(self, name: str, subject: str, words: str, content: bytes, message_id: str = "") -> None:
        attached = mail.Attachment(f"{name}.{self.kind}", CONTENT_TYPES[self.kind], content)
        try:
            mail.send(mail.letter(self.to, subject, words, message_id=message_id or name, attached=attached))
        except mail.MailFailed as failed:
            if failed.may_have_arrived:
                raise ConnectorError("handover_unclear", name, permanent=False) from failed
            raise refusal(failed) from failed


def refusal(failed: mail.MailFailed) -> ConnectorError:
    return ConnectorError(failed.code, failed.said, permanent=failed.permanent)


def subject_of(draft: Draft) -> str:
    return f"采购订单 {draft.reference}（{FLOWS[draft.flow]}）"


def words_of(draft: Draft) -> str:
    to = draft.receiver
    lines = "\n".join(
        f"{number}. {line.title} {line.spec}（{line.external_id} {line.spec_id}） × {line.quantity}"
        f"，单价 {line.unit_fen // 100}.{line.unit_fen % 100:02d} 元"
        for number, line in enumerate(draft.lines, 1)
    )
    where = "".join((to.province, to.city, to.area)) if not to.address.startswith(to.province or "\0") else ""
    who = " ".join(filter(None, (to.name, to.phone, to.company)))
    note = f"留言：{draft.message}\n" if draft.message else ""
    return (
        f"订单号：{draft.reference}\n方式：{FLOWS[draft.flow]}\n\n{lines}\n\n"
        f"收货人：{who}\n地址：{where}{to.address}\n{note}\n附件是同一份订单。\n{HOW_TO_ANSWER}\n"
    )
