"""The same labels by other means: InvenTree's two pipelines as its plugins work, ReportLab, fpdf2 and Typst.

Each takes the labels as (page, position, values) on one medium and gives a PDF. The drawing libraries get our ink, so
that they draw the same sheet; ReportLab gets our operators for the QR, too.
"""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import fpdf
import pypdf
import pypdfium2
import qrcode
import typst
from jinja2 import Environment
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from selection_center.core import fonts
from selection_center.printing import drawing, stamps
from selection_center.printing.ink import Box, Frame, Ink, Line, Symbol
from selection_center.printing.media import Medium
from selection_center.printing.values import Values

Placed = Sequence[tuple[int, int, Values]]
PT = stamps.POINTS_PER_MM
FILES = {bold: str(fonts.FOLDER / name) for bold, name in fonts.FILES.items()}
NAMES = {False: "Regular", True: "Bold"}

# --- InvenTree's way ----------------------------------------------------------------------------------------------

LABEL = Environment(autoescape=True).from_string("""<html><head><style>
@page { size: {{ width }}mm {{ height }}mm; margin: 0 }
body { margin: 0; font: 7pt "Noto Sans SC" }
.label { position: relative; width: {{ width }}mm; height: {{ height }}mm; overflow: hidden }
.label img { position: absolute; left: 1mm; top: 1mm; width: 21mm; height: 21mm; image-rendering: pixelated }
.label .code { position: absolute; left: 1mm; top: 22.5mm; width: 21mm; text-align: center; font-weight: 700 }
.label .words { position: absolute; left: 23.5mm; top: 2.5mm; right: 2mm }
.label .stand { background: #000; color: #fff; font-size: 13pt; font-weight: 700; padding: 0 1mm }
.label .name { font-size: 9pt; font-weight: 700 } .label .price { font-size: 13pt; font-weight: 700 }
</style></head><body><div class="label"><img src="data:image/png;base64,{{ qr }}"><div class="code">{{ code }}<br>
{{ host }}</div><div class="words"><span class="stand">{{ stand }}</span><div class="name">{{ names[0] }}</div>
<div>{{ spec }}</div><div>{{ origin }} {{ item }}</div><span class="price">{{ price }}</span> {{ per }}
<div>{{ conditions | join(" ") }}</div></div></div></body></html>""")


def filled(medium: Medium, values: Values) -> str:
    """One label's template with its own styles and its QR as a picture."""
    file = io.BytesIO()
    qrcode.make(values["address"], box_size=6).save(file)
    qr = base64.b64encode(file.getvalue()).decode()
    return LABEL.render(values, width=medium.width, height=medium.height, qr=qr)


def inventree_sheet(medium: Medium, placed: Placed) -> bytes:
    """A table of separately rendered templates on each page."""
    pages: dict[int, list[str]] = {}
    for page, _position, values in placed:
        pages.setdefault(page, []).append(f"<td>{filled(medium, values)}</td>")
    tables = []
    for cells in pages.values():
        rows = ("".join(cells[at : at + medium.columns]) for at in range(0, len(cells), medium.columns))
        tables.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    css = f"""@page {{ size: 210mm 297mm !important; margin: {medium.top}mm {medium.left}mm }}
        table {{ page-break-after: always; border-spacing: 0 }} td {{ padding: 0 }}"""
    configuration = FontConfiguration()
    sheet = CSS(string=css, font_config=configuration)
    pdf: bytes = HTML(string="".join(tables)).write_pdf(stylesheets=[sheet], font_config=configuration)
    return pdf


def inventree_single(medium: Medium, placed: Placed) -> bytes:
    """A PDF for each label and a PNG of it to look at, then all PDFs in one."""
    writer = pypdf.PdfWriter()
    for _page, _position, values in placed:
        pdf = HTML(string=filled(medium, values)).write_pdf(font_config=FontConfiguration())
        with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
            document[0].render(scale=300 / 72).to_pil().save(io.BytesIO(), "PNG")
        writer.append(io.BytesIO(pdf))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# --- libraries that draw ------------------------------------------------------------------------------------------


def inked(medium: Medium, placed: Placed) -> list[list[Ink]]:
    return drawing.inked("label", medium, placed)


