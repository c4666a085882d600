"""A chart of bars as PNG, set as the product sets its papers."""

import io
from collections.abc import Sequence

import pypdfium2
from markupsafe import Markup

from selection_center.core import pdf

ROW_MM, LABEL_MM, BAR_MM, HEAD_MM = 8.0, 62.0, 110.0, 14.0
CSS = """
@page {{ size: {width}mm {height}mm; margin: 0 }}
html {{ font: 9pt "Noto Sans SC"; color: #111 }} body {{ margin: 0; background: #fff }}
h1 {{ font-size: 11pt; position: absolute; left: 4mm; top: 2.5mm; margin: 0 }}
p, div {{ position: absolute; margin: 0 }} p {{ white-space: nowrap }}
div {{ background: #9aa3ad }} div.first {{ background: #c8102e }}
"""


def bars(title: str, values: Sequence[tuple[str, float]], dpi: int = 144) -> bytes:
    """On a logarithmic scale, in the order given; the first is ours."""
    from math import log10

    width, height = LABEL_MM + BAR_MM + 24, HEAD_MM + ROW_MM * len(values) + 4
    least, most = min(value for _name, value in values) / 2, max(value for _name, value in values)
    rows = [Markup("<h1>{}</h1>").format(title)]
    for number, (name, value) in enumerate(values):
        top = HEAD_MM + number * ROW_MM
        wide = BAR_MM * log10(value / least) / log10(most / least)
        rows.append(Markup('<p style="left:4mm;top:{}mm">{}</p>').format(top + 1, name))
        kind = "first" if name.startswith("Selection Center") else ""
        bar = Markup('<div class="{}" style="left:{}mm;top:{}mm;width:{}mm;height:{}mm"></div>')
        rows.append(bar.format(kind, LABEL_MM, top + 1, round(wide, 2), ROW_MM - 2.5))
        rows.append(Markup('<p style="left:{}mm;top:{}mm">{}</p>').format(LABEL_MM + wide + 2, top + 1, f"{value:.2f}"))
    made = pdf.render(Markup("").join(rows), stylesheets=[CSS.format(width=width, height=height)])
    with pypdfium2.PdfDocument(io.BytesIO(made)) as document:
        file = io.BytesIO()
        document[0].render(scale=dpi / 72).to_pil().convert("RGB").quantize(32).save(file, "PNG", optimize=True)
        return file.getvalue()
