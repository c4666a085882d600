"""Addresses as people write them, and the district that each names."""

import pytest

from selection_center.sites.districts import district_of, districts

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("address", "code", "city"),
    [
        ("浙江省杭州市西湖区文一西路 998 号", "330106", "杭州市"),
        ("浙江 杭州 西湖区文一西路998号3幢", "330106", "杭州市"),
        ("杭州市西湖区文一西路", "330106", "杭州市"),
        ("江西省南昌市西湖区朝阳洲", "360103", "南昌市"),
        ("浙江省金华市义乌市北苑街道", "330782", "金华市"),
        ("义乌市北苑街道凌云七区", "330782", "金华市"),
        ("北京市朝阳区建国路 88 号", "110105", "北京市"),
        ("北京朝阳区建国路", "110105", "北京市"),
        ("吉林省长春市朝阳区人民大街", "220104", "长春市"),
        ("广东省广州市白云区北京路", "440111", "广州市"),
        ("上海市,浦东新区,张江路", "310115", "上海市"),
        ("广东省汕头市澄海区凤翔街道", "440515", "汕头市"),
    ],
)
def test_the_district_that_is_named(address: str, code: str, city: str) -> None:
    found = district_of(address)
    assert found is not None
    assert (found.code, found.city) == (code, city)


@pytest.mark.parametrize(
    "address", ["", "文一西路 998 号", "西湖区文一西路", "朝阳区建国路", "Wenyi West Road 998, Hangzhou", "🏠" * 99]
)
def test_none_where_it_could_be_several_or_says_nothing(address: str) -> None:
    assert district_of(address) is None


def test_all_districts_have_a_code_of_six_digits() -> None:
    assert len(districts()) > 2_800
    assert all(len(each.code) == 6 and each.province and each.city and each.area for each in districts())
