"""Forms of the print room: own media in millimetres, printers, names of begun sheets."""

from __future__ import annotations

import re
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, validators
from wtforms.widgets import TextInput

from selection_center.core.forms import Form
from selection_center.printing.dots import RESOLUTIONS
from selection_center.printing.media import WIDEST_LABEL_MM
from selection_center.printing.models import USUAL_DOTS, USUAL_GAP_TENTHS, FileKind, Printer
from selection_center.printing.own_media import MEASURES, THERMAL_DPI

LARGEST_MM = 1000
MOST_COLUMNS, MOST_ROWS = 20, 60
FARTHEST_TENTHS = 100
"""What can be set right: a centimetre."""
AS_SET = _l("As the printer is set")
LEAST_MM = (2100, 1080)
"""What the barest label needs inside the white edge, in hundredths."""


class MillimetreField(IntegerField):
    """Millimetres as people write them, kept as hundredths in `.data`."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw_text = (valuelist[0] if valuelist else "").strip().replace(",", ".")
        self.data: int | None = None
        found = re.fullmatch(r"([0-9]{1,4})(?:\.([0-9]{1,2}))?", self.raw_text, re.ASCII)
        if not self.raw_text:
            raise ValueError(_l("Write a size in millimetres."))
        if found is None or int(found[1]) > LARGEST_MM:
            raise ValueError(_l("Write millimetres with at most two decimals, such as 38.1."))
        self.data = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 100:g}"


def mm(label: str) -> MillimetreField:
    return MillimetreField(label, [validators.InputRequired(_l("Write a size in millimetres."))])


NAME = [validators.DataRequired(_l("Give it a name.")), validators.Length(max=40)]

OFFSET = [
    validators.InputRequired(_l("Write a whole number, 0 for none.")),
    validators.NumberRange(-FARTHEST_TENTHS, FARTHEST_TENTHS, _l("At most 100 tenths, a centimetre.")),
]


class MediumForm(Form):
    name = StringField(_l("Name of the paper"), NAME)
    page_width = mm(_l("Page width"))
    page_height = mm(_l("Page height"))
    columns = IntegerField(_l("Columns"), [validators.InputRequired(), validators.NumberRange(1, MOST_COLUMNS)])
    rows = IntegerField(_l("Rows"), [validators.InputRequired(), validators.NumberRange(1, MOST_ROWS)])
    width = mm(_l("Cell width"))
    height = mm(_l("Cell height"))
    left = mm(_l("Margin left"))
    top = mm(_l("Margin above"))
    pitch_x = mm(_l("From column to column"))
    pitch_y = mm(_l("From row to row"))
    edge = mm(_l("White edge in a cell"))
    dpi = SelectField(
        _l("Printer"),
        coerce=int,
        choices=[(300, _l("Office printer")), (203, _l("Label printer, 203 dpi")), (600, _l("600 dpi"))],
    )
    network = BooleanField(_l("For every site"))

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        for name, sentence in self.faults():
            self[name].errors = [sentence]
        return not self.errors

    def faults(self) -> list[tuple[str, str]]:
        """Where the cells do not go with the page or with each other, and by how much."""
        return [
            fault
            for fault in (
                self.beyond("width", "left", "pitch_x", "columns", "page_width"),
                self.beyond("height", "top", "pitch_y", "rows", "page_height"),
                self.overlap("pitch_x", "width", "columns"),
                self.overlap("pitch_y", "height", "rows"),
                self.least("width", LEAST_MM[0]),
                self.least("height", LEAST_MM[1]),
                self.out_of_reach(),
            )
            if fault is not None
        ]

    def beyond(self, size: str, margin: str, pitch: str, count: str, page: str) -> tuple[str, str] | None:
        needed = self[margin].data + (self[count].data - 1) * self[pitch].data + self[size].data
        over = needed - self[page].data
        if over <= 0:
            return None
        return page, _(
            "The cells need %(needed)s mm, the page has %(page)s mm: %(over)s mm too much.",
            needed=shown(needed),
            page=shown(self[page].data),
            over=shown(over),
        )

    def overlap(self, pitch: str, size: str, count: str) -> tuple[str, str] | None:
        over = self[size].data - self[pitch].data
        if self[count].data == 1 or over <= 0:
            return None
        return pitch, _("The cells overlap by %(over)s mm.", over=shown(over))

    def least(self, size: str, smallest: int) -> tuple[str, str] | None:
        """What the smallest layout needs inside the white edge."""
        lacking = smallest + 2 * self["edge"].data - self[size].data
        if lacking <= 0:
            return None
        return size, _("The smallest label needs %(lacking)s mm more than this.", lacking=shown(lacking))

    def out_of_reach(self) -> tuple[str, str] | None:
        """Of a label printer's head."""
        if self.dpi.data != THERMAL_DPI or (self.page_width.data or 0) <= WIDEST_LABEL_MM * 100:
            return None
        return "page_width", _(
            "A label printer prints at most %(widest)s mm wide. Choose the office printer for this paper.",
            widest=f"{WIDEST_LABEL_MM:g}",
        )

    @property
    def measures(self) -> dict[str, int]:
        return {name: self[name].data for name in (*MEASURES, "columns", "rows", "dpi")}


