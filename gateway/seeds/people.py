"""Members that stand for nobody: names in the manner of the belts, numbers that ring nowhere."""

from dataclasses import replace

from gateway.members import BUYER, SELLER, Member

MIX_SINCE = 1_511_772_391_000


def seller(number: int, login: str, company: str, place: tuple[str, str, str, str]) -> Member:
    province, city, area, code = place
    user_id = 2_204_410_000 + number * 7_301
    return Member(
        member_id=f"b2b-{user_id}{number * 7919 % 65521:04x}",
        login_id=login,
        user_id=user_id,
        kind=SELLER,
        company=company,
        contact=["林师傅", "陈姐", "周厂长", "何老板", "许工", "沈阿姨"][number % 6],
        mobile=f"1380000{1000 + number:04d}",
        province=province,
        city=city,
        area=area,
        area_code=code,
        address=f"产业园{number + 1}号楼",
        mix_created_ms=MIX_SINCE,
    )


YIWU = ("浙江省", "金华市", "义乌市", "330782")
CHENGHAI = ("广东省", "汕头市", "澄海区", "440515")
DALANG = ("广东省", "东莞市", "大朗镇", "441900")
JINGDEZHEN = ("江西省", "景德镇市", "珠山区", "360203")
KEQIAO = ("浙江省", "绍兴市", "柯桥区", "330603")
GUZHEN = ("广东省", "中山市", "古镇镇", "442000")

SELLERS = (
    replace(seller(0, "晴川日用", "义乌市晴川日用品厂", YIWU), mixed=True, mix_number=30, mix_amount=30_000),
    replace(
        seller(1, "小木星玩具", "汕头市澄海区小木星玩具厂", CHENGHAI), mixed=True, mix_number=24, mix_amount=50_000
    ),
    replace(seller(2, "云织针织", "东莞市大朗云织针织厂", DALANG), trade_types="assureTrade,alipay,creditBuy"),
    replace(
        seller(3, "瓷语陶瓷", "景德镇瓷语陶瓷坊", JINGDEZHEN),
        mixed=True,
        mix_number=12,
        mix_amount=20_000,
        freight_first=1200,
    ),
    replace(seller(4, "染月家纺", "绍兴柯桥染月家纺有限公司", KEQIAO), freight_more=100),
    replace(seller(5, "拾光灯饰", "中山市古镇拾光灯饰厂", GUZHEN), mixed=True, mix_number=10, mix_amount=100_000),
)
SHY_SELLER = SELLERS[5]
"""Its offers may be read, and not dropshipped."""


def buyer(number: int, login: str, company: str, contact: str) -> Member:
    user_id = 2_248_540_000 + number * 9_157
    return Member(
        member_id=f"b2b-{user_id}",
        login_id=login,
        user_id=user_id,
        kind=BUYER,
        company=company,
        contact=contact,
        mobile=f"1390000{2000 + number:04d}",
        province="浙江省",
        city="金华市",
        area="义乌市",
        area_code="330782",
        address="稠州路88号选品中心一楼",
    )


BUYERS = (buyer(1, "选品中心采购", "选品中心联合采购部", "方采购"), buyer(2, "会员店采购", "会员店采购部", "叶采购"))
