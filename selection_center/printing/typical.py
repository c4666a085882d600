"""What a label usually says, and the longest that it can say: by these the type sizes of a medium are settled.

In Chinese, whose characters are the widest.
"""

from __future__ import annotations

from selection_center.printing.designs import WORDED
from selection_center.printing.values import Values

FULL_WIDTH = "国"
USUAL_URL = "https://yp.example.com"
TYPICAL: Values = {
    "stand": "A-03-2", "zone": "A", "names": [FULL_WIDTH * 15], "price": "¥1,280.00", "per": "/件",
    "member_price": "¥1,180.00", "moq": "100 件起批", "tax": "不含税", "day": "2026-12-31", "hotline": "12315",
    "tiers": [["100–499 件", "¥1,280.00"], ["500–999 件", "¥1,180.00"], ["1000 件以上", "¥1,080.00"]],
    "ean": "6901234567892", "text": FULL_WIDTH * 10, "spec": "囍字红 45×50 cm", "item": "HY-4550-04",
    "origin": "浙江义乌", "grade": "合格品", "factory": FULL_WIDTH * 13, "carton": "48 件, 52×38×40 cm",
    "merchant": "中型工厂", "badges": ["超级工厂", "实力商家"], "booth": FULL_WIDTH * 12, "stands": "A-01-1 – A-14-3",
    "count": "120", "site": FULL_WIDTH * 9, "logo": "x", "code": "7K3M-9QX2-ATC", "host": "yp.example.com",
}  # fmt: skip
LONG_FACT = FULL_WIDTH * 60
LONGEST: Values = (
    TYPICAL
    | {one.value: LONG_FACT for one in WORDED if one.value not in TYPICAL}
    | {"names": [FULL_WIDTH * 40, FULL_WIDTH * 40], "text": LONG_FACT}
)
