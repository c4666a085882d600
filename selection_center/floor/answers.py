"""What staff hear back after each scan: an outcome, its words, and the ways on."""

import enum
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from flask import url_for

from selection_center.core import codes, i18n
from selection_center.core.pictures import picture_url
from selection_center.samples.models import Sample


class Outcome(enum.StrEnum):
    DONE = "done"
    ALREADY = "already"
    WRONG = "wrong"  # in another place than it should
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True)
class Key:
    """A button that finishes the matter: posted as a form (with tokens of its own), or a plain way to a page."""

    label: str
    url: str
    fields: dict[str, str] = field(default_factory=dict)
    method: Literal["post", "get"] = "post"


@dataclass(frozen=True)
class Plate:
    """A place by its address: where it stands now (at), where it was met (seen), where it should be (belongs)."""

    address: str
    kind: Literal["at", "seen", "belongs"] = "at"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer to one scan; its fields are the JSON that scan mode draws.

    word: one to four words, the shout on the band. reason: one sentence, what is so and what would be accepted.
    context: merged into what the page sends from now on; None removes a name. place: what the top bar's plate
    shows now, "" for none, None as before. panel: the task's panel has changed.
    counts: is it a result for the strip's totals? What only says where the next ones go, such as a stand, is none.
    """

    outcome: Outcome
    word: str
    reason: str = ""
    title: str = ""
    picture: str | None = None
    code: str = ""
    href: str | None = None
    plates: tuple[Plate, ...] = ()
    keys: tuple[Key, ...] = ()
    undo: Key | None = None
    context: dict[str, str | None] = field(default_factory=dict)
    place: str | None = None
    progress: tuple[int, int] | None = None
    """Done and total."""
    panel: bool = False
    counts: bool = True

    @classmethod
    def about(cls, sample: Sample, outcome: Outcome, word: str, reason: str = "", **more: Any) -> "Answer":
        """An answer that shows this sample: its title, picture and code, and the way to its page."""
        shown: dict[str, Any] = {
            "title": title_of(sample),
            "picture": picture_of(sample),
            "code": codes.format_code(sample.code) if sample.code else "",
            "href": url_for("samples.show", sample_id=sample.id),
        }
        return cls(outcome=outcome, word=word, reason=reason, **(shown | more))

    def as_json(self) -> dict[str, Any]:
        said = asdict(self)
        said["outcome"] = self.outcome.value
        if self.place is None:
            del said["place"]
        if self.progress is not None:
            said["progress"] = {"done": self.progress[0], "total": self.progress[1]}
        return said


def sentences(*said: str) -> str:
    """One after the other, as the reader's language sets them: Chinese without a space."""
    return ("" if i18n.language() == "zh" else " ").join(said)


def title_of(sample: Sample) -> str:
    """The offer's name and the style of this piece."""
    style = sample.sku.label if sample.sku is not None else ""
    return f"{sample.listing.label} {style}".strip()


def picture_of(sample: Sample) -> str | None:
    name = (sample.sku.picture if sample.sku is not None else None) or sample.listing.picture
    return picture_url(name, "thumb") if name else None
