"""Puts the demo's pictures where the product keeps its own. They are ours already: only the small sizes are made."""

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from selection_center.core import pictures

SOURCE = Path(__file__).parent / "pictures"


def fill() -> dict[str, str]:
    """By the demo's word for a picture, the name under which it is kept. Needs an application's context."""
    folder = pictures.folder()
    folder.mkdir(parents=True, exist_ok=True)
    files = sorted(SOURCE.glob("*.webp"))
    with ThreadPoolExecutor(2) as workers:
        names = list(workers.map(lambda file: put(file, folder), files))
    return {file.stem: name for file, name in zip(files, names, strict=True)}


def put(file: Path, folder: Path) -> str:
    name = hashlib.sha256(file.read_bytes()).hexdigest()[: pictures.NAME_LENGTH]
    shutil.copyfile(file, folder / f"{name}-full.webp")
    with Image.open(file) as picture:
        for size, edge in pictures.SIZES.items():
            if size != "full":
                small = picture.convert("RGB")
                small.thumbnail((edge, edge))
                small.save(folder / f"{name}-{size}.webp", "WEBP", quality=80, method=2)
    return name
