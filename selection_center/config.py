"""Typed settings from the environment (provisional: the platform work replaces this file)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    data_dir: Path
    database_url: str
    secret_key: str
    public_url: str
    trusted_proxies: int = 0
    testing: bool = False

    @property
    def secure_cookies(self) -> bool:
        return True

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        data = Path(env.get("DATA_DIR", "instance")).absolute()
        return cls(
            "127.0.0.1",
            8000,
            data,
            env.get("DATABASE_URL") or f"sqlite:///{data}/selection-center.sqlite",
            env["SECRET_KEY"],
            env.get("PUBLIC_URL", "http://127.0.0.1:8000"),
        )