def shown(hundredths: int) -> str:
    return f"{hundredths / 100:g}"


class PrinterForm(Form):
    name = StringField(_l("Name of the printer"), NAME)
    right = IntegerField(_l("To the right, tenths of a mm"), OFFSET, default=0)
    down = IntegerField(_l("Down, tenths of a mm"), OFFSET, default=0)
    kind = SelectField(
        _l("It takes"),
        default=FileKind.PDF,
        choices=[
            (FileKind.PDF.value, _l("PDF, by the computer's print dialog")),
            (FileKind.ZPL.value, _l("ZPL without a driver: Zebra and others")),
            (FileKind.TSPL.value, _l("TSPL without a driver: TSC, Gprinter, Xprinter, HPRT, Deli")),
        ],
    )
    dots = SelectField(_l("Resolution"), coerce=int, default=USUAL_DOTS, choices=list(RESOLUTIONS.items()))
    speed = SelectField(
        _l("Speed"),
        coerce=int,
        default=0,
        choices=[(0, AS_SET), *((inches, f"{inches * 25} mm/s") for inches in range(2, 7))],
    )
    darkness = SelectField(
        _l("Darkness"), coerce=int, default=0, choices=[(0, AS_SET), *((step, str(step)) for step in range(1, 16))]
    )
    gap = IntegerField(
        _l("Between two labels, tenths of a mm"),
        [validators.Optional(), validators.NumberRange(0, FARTHEST_TENTHS, _l("At most 100 tenths, a centimetre."))],
        default=USUAL_GAP_TENTHS,
    )

    def keep_in(self, printer: Printer) -> None:
        printer.name, printer.right_tenths, printer.down_tenths = self.name.data, self.right.data, self.down.data
        printer.file_kind, printer.dots_per_mm = self.kind.data, self.dots.data
        printer.speed, printer.darkness = self.speed.data or None, self.darkness.data or None
        printer.gap_tenths = USUAL_GAP_TENTHS if self.gap.data is None else self.gap.data

    @classmethod
    def of(cls, printer: Printer) -> Self:
        said = {
            "name": printer.name,
            "right": printer.right_tenths,
            "down": printer.down_tenths,
            "kind": printer.file_kind,
            "dots": printer.dots_per_mm,
            "speed": printer.speed or 0,
            "darkness": printer.darkness or 0,
            "gap": printer.gap_tenths,
        }
        return cls(formdata=None, data=said)


class SheetForm(Form):
    name = StringField(_l("Where it lies"), [validators.Length(max=40)])
