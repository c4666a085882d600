"""How a reply is broken on the wire."""

import json
import socket
from typing import Any

from flask import Response, request

from gateway.faults import Fault
from gateway.refusals import gateway
from gateway.state import State

BAD_GATEWAY = """<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>Tengine</center></body>
</html>
"""
RETRY_SECONDS = "2"


def plain(status: int, body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")


def close() -> Response:
    """Ends the connection: what is written to it afterwards goes nowhere. The response is for the log alone."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response(status=500)


def before(state: State, fault: Fault) -> Response:
    """Instead of doing the work."""
    if fault.kind == "hang":
        state.stopping.wait(fault.seconds)
    if fault.kind in {"hang", "refused"}:
        return close()
    if fault.kind == "limit":
        refusal = gateway("gw.QosAppFrequencyLimit")
        return plain(refusal.status, refusal.body)
    if fault.kind == "too_many":
        return Response("Too Many Requests", 429, {"Retry-After": RETRY_SECONDS}, mimetype="text/plain")
    return failure(fault.kind)


def after(state: State, fault: Fault, status: int, body: Any) -> Response:
    """Once the work is done."""
    if fault.kind in {"late", "lost_hang"}:
        state.stopping.wait(fault.seconds)
    if fault.kind in {"lost", "lost_hang"}:
        return close()
    if fault.kind in {"cut", "torn"}:
        return shortened(body, told_whole=fault.kind == "torn")
    if fault.kind == "types":
        return plain(status, twisted(body))
    if fault.kind == "documented":
        return plain(status, flat(body))
    return plain(status, body) if fault.kind == "late" else failure(fault.kind)


def failure(kind: str) -> Response:
    if kind.startswith("bad_gateway"):
        return Response(BAD_GATEWAY, 502, mimetype="text/html")
    return plain(500, {"error_code": "500", "error_message": "Internal Server Error", "exception": "system busy"})


def shortened(body: Any, told_whole: bool) -> Response:
    text = json.dumps(body, ensure_ascii=False).encode()
    reply = Response(text[: len(text) // 2], 200, mimetype="application/json")
    if told_whole:
        reply.headers["Content-Length"] = str(len(text))
        reply.automatically_set_content_length = False
    return reply


def twisted(body: Any) -> Any:
    """Lists as objects, numbers in lists, truths as words: JSON that is well formed, and not what it should be."""
    if isinstance(body, dict):
        return {name: twisted(value) for name, value in body.items()}
    if isinstance(body, list):
        return {"item": [twisted(value) for value in body]}
    if isinstance(body, bool):
        return "yes" if body else "no"
    return [body] if isinstance(body, int | float) else body


def flat(body: Any) -> Any:
    """As the documentation shows a creation: `{"totalSuccessAmount", "orderId", "success": false}`."""
    result = body.get("result") if isinstance(body, dict) else None
    if not isinstance(result, dict) or "orderId" not in result:
        return body
    return {**{name: result[name] for name in ("totalSuccessAmount", "orderId")}, "success": False}
