"""What can be printed, of what, on which media, and by whom."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from selection_center.core.permissions import Permission
from selection_center.printing.media import MEDIA, Medium


class Subject(StrEnum):
    SAMPLE = "sample"
    TAG = "tag"
    STAND = "stand"


@dataclass(frozen=True)
class Layout:
    key: str
    title: str
    subject: Subject
    media_keys: tuple[str, ...]
    permission: Permission = Permission.PRINT
    has_prices: bool = False
    has_language: bool = True
    stores_only: bool = False
    """Of what hangs on the shelves of a member store."""

    @property
    def media(self) -> list[Medium]:
        return [MEDIA[key] for key in self.media_keys]

    @property
    def is_of_cells(self) -> bool:
        """Labels may begin in the middle of a sheet."""
        return self.subject is not Subject.STAND and self.media[0].cells > 1 and self.key != "linesheet"


LABELS = ("L7160", "L7163", "L7159", "A4-24", "L7651")
TAGS = Permission.PRINT_TAGS
LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        Layout("label", _l("Labels"), Subject.SAMPLE, LABELS, TAGS, has_prices=True),
        Layout("shelf", _l("Shelf tags"), Subject.SAMPLE, ("A4-21", "70x38"), TAGS, stores_only=True),
        Layout("blank", _l("Blank tags"), Subject.TAG, LABELS, TAGS, has_language=False),
        Layout("sheet", _l("Sample sheets"), Subject.SAMPLE, ("A4",), has_prices=True),
        Layout("linesheet", _l("Linesheet"), Subject.SAMPLE, ("A4-9",), has_prices=True),
        Layout("stand", _l("Stand signs"), Subject.STAND, ("A6", "A5")),
    )
}
