"""Who looks at a scan page: a person, or a program that fetches pages ahead of one."""

from werkzeug.datastructures import Headers

PROGRAMS = (
    "bot", "spider", "crawl", "slurp", "preview", "facebookexternalhit", "embedly", "whatsapp", "telegram", "curl",
    "wget", "python", "java/", "go-http", "okhttp", "headlesschrome", "lighthouse", "monitor", "scan/", "httpclient",
)  # fmt: skip
BROWSERS = (
    ("micromessenger", "wechat"),
    ("alipayclient", "alipay"),
    ("aliapp", "alibaba"),
    ("edg", "edge"),
    ("crios", "chrome"),
    ("chrome", "chrome"),
    ("firefox", "firefox"),
    ("safari", "safari"),
)


def browser(agent: str) -> str:
    """The kind of browser in one word; "other" where it is not known."""
    agent = agent.lower()
    return next((name for mark, name in BROWSERS if mark in agent), "other")


def is_person(headers: Headers) -> bool:
    """False for crawlers, link previews and pages fetched ahead of a tap."""
    agent = headers.get("User-Agent", "").lower()
    if not agent or any(mark in agent for mark in PROGRAMS):
        return False
    purpose = headers.get("Sec-Purpose", "") + headers.get("Purpose", "") + headers.get("X-Purpose", "")
    return "prefetch" not in purpose.lower() and "preview" not in purpose.lower()
