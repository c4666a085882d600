"""The files of a print: its PDF, and what label printers without a driver take. Set once, and kept for thirty days."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from selection_center.accounts.models import User
from selection_center.core import jobs, pdf
from selection_center.core.db import db, utcnow
from selection_center.printing import drawing
from selection_center.printing.designs import Design
from selection_center.printing.dots import Setting
from selection_center.printing.media import Medium
from selection_center.printing.models import FILES_KEPT, FileKind, PrintRun
from selection_center.printing.own_layouts import OWN, layout_of
from selection_center.printing.own_media import medium_of
from selection_center.printing.shifting import Shift
from selection_center.printing.values import Values

CHUNK = 200
NAME = re.compile(rf"([0-9]+)-[0-9a-f]{{16}}\.(?:{'|'.join(FileKind)})")
PAGES_AT_ONCE = {FileKind.PDF: 1, FileKind.ZPL: 20, FileKind.TSPL: 20}
"""Up to so many are set where somebody waits for them, half a second's work at most; more by a job."""
KEY = "print-"


@dataclass(frozen=True)
class Draft:
    """What a run's file is made from, loose from the database: setting takes seconds and must hold no lock."""

    id: int
    layout: str
    medium: Medium
    language: str
    placed: list[tuple[int, int, Values]]
    shift: Shift
    kind: FileKind = FileKind.PDF
    setting: Setting = field(default_factory=Setting)
    design: Design | None = None

    @classmethod
    def of(cls, run: PrintRun, kind: FileKind = FileKind.PDF, setting: Setting | None = None) -> Draft:
        placed = [
            (item.page, item.position, item.values)
            for item in run.items
            if item.page is not None and item.position is not None
        ]
        shift = (run.right_tenths, run.down_tenths)
        medium, setting = medium_of(run.medium), setting or Setting.of(run.printer)
        design = layout_of(run.layout).design_on(medium) if run.layout.startswith(OWN) else None
        return cls(run.id, run.layout, medium, run.language, placed, shift, kind, setting, design)

    @property
    def name(self) -> str:
        """By what it says, so that a number that was given twice never brings up another paper."""
        how = [self.layout, self.medium.key, self.language, self.placed, *(self.shift if any(self.shift) else ())]
        if self.kind is not FileKind.PDF:
            how.append(asdict(self.setting))
        said = json.dumps(how, sort_keys=True)
        return f"{self.id}-{hashlib.sha256(said.encode()).hexdigest()[:16]}.{self.kind}"

    @property
    def path(self) -> Path:
        return folder() / self.name

    @property
    def comes_at_once(self) -> bool:
        """It is there, or set while somebody waits."""
        pages = max((page for page, _position, _values in self.placed), default=0)
        return pages <= PAGES_AT_ONCE[self.kind] or self.path.is_file()

    def file(self, on_page: pdf.Listener | None = None) -> Path:
        """Set when there is none yet."""
        file = self.path
        if not file.is_file():
            data = self.set(on_page)
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as draft:
                draft.write(data)
            os.replace(draft.name, file)
        return file

    def set(self, on_page: pdf.Listener | None) -> bytes:
        what = (self.layout, self.medium, self.language, self.placed)
        if self.kind is FileKind.PDF:
            return drawing.render(*what, on_page, self.shift, self.design)
        return drawing.for_label_printer(self.kind, *what, on_page, self.shift, self.setting, self.design)


def folder() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "prints"


# --- by a job ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskedFile:
    """One for label printers that a job sets or has set."""

    work: jobs.JobRun
    kind: FileKind
    setting: Setting

    @property
    def is_there(self) -> bool:
        return (folder() / self.work.key.removeprefix(KEY)).is_file()


def ask(run: PrintRun, draft: Draft, user: User) -> None:
    """Of a job: the same one for all who ask for the same, and once more where it was stopped or its file is gone."""
    work = jobs.enqueue(
        "print-file",
        key=KEY + draft.name,
        user_id=user.id,
        site_id=run.site_id,
        total=len(draft.placed),
        print_id=run.id,
        kind=draft.kind,
        **asdict(draft.setting),
    )
    db.session.refresh(work, with_for_update=True)
    if not work.is_open and not draft.path.is_file():
        work.state = jobs.JobState.FAILED
        db.session.flush()
        jobs.retry(work)


def asked_files(run: PrintRun) -> list[AskedFile]:
    """Those of a printer as it is set up now, the newest first."""
    query = sa.select(jobs.JobRun).where(jobs.JobRun.key.startswith(f"{KEY}{run.id}-", autoescape=True))
    found = [asked_file(work) for work in db.session.scalars(query.order_by(jobs.JobRun.id.desc()))]
    now = Setting.of(run.printer)
    return [one for one in found if one.setting == now.as_asked(one.setting.dots_per_mm, one.setting.copies)]


def asked_file(work: jobs.JobRun) -> AskedFile:
    said = {name: value for name, value in work.arguments.items() if name not in ("print_id", "kind")}
    return AskedFile(work, FileKind(work.arguments["kind"]), Setting(**said))


# --- at night ---------------------------------------------------------------------------------------------------


def delete_old_files() -> None:
    """Those of runs that keep none any more, and drafts that a stop left behind. Once more each night."""
    day_ago = time.time() - 24 * 3600
    settled = [file for file in folder().glob("*") if file.stat().st_mtime < day_ago]
    for start_at in range(0, len(settled), CHUNK):
        chunk = settled[start_at : start_at + CHUNK]
        numbers = {int(found[1]) for file in chunk if (found := NAME.fullmatch(file.name))}
        kept = sa.select(PrintRun.id).where(PrintRun.id.in_(numbers), PrintRun.ready_at > utcnow() - FILES_KEPT)
        keeping = set(db.session.scalars(kept))
        for file in chunk:
            found = NAME.fullmatch(file.name)
            if found is None or int(found[1]) not in keeping:
                file.unlink(missing_ok=True)
