"""A caller of the gateway that signs for itself, so that no code of the gateway vouches for the gateway."""

import hmac
import json
from typing import Any

import httpx

ADDRESS = {
    **{"fullName": "王小明", "mobile": "13800138000", "provinceText": "浙江省", "cityText": "金华市"},
    **{"areaText": "义乌市", "address": "稠州路88号", "postCode": "322000", "districtCode": "330782"},
}
TRADE, PRODUCT, PUSH = "com.alibaba.trade", "com.alibaba.product", "cn.alibaba.open"
LOGISTICS = "com.alibaba.logistics"
BUYER, OTHER = "b2b-2248549157", "b2b-2248558314"


def signature(path: str, fields: dict[str, str], secret: str) -> str:
    text = path + "".join(sorted(f"{name}{value}" for name, value in fields.items()))
    return hmac.new(secret.encode(), text.encode(), "sha1").hexdigest().upper()


def spelt(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class Caller:
    """`call` for the APIs, `control` for the gateway's control; both answer JSON."""

    def __init__(self, url: str, key: str = "7000001", secret: str = "local-secret") -> None:
        self.url, self.key, self.secret = url, key, secret
        self.http = httpx.Client(base_url=url, timeout=10, trust_env=False)
        self.token = self.control("tokens", member_id=BUYER)["access_token"]

    def fields(self, namespace: str, name: str, given: dict[str, Any], token: str | None) -> tuple[str, dict[str, str]]:
        path = f"param2/1/{namespace}/{name}/{self.key}"
        fields = {name: spelt(value) for name, value in given.items()}
        if token:
            fields["access_token"] = token
        return f"/openapi/{path}", {**fields, "_aop_signature": signature(path, fields, self.secret)}

    def ask(self, namespace: str, name: str, token: str | None = "own", **given: Any) -> httpx.Response:
        path, fields = self.fields(namespace, name, given, self.token if token == "own" else token)
        return self.http.post(path, data=fields)

    def call(self, namespace: str, name: str, **given: Any) -> Any:
        return self.ask(namespace, name, **given).json()

    def control(self, path: str, /, **given: Any) -> Any:
        answer = self.http.post(f"/control/{path}", json=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, path: str, **given: Any) -> Any:
        answer = self.http.get(f"/control/{path}", params=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def set(self, **given: Any) -> None:
        self.control("settings", **given)

    def fault(self, kind: str, api: str = "*", **given: Any) -> None:
        self.control("faults", kind=kind, api=api, **given)

    def offers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.look("offers", limit=200)["offers"]
        return found

    def preview(self, *lines: dict[str, Any], **more: Any) -> Any:
        given = {"flow": "general", "addressParam": ADDRESS, "cargoParamList": list(lines), **more}
        return self.call(TRADE, "alibaba.createOrder.preview", **given)

    def create(self, *lines: dict[str, Any], api: str = "alibaba.trade.fastCreateOrder", **more: Any) -> Any:
        given = {"flow": "general", "addressParam": ADDRESS, "cargoParamList": list(lines), **more}
        return self.call(TRADE, api, **given)

    def order(self, order_id: str) -> Any:
        return self.call(TRADE, "alibaba.trade.get.buyerView", webSite="1688", orderId=order_id)["result"]


def line(offer: dict[str, Any], quantity: int, sku: int = 0) -> dict[str, Any]:
    spec = {"specId": offer["skus"][sku]["spec_id"]} if offer["skus"] else {}
    return {"offerId": offer["offer_id"], **spec, "quantity": quantity}
