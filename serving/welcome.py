"""What bin/serve says when it is ready: warnings first; address, sign-ins, a sample to scan and a card last."""

import json
from typing import Any
from urllib.parse import urlsplit

from selection_center.config import Settings

NO_ACCOUNT = ".venv/bin/flask --app wsgi create-admin LOGIN"


def show(settings: Settings, install_page: str | None, gateway: str | None = None) -> None:
    for warning in settings.warnings():
        print(f"WARNING: {warning}")
    if install_page:
        print(f"Tablets and phones first open {install_page} to trust this server.")
    print("\nSelection Center is ready; Ctrl-C stops it.\n")
    print("\n".join(lines(settings, gateway)), flush=True)


def lines(settings: Settings, gateway: str | None = None) -> list[str]:
    """The last lines. Passwords of the demo are in them: they lie in the data folder, and were drawn for it."""
    said = [f"Address   {settings.public_url}"]
    if gateway:
        said.append(f"Gateway   {gateway}  the marketplace's stand-in: orders, offers, faults, log")
    demo = read_demo(settings)
    for sign_in in demo.get("sign_ins", []):
        pin = f", PIN {sign_in['pin']}" if "pin" in sign_in else ""
        who = ", ".join(filter(None, (sign_in.get("name"), sign_in["role"])))
        said.append(f"Sign-in   {sign_in['login']:<12} {sign_in['password']:<24} {who}{pin}")
    if demo.get("scan"):
        said.append(f"Scan      {settings.public_url}{urlsplit(demo['scan']).path}")
    if demo.get("card"):
        said.append(f"Card      {settings.public_url}{urlsplit(demo['card']).path}")
    return said if demo else [*said, f"Sign-in   none of the demo's; a first account: {NO_ACCOUNT}"]


def read_demo(settings: Settings) -> dict[str, Any]:
    file = settings.data_dir / "demo-sign-ins.json"
    found: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found
