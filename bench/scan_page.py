"""The scan page under load (P5). Beside a hello-world Flask page and the plain ORM page on the same server.

Hot: one sample, as when a hall looks at one stand. Cold: every request another sample than the ones before, so that
nothing is kept. Our page records each look as a scan; the rivals record nothing.
"""

import http.client
import sys
from statistics import median
from urllib.parse import urlsplit

from bench._showroom import Showroom, showroom
from bench._tables import ratio, show
from bench._web import PERSON, Load, load, served

SECONDS, ROUNDS, SAMPLES = 8, 3, 12_000
QUICK = (4, 1, 4_000)


def main(quick: bool) -> None:
    seconds, rounds, samples = QUICK if quick else (SECONDS, ROUNDS, SAMPLES)
    with showroom(samples) as room:
        report(measure(room, seconds, rounds))


def measure(room: Showroom, seconds: int, rounds: int) -> dict[str, list[Load]]:
    """Rounds in turn, each page in fresh processes."""
    found: dict[str, list[Load]] = {}
    paths = [f"/s/{code}" for code in room.codes]
    for _round in range(rounds):
        with served("bench.rivals.web:hello", {}) as url:
            found.setdefault("hello", []).append(load(url, seconds))
        with served("bench.rivals.web:plain", room.environment) as url:
            found.setdefault("plain", []).append(load(url, seconds, paths=paths))
        with served("wsgi:app", room.environment) as url:
            cookies = {"Cookie": visit(url, paths[0])}
            load(url, 2, headers=cookies, paths=paths[:200])  # imports, first connections
            found.setdefault("cold", []).append(load(url, seconds, headers=cookies, paths=paths[200:]))
            found.setdefault("hot", []).append(load(url + paths[0], seconds, headers=cookies))
    return found


def visit(url: str, path: str) -> str:
    """The cookies that a phone holds after its first scan."""
    asked = http.client.HTTPConnection(urlsplit(url).netloc)
    asked.request("GET", path, headers={"User-Agent": PERSON, "Accept": "text/html"})
    answer = asked.getresponse()
    answer.read()
    assert answer.status == 200, f"{path} answers {answer.status}"
    return "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie")


NAMES = {
    "hello": "hello-world Flask page",
    "hot": "scan page, hot",
    "plain": "plain ORM page, cold",
    "cold": "scan page, cold",
}
AIMS = {"hot": ("hello", "0.50x"), "cold": ("plain", "2.00x")}


def report(found: dict[str, list[Load]]) -> None:
    rows = []
    for name, words in NAMES.items():
        runs = found[name]
        speed = median(run.per_second for run in runs)
        rival, aim = AIMS.get(name, (None, ""))
        against = ratio(speed, median(run.per_second for run in found[rival])) if rival else ""
        rows.append(
            [
                words,
                f"{speed:,.0f}",
                f"{median(run.p50 for run in runs):.1f}",
                f"{median(run.p99 for run in runs):.1f}",
                against,
                aim,
                str(sum(run.errors for run in runs)),
            ]
        )
    show(
        "Scan page: requests a second, latency in ms (median of the runs)",
        ["page", "requests/s", "p50", "p99", "of its rival", "aim", "errors"],
        rows,
    )


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
