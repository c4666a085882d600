"""The marketplace's stand-in beside the demo (`--with-gateway`): its port, its keys, and what the others know of it."""

import json
import secrets
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from selection_center.config import Settings
from serving.children import Child

HOST = "127.0.0.1"


@dataclass(frozen=True)
class StandIn:
    """Drawn once and kept in the data folder, so that accounts made for it are good at the next start too."""

    port: int
    app_key: str
    secret: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What web server and worker are told: where it is, the app's keys, and that this machine may be asked."""
        keys = {"GATEWAY_KEY": self.app_key, "GATEWAY_SECRET": self.secret}
        return {"GATEWAY_URL": self.url, **keys, "FETCH_LOOPBACK": "yes"}


def prepared(settings: Settings) -> StandIn:
    """As at the last start; on another port when that one is taken meanwhile."""
    file = folder(settings) / "keys.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = StandIn(**json.loads(file.read_text("utf-8"))) if file.exists() else None
    if kept and is_free(kept.port):
        return kept
    keys = (kept.app_key, kept.secret) if kept else (str(7_000_000 + secrets.randbelow(10**6)), secrets.token_hex(16))
    found = StandIn(free_port(), *keys)
    file.write_text(json.dumps(asdict(found)), "utf-8")
    return found


def folder(settings: Settings) -> Path:
    return settings.data_dir / "gateway"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def child(settings: Settings, found: StandIn, env: dict[str, str]) -> Child:
    """The keys go by the environment, where no list of processes shows them."""
    words = ["--port", str(found.port), "--state", str(folder(settings) / "state.sqlite")]
    return Child(
        "marketplace's stand-in",
        [sys.executable, "-m", "gateway", *words, "--redirects", f"{settings.public_url}/", "--quiet"],
        env,
    )
