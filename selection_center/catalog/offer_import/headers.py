"""The headers that Chinese and English tables give to each field, and the template's words about it.

Headers are compared as `columns.header_key` makes them: NFKC, lower case, no spaces, signs or units.
"""

from dataclasses import dataclass

from selection_center.catalog.offer_import.fields import Field


@dataclass(frozen=True)
class Words:
    """A field's header in both languages, other headers for it, and the template's line about it."""

    zh: str
    en: str
    others: str
    about_zh: str
    about_en: str


WORDS: dict[Field, Words] = {
    Field.OFFER_ID: Words(
        "商品ID",
        "Offer ID",
        "offerid 商品编号 商品id号 产品id 产品编号 商品数字id 1688商品id 1688id 阿里商品id 宝贝id 货源id productid"
        " product_id itemid offer_id offerno 商品链接id",
        "9 至 13 位数字，列请设为文本格式。没有时可只填商品链接。",
        "9 to 13 digits; format the column as text. May be left out where the address is given.",
    ),
    Field.TITLE: Words(
        "商品标题",
        "Title",
        "标题 商品名称 产品名称 品名 名称 产品标题 商品名 宝贝标题 宝贝名称 中文品名 中文标题 中文名称 货品标题"
        " 货品名称 offer标题 subject productname producttitle itemname name goodsname description productdescription"
        " chinesetitle titlezh chinesename",
        "必填，最多 300 个字。",
        "Required, 300 characters at most.",
    ),
    Field.TITLE_EN: Words(
        "英文标题",
        "English title",
        "英文品名 英文名称 英文商品标题 英文商品名称 产品英文名 titleen englishname titleenglish nameen subjecten"
        " subjecttrans",
        "选填，给外文顾客看。",
        "Optional, for buyers who read English.",
    ),
    Field.PRICE: Words(
        "价格",
        "Price",
        "单价 商品价格 售价 批发价 出厂价 参考单价 供货价 现价 展示价 产品价格 价 起批价 一件价 商品单价 unitprice"
        " wholesaleprice exwprice factoryprice fobprice cost referenceprice offerprice exfactoryprice",
        "人民币元，最多两位小数。价格与阶梯价至少填一项；都填时以阶梯价为准。",
        "In yuan, two decimals at most. Give a price or tiers; tiers hold where both are given.",
    ),
    Field.TIERS: Words(
        "阶梯价",
        "Price tiers",
        "阶梯价格 价格区间 区间价 批量价 价格阶梯 阶梯报价 数量价格 起批价格区间 批发阶梯价 tiers tierprice tieredprice"
        " tierprices pricerange priceranges quantityprice ladderprice pricebreaks volumeprice",
        "如 1-99个 ¥5.00; 100-499个 ¥4.50; 500个以上 ¥4.00",
        "Such as 1-99个 ¥5.00; 100-499个 ¥4.50; 500个以上 ¥4.00",
    ),
    Field.MOQ: Words(
        "起批量",
        "MOQ",
        "起订量 最小起订量 最小起批量 起批数 起批数量 起订数量 最低起订量 最低起批量 起售量 起批件数 混批起批量"
        " minorderquantity minimumorderquantity minorder minimumorder minqty beginamount minimumqty minorderqty",
        "整数。没填按 1。与第一档阶梯不同时，取大的一个。",
        "A whole number; 1 if left out. Where the first tier differs, the greater one holds.",
    ),
    Field.SALES: Words(
        "销量",
        "Sales",
        "成交量 月销量 年销量 总销量 已售 成交件数 累计销量 30天销量 近30天销量 30天成交 成交笔数 销售量 付款件数 sold"
        " salesvolume soldcount salescount monthlysales bookedcount saledcount orders monthsold",
        "按来源的原文保存，如 已售10万+件。",
        "Kept as the source words it, such as 已售10万+件.",
    ),
    Field.COMPANY: Words(
        "公司名称",
        "Company",
        "公司 供应商 厂家 店铺名称 店铺 商家 商家名称 厂商 厂商名称 供应商名称 卖家 工厂 工厂名称 企业名称 店铺名"
        " companyname supplier suppliername seller sellername factory factoryname vendor manufacturer shop shopname"
        " storename",
        "没有公司的商品可以上架、扫码，补上供应商后才能下单。",
        "Without one an offer can be shown and scanned; it can be ordered once a supplier is set.",
    ),
    Field.SUPPLIER_ID: Words(
        "供应商ID",
        "Supplier ID",
        "公司id 店铺id 会员id 卖家id 厂商编号 供应商编号 商家id 会员名 卖家会员名 memberid sellerid companyid"
        " sellermemberid supplierloginid sellerloginid vendorid shopid loginid suppliercode",
        "来源平台上的供应商编号，用来认出同一家。",
        "The supplier's id at the source, to know the same one again.",
    ),
    Field.TRUSTPASS: Words(
        "诚信通",
        "TrustPass",
        "诚信通年限 是否诚信通 诚信通会员 诚信通年数 tpmember tpyear trustpassyears tp istp 入驻年限",
        "是 / 否，或年数，如 8年。",
        "Yes or no, or the years, such as 8年.",
    ),
    Field.POWERFUL: Words(
        "实力商家",
        "Powerful merchant",
        "是否实力商家 powerfulmerchants ispowerfulmerchant superior strengthmerchant",
        "是 / 否",
        "Yes or no.",
    ),
    Field.SUPER_FACTORY: Words(
        "超级工厂", "Super factory", "是否超级工厂 superfactory issuperfactory", "是 / 否", "Yes or no."
    ),
    Field.ORIGIN: Words(
        "发货地",
        "Origin",
        "产地 所在地 所在地区 地区 发货地址 发货城市 货源地 省市 原产地 城市 所属地区 地址 location shipfrom"
        " placeoforigin city region province sendaddress sendgoodsaddress",
        "如 浙江/义乌市",
        "Such as 浙江/义乌市",
    ),
    Field.TAGS: Words(
        "服务标签",
        "Service tags",
        "标签 服务 服务保障 商品标签 买家保障 服务承诺 保障 tags servicetags services labels taglist",
        "用 | 分开，如 48小时发货|混批",
        "Separated by |, such as 48小时发货|混批",
    ),
    Field.URL: Words(
        "商品链接",
        "Address",
        "链接 网址 详情链接 商品网址 产品链接 商品地址 链接地址 详情页 详情页链接 货源链接 宝贝链接 商品url 1688链接"
        " url link offerurl producturl detailurl productlink offerlink webaddress href",
        "商品的网页地址。",
        "The offer's web page.",
    ),
    Field.CATEGORY: Words(
        "类目",
        "Category",
        "分类 商品类目 商品分类 种类 品类 产品分类 类别 所属类目 叶子类目 categoryname producttype type",
        "选填。",
        "Optional.",
    ),
    Field.ITEM_NUMBER: Words(
        "货号",
        "Item number",
        "款号 型号 商品货号 产品型号 出厂货号 产品货号 商品编码 商家编码 itemno itemnum model modelno modelnumber style"
        " styleno productcargonumber articlenumber artno productcode itemcode",
        "厂家的货号。",
        "The factory's own number.",
    ),
    Field.UNIT: Words(
        "单位",
        "Unit",
        "计价单位 销售单位 计量单位 商品单位 计量 sellunit uom priceunit saleunit",
        "如 件、双、套。没填时取阶梯价里的单位，再没有按 件。",
        "Such as 件, 双, 套. If left out it is taken from the tiers, else 件.",
    ),
    Field.LOT: Words(
        "每手数量",
        "Lot size",
        "一手数量 批量倍数 每批数量 批次数量 起批倍数 手数 一手 每手 每手件数 batchnumber lot lotpieces ordermultiple",
        "如 1手=12件：只能按 12 的倍数订。",
        "Such as 1手=12件: ordered in multiples of 12 only.",
    ),
    Field.INNER_PACK: Words(
        "内盒数量",
        "Inner pack",
        "内箱数 内盒数 内盒 中包数 中包数量 中盒数量 内包装数 内包装数量 内箱装量 innerpcs innerqty innerbox pcsinner"
        " pcsperinner innerboxqty",
        "一内盒几件。",
        "Pieces in an inner box.",
    ),
    Field.OUTER_PACK: Words(
        "装箱量",
        "Carton pieces",
        "装箱数 装箱数量 每箱数量 外箱数量 箱装量 箱装数 整箱数量 外箱装量 件数箱 箱规 每箱件数 一箱数量 outerpack"
        " outerpcs cartonqty pcsctn qtyctn pcspercarton pcscarton ctnqty qtypercarton cartonpcs outerqty packingqty",
        "一外箱几件。",
        "Pieces in a carton.",
    ),
    Field.CARTON_SIZE: Words(
        "外箱尺寸",
        "Carton size",
        "外箱规格 箱子尺寸 纸箱尺寸 包装尺寸 外箱长宽高 纸箱规格 装箱尺寸 外包装尺寸 箱规尺寸 cartondimensions ctnsize"
        " cartonmeas meas measurement cartonlxwxh cartonmeasurement ctnmeas packagesize",
        "长x宽x高，厘米，如 60x40x50",
        "Length x width x height in cm, such as 60x40x50",
    ),
    Field.CARTON_LENGTH: Words("外箱长", "Carton length", "长 箱长 包装长 外箱长度 length l 长度", "厘米", "In cm."),
    Field.CARTON_WIDTH: Words("外箱宽", "Carton width", "宽 箱宽 包装宽 外箱宽度 width w 宽度", "厘米", "In cm."),
    Field.CARTON_HEIGHT: Words("外箱高", "Carton height", "高 箱高 包装高 外箱高度 height h 高度", "厘米", "In cm."),
    Field.GROSS_WEIGHT: Words(
        "毛重",
        "Gross weight",
        "外箱毛重 整箱毛重 箱毛重 单箱毛重 gw grossweightctn cartongrossweight cartonweight gwctn",
        "一外箱，千克。",
        "Of a carton, in kg.",
    ),
    Field.NET_WEIGHT: Words(
        "净重",
        "Net weight",
        "外箱净重 整箱净重 箱净重 单箱净重 nw netweightctn cartonnetweight nwctn",
        "一外箱，千克。",
        "Of a carton, in kg.",
    ),
    Field.SPEC: Words(
        "规格",
        "Spec",
        "颜色 尺码 尺寸 规格名称 sku规格 规格型号 销售属性 sku属性 产品规格 商品规格 颜色分类 款式 sku名称 规格属性"
        " color colour size variant option specification skuname specs variation attributesname",
        "同一商品每个规格一行，商品ID 相同。颜色、尺码可分两列。",
        "One row per spec with the same offer id. Colour and size may be two columns.",
    ),
    Field.SPEC_EN: Words(
        "英文规格",
        "English spec",
        "规格英文 英文颜色 specenglish variantenglish colorenglish specificationenglish",
        "选填。",
        "Optional.",
    ),
    Field.SKU_ID: Words(
        "规格ID",
        "SKU ID",
        "sku skuid 规格编号 specid sku编号 variantid sku_id spec_id",
        "来源平台上的规格编号。",
        "The spec's id at the source.",
    ),
    Field.CARGO_NUMBER: Words(
        "单品货号",
        "Cargo number",
        "规格货号 sku货号 单品编码 sku编码 规格编码 cargono skucode skunumber sellersku skuno",
        "这个规格自己的货号。",
        "The spec's own item number.",
    ),
    Field.BARCODE: Words(
        "条码",
        "Barcode",
        "条形码 商品条码 商品条形码 国际条码 国标码 69码 规格条码 sku条码 ean ean13 ean8 upc upca gtin skubarcode"
        " barcodes productbarcode",
        "商品自带的条码：8、12、13 或 14 位数字，列请设为文本格式。",
        "The goods' own: 8, 12, 13 or 14 digits; format the column as text.",
    ),
    Field.STOCK: Words(
        "库存",
        "Stock",
        "库存数 库存数量 可售数量 可售库存 库存量 可用库存 sku库存 amountonsale inventory stockqty"
        " stockquantity available",
        "整数。",
        "A whole number.",
    ),
    Field.SKU_PRICE: Words(
        "规格价格",
        "SKU price",
        "sku价格 规格价 单品价格 sku单价 sku价 规格单价 variantprice specprice",
        "这个规格自己的价格，元。",
        "The spec's own price, in yuan.",
    ),
    Field.MEMBER_PRICE: Words(
        "会员价",
        "Member price",
        "plus价 plus会员价 vip价 会员价格 plus会员价格 memberprices vipprice plusprice promotionprice",
        "会员店两价之一，元。",
        "The lower of a member store's two prices, in yuan.",
    ),
    Field.SAMPLE_PRICE: Words(
        "拿样价",
        "Sample price",
        "样品价 样品价格 打样价 拿样价格 样品单价 样品费 takesampleprice samplefee samplecost",
        "没有拿样价就不能订样品。",
        "Without one no sample can be ordered.",
    ),
    Field.MIX_PIECES: Words(
        "混批件数",
        "Mixed-batch pieces",
        "混批数量 混批起批数量 混批量 mixnumber mixpieces mixquantity mixedpieces",
        "同一供应商满几件可混批。",
        "Pieces of one supplier at which MOQ is waived.",
    ),
    Field.MIX_YUAN: Words(
        "混批金额",
        "Mixed-batch yuan",
        "混批起批金额 混批元 mixamount mixyuan mixedamount",
        "同一供应商满几元可混批。",
        "Yuan with one supplier at which MOQ is waived.",
    ),
    Field.TAX_INCLUDED: Words(
        "含税", "Tax included", "是否含税 含税价 税 taxincl tax vatincluded", "是 / 否", "Yes or no."
    ),
    Field.PICTURES: Words(
        "图片",
        "Pictures",
        "主图 图片链接 商品图片 主图链接 图片地址 商品主图 图片网址 图片url 主图url imageurl images image picture"
        " pictureurl mainimage imageurls pictureurls photo photos mainpicture",
        "图片网址，用 | 分开。",
        "Picture addresses, separated by |.",
    ),
    Field.GOODS_TYPE: Words(
        "货品类型",
        "Goods type",
        "商品类型 货源类型 厂牌类型 货品性质",
        "厂牌货、白牌货或大牌平替。",
        "Factory brand, white label or brand dupe.",
    ),
    Field.DROPSHIP: Words(
        "一件代发",
        "Dropship",
        "代发 支持代发 是否代发 支持一件代发 是否一件代发 isonepsale dropshipping onepiecedropshipping",
        "是 / 否",
        "Yes or no.",
    ),
    Field.QUICK_RESPONSE: Words(
        "小单快返", "Quick response", "快返 支持小单快返 是否快返 quickresponse smallbatch", "是 / 否", "Yes or no."
    ),
    Field.LIGHT_CUSTOM: Words(
        "轻定制",
        "Light custom",
        "支持轻定制 是否轻定制 lightcustomisation lightcustomization",
        "是 / 否",
        "Yes or no.",
    ),
    Field.LEAD_TIME: Words(
        "发货时间",
        "Lead time",
        "发货期 交期 发货时效 货期 交货期 发货天数 发货小时 交货时间 leadhours leadtimehours deliverytime handlingtime"
        " leadtimedays shipwithin deliverylimit",
        "如 48小时、3天。",
        "Such as 48小时 or 3天.",
    ),
    Field.STATUS: Words(
        "状态",
        "Status",
        "上下架 上架状态 商品状态 是否上架 在售状态 onshelf shelfstatus offerstatus productstatus",
        "上架 / 下架。没填不改变。",
        "On shelf or off shelf; unchanged if left out.",
    ),
    Field.SOURCE: Words(
        "来源", "Source", "平台 来源平台 货源平台 platform sourceplatform", "没填按 1688。", "1688 if left out."
    ),
    Field.ATTRIBUTE: Words(
        "属性",
        "Attributes",
        "商品属性 产品属性 材质 品牌 面料 风格 图案 材料 面料成分 主要材质 适用人群 适用性别 适用季节 适用年龄 功能"
        " 工艺 厚薄 attributes material brand fabric feature",
        "如 材质:棉;风格:韩版。列名也可直接用 材质、品牌 等。",
        "Such as 材质:棉;风格:韩版. A column may also be headed 材质 or 品牌 itself.",
    ),
}
