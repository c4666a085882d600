"""`python -m gateway`: the stand-in on a port of this machine, until SIGTERM or Ctrl-C."""

import argparse
import os
import signal
import sys
from pathlib import Path

from gateway import seeds
from gateway.access import App
from gateway.server import DEFAULT_APP, Server
from gateway.state import State


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m gateway", description="A local stand-in for the 1688 Open Platform."
    )
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; by default any that is free")
    parser.add_argument("--state", type=Path, required=True, help="the SQLite file that remembers everything")
    parser.add_argument(
        "--seed", default=seeds.DEMO, help="what an empty state is filled with: demo, or a number of offers beside it"
    )
    parser.add_argument("--app-key", default=os.environ.get("GATEWAY_KEY", DEFAULT_APP.app_key), help="or GATEWAY_KEY")
    parser.add_argument(
        "--app-secret", default=os.environ.get("GATEWAY_SECRET", DEFAULT_APP.secret), help="or GATEWAY_SECRET"
    )
    parser.add_argument("--callback", default="", help="where pushed messages go")
    parser.add_argument(
        "--redirects", help="where codes may be sent beside this machine: beginnings of addresses, with commas"
    )
    parser.add_argument("--quiet", action="store_true", help="does not print the address")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    state = State(given.state)
    if seeds.is_empty(state):
        seeds.fill(state, given.seed)
    seeds.use(state, App(given.app_key, given.app_secret, given.callback))
    if given.redirects is not None:
        state.set(redirects=given.redirects)
    server = Server(state, given.port)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: server.stop())
    if not given.quiet:
        print(f"Gateway   {server.url}", flush=True)
    server.run()
    state.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