def reportlab_sheet(medium: Medium, placed: Placed) -> bytes:
    for bold, name in NAMES.items():
        pdfmetrics.registerFont(TTFont(name, FILES[bold]))
    width, height = medium.page
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width * PT, height * PT), pageCompression=1)
    for page in inked(medium, placed):
        for ink in page:
            reportlab_ink(canvas, ink, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def reportlab_ink(canvas: Canvas, ink: Ink, height: float) -> None:
    match ink:
        case Line():
            canvas.setFillGray(1 if ink.white else 0)
            canvas.setFont(NAMES[ink.bold], ink.points)
            canvas.drawString(ink.x * PT, (height - ink.y) * PT - stamps.baseline(ink.points), ink.words)
        case Box():
            canvas.setFillGray(0)
            y = (height - ink.y - ink.height) * PT
            canvas.roundRect(ink.x * PT, y, ink.width * PT, ink.height * PT, ink.radius * PT, stroke=0, fill=1)
        case Frame():
            canvas.setStrokeGray(1)
            canvas.setLineWidth(ink.stroke * PT)
            half = ink.stroke / 2
            x, y = (ink.x + half) * PT, (height - ink.y - ink.height + half) * PT
            wide, tall = (ink.width - ink.stroke) * PT, (ink.height - ink.stroke) * PT
            canvas.roundRect(x, y, wide, tall, (ink.radius - half) * PT)
        case Symbol():
            canvas.setFillGray(0)
            canvas._code.append(stamps.symbol(ink, height))


def fpdf2_sheet(medium: Medium, placed: Placed) -> bytes:
    document = fpdf.FPDF(unit="mm", format=medium.page)
    for bold, name in NAMES.items():
        document.add_font(name, fname=FILES[bold])
    for page in inked(medium, placed):
        document.add_page()
        for ink in page:
            fpdf2_ink(document, ink)
    return bytes(document.output())


def fpdf2_ink(document: fpdf.FPDF, ink: Ink) -> None:
    match ink:
        case Line():
            document.set_font(NAMES[ink.bold], size=ink.points)
            document.set_text_color(255 if ink.white else 0)
            document.text(ink.x, ink.y + stamps.baseline(ink.points) / PT, ink.words)
        case Box():
            document.set_fill_color(0)
            document.rect(ink.x, ink.y, ink.width, ink.height, style="F", round_corners=True, corner_radius=ink.radius)
        case Frame():
            document.set_draw_color(255)
            document.set_line_width(ink.stroke)
            half = ink.stroke / 2
            wide, tall = ink.width - ink.stroke, ink.height - ink.stroke
            document.rect(
                ink.x + half, ink.y + half, wide, tall, style="D", round_corners=True, corner_radius=ink.radius - half
            )
        case Symbol():
            document.image(io.BytesIO(ink.bitmap.png(1, 4)), ink.x, ink.y, ink.side, ink.side)


def typst_sheet(medium: Medium, placed: Placed) -> bytes:
    width, height = medium.page
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said = [
            f"#set page(width: {width}mm, height: {height}mm, margin: 0mm)",
            '#set text(font: "Noto Sans SC", top-edge: "baseline", bottom-edge: "baseline", kerning: false)',
        ]
        for number, page in enumerate(inked(medium, placed)):
            said += ["#pagebreak()"] if number else []
            said += [typst_ink(folder, f"{number}-{place}", ink) for place, ink in enumerate(page)]
        source = folder / "labels.typ"
        source.write_text("\n".join(said), "utf-8")
        pdf = typst.compile(str(source), font_paths=[str(fonts.FOLDER)])
        if not isinstance(pdf, bytes):
            raise TypeError("more than one file")
        return pdf


def typst_ink(folder: Path, name: str, ink: Ink) -> str:
    match ink:
        case Line():
            y = ink.y + stamps.baseline(ink.points) / PT
            words = ink.words.replace("\\", "\\\\").replace('"', '\\"')
            style = (
                f"size: {ink.points}pt, fill: {'white' if ink.white else 'black'}, weight: {700 if ink.bold else 400}"
            )
            return f'#place(dx: {ink.x:.4f}mm, dy: {y:.4f}mm, text({style}, "{words}"))'
        case Box():
            size = f"width: {ink.width:.4f}mm, height: {ink.height:.4f}mm, radius: {ink.radius}mm"
            return f"#place(dx: {ink.x:.4f}mm, dy: {ink.y:.4f}mm, rect({size}, fill: black))"
        case Frame():
            size = f"width: {ink.width:.4f}mm, height: {ink.height:.4f}mm, radius: {ink.radius}mm"
            return f"#place(dx: {ink.x:.4f}mm, dy: {ink.y:.4f}mm, rect({size}, stroke: {ink.stroke}mm + white))"
        case Symbol():
            (folder / f"{name}.png").write_bytes(ink.bitmap.png(ink.dots, 4))
            return f'#place(dx: {ink.x:.4f}mm, dy: {ink.y:.4f}mm, image("{name}.png", width: {ink.side:.4f}mm))'
    raise ValueError(f"not on a label: {ink}")


WAYS: dict[str, Callable[[Medium, Placed], bytes]] = {
    "inventree-sheet": inventree_sheet,
    "inventree-single": inventree_single,
    "reportlab": reportlab_sheet,
    "fpdf2": fpdf2_sheet,
    "typst": typst_sheet,
}
