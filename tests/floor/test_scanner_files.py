"""The scanner's files: what was brought in is what was checked, and one worker alone may run WebAssembly."""

import hashlib
import re

from flask import Flask

from selection_center.config import ROOT
from selection_center.core.security import CSP, DECODER
from tests.visitors import Visitor

ZXING = ROOT / "static" / "vendor" / "zxing-wasm"
VENDOR = (ROOT / "static" / "vendor" / "VENDOR.md").read_text()


def test_only_the_decoders_own_policy_lets_webassembly_run(client: Visitor) -> None:
    policy = client.get(f"/static/{DECODER}").headers["Content-Security-Policy"]
    assert policy == CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    for path in ("/sign-in", "/static/js/app.js", "/static/js/modules/scan-mode.js", f"/static/{DECODER}x"):
        assert client.get(path).headers["Content-Security-Policy"] == CSP


def test_the_decoder_is_the_one_that_vendor_md_names(client: Visitor) -> None:
    answer = client.get("/static/vendor/zxing-wasm/reader/zxing_reader.wasm?v=3.1.4")
    assert answer.mimetype == "application/wasm"
    assert "immutable" in answer.headers["Cache-Control"]
    digest = hashlib.sha256(answer.data).hexdigest()
    assert digest in VENDOR
    assert digest in (ZXING / "es" / "reader" / "index.js").read_text(), "the script says which file belongs to it"
    assert (ZXING / "LICENSE").is_file()


def test_no_script_of_ours_asks_another_host() -> None:
    """The decoder's own default is a CDN: the worker has to say where its file lies."""
    worker = (ROOT / "static" / DECODER).read_text()
    assert "locateFile: () => WASM" in worker
    for script in (ROOT / "static" / "js").rglob("*.js"):
        assert not re.search(r"https?://", script.read_text()), script


def test_the_scanners_symbols_stand_in_the_sprite(app: Flask) -> None:
    sprite = (ROOT / "static" / "icons" / "sprite.svg").read_text()
    template = (ROOT / "templates" / "components" / "scanner.html").read_text()
    names = set(re.findall(r'icon\("([a-z-]+)"', template)) | {
        "circle-check",
        "copy-check",
        "direction-sign",
        "help-square",
    }
    assert not [name for name in names if f'id="{name}"' not in sprite]
