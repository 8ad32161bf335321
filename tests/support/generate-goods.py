#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Goods as a region's file has them, any number, the same ones for the same seed.

    generate-goods.py --goods 100000 --seed 1 [--gzip] > goods.tsv

Columns: barcode, name, price, unit, category, brand, tax, pack_of, sold_by; makers one after the
other, as in a list sorted by barcode. About three lines in a hundred have a flaw of real ones: wrong check
digits, doubles, endless names, quotes, other scripts, right-to-left, emoji, missing names and prices,
prices that are none.
"""

import argparse
import gzip
import io
import random
import sys

HEADER = "barcode\tname\tprice\tunit\tcategory\tbrand\ttax\tpack_of\tsold_by\n"

# kind of good: category, unit, tax, names, sizes, price from and to in yuan
KINDS = [
    ("饮料/碳酸", "瓶", "13%", "可乐 雪梨汽水 柠檬汽水 橙味汽水 苏打水 气泡水 盐汽水", "330ml 500ml 600ml 1.25L 2L", 2, 9),
    ("饮料/茶饮料", "瓶", "13%", "冰红茶 绿茶 乌龙茶 茉莉花茶 柠檬茶 蜜桃茶 凉茶 奶茶", "310ml 450ml 500ml 1L", 3, 8),
    ("饮料/水", "瓶", "13%", "饮用天然水 矿泉水 纯净水 苏打水饮料", "350ml 550ml 1.5L 5L", 1, 12),
    ("饮料/果汁", "盒", "13%", "橙汁 苹果汁 葡萄汁 桃汁 椰子汁 山楂汁 杏仁露 核桃乳", "245ml 300ml 1L", 3, 16),
    ("乳品/牛奶", "盒", "13%", "纯牛奶 鲜牛奶 高钙奶 低脂牛奶 早餐奶 儿童牛奶 豆奶", "200ml 250ml 950ml 1L", 2, 19),
    ("乳品/酸奶", "杯", "13%", "风味酸奶 希腊酸奶 黄桃燕麦酸奶 草莓酸奶 乳酸菌饮品", "100g 135g 205g 1kg", 3, 18),
    ("零食/膨化", "袋", "13%", "薯片 虾条 洋葱圈 雪饼 仙贝 爆米花 锅巴 玉米片", "40g 60g 70g 104g 135g", 3, 12),
    ("零食/饼干糕点", "袋", "13%", "夹心饼干 苏打饼干 曲奇 威化 蛋黄派 沙琪玛 凤梨酥 肉松饼 瑞士卷 切片面包", "97g 125g 182g 240g 400g", 4, 26),
    ("零食/糖果", "袋", "13%", "牛奶糖 水果糖 口香糖 棒棒糖 果冻 牛奶巧克力 榛仁巧克力 薄荷糖 软糖", "28g 43g 70g 114g 495g", 1, 20),
    ("零食/坚果", "袋", "13%", "香瓜子 开心果 碧根果 腰果 花生 夏威夷果 每日坚果 蚕豆", "75g 120g 150g 260g", 5, 40),
    ("零食/肉干豆干", "袋", "13%", "牛肉干 猪肉脯 鸭脖 凤爪 豆干 辣条 鱼仔 火腿肠 卤蛋", "30g 60g 100g 160g", 1, 35),
    ("粮油/方便面", "桶", "13%", "红烧牛肉面 老坛酸菜面 香辣牛肉面 豚骨拉面 酸辣粉 螺蛳粉 热干面", "83g 110g 122g 335g", 3, 16),
    ("粮油/米面", "袋", "9%", "东北大米 长粒香大米 高筋面粉 挂面 小米 糯米 杂粮 水饺 汤圆", "400g 900g 1kg 2.5kg 5kg", 6, 60),
    ("粮油/食用油", "桶", "9%", "花生油 大豆油 玉米油 葵花籽油 菜籽油 调和油 芝麻油", "900ml 1.8L 5L", 15, 160),
    ("调味/酱醋", "瓶", "13%", "生抽 老抽 蚝油 香醋 陈醋 白醋 黄豆酱 辣椒酱 料酒 番茄酱 沙拉酱", "280g 340g 450ml 500ml", 4, 22),
    ("调味/料", "袋", "13%", "鸡精 味精 精制盐 十三香 火锅底料 白砂糖 红糖 黑胡椒粉 榨菜", "40g 80g 100g 200g 400g", 2, 16),
    ("酒类/啤酒", "罐", "13%", "纯生啤酒 经典啤酒 白啤 黑啤 清爽啤酒 精酿啤酒", "330ml 500ml 600ml", 3, 15),
    ("酒类/白酒", "瓶", "13%", "二锅头 陈酿 特曲 头曲 老窖 高粱酒 干红葡萄酒 黄酒", "100ml 250ml 500ml 750ml", 6, 400),
    ("日用/纸品", "提", "13%", "抽纸 卷纸 手帕纸 湿巾 厨房纸 卫生巾 纸尿裤", "3包 6包 10卷 40片", 4, 60),
    ("日用/洗护", "瓶", "13%", "洗发露 护发素 沐浴露 香皂 牙膏 牙刷 洗面奶 护手霜 花露水", "100ml 140g 200ml 400ml", 5, 60),
    ("日用/清洁", "瓶", "13%", "洗衣液 洗洁精 洗衣粉 洁厕液 消毒液 柔顺剂 垃圾袋 保鲜袋", "500g 1kg 2kg", 4, 50),
    ("日用/杂货", "个", "13%", "电池 打火机 中性笔 笔记本 胶带 雨伞 插座 一次性纸杯 数据线", "黑 蓝 红 2粒 4粒 A5", 2, 60),
    ("冷饮", "支", "13%", "雪糕 冰棒 甜筒 冰淇淋 绿豆棒冰 巧克力脆皮", "64g 70g 75g 90g", 1, 16),
]
TASTES = ["原味", "草莓味", "香辣味", "海苔味", "蜂蜜味", "无糖", "经典", "番茄味", "抹茶味", "麻辣", "清爽", "家庭装",
          "黑芝麻", "红枣", "椰香", "儿童", "加量装", "零添加"]
HANZI = "金福康美乐佳天海山河春花宝兴达利德华新源丰泰和顺明星光辉龙凤鹤松竹梅兰香甜味真好大小东南西北中老百千万云雪月阳晨露泉江湖田园农家家喜旺安康益优品鲜味"
FOREIGN = [
    "Cookies au chocolat noir", "Limonade artisanale myrtille", "Oeufs de poule plein air", "Crème brûlée à l'ancienne",
    "Hafer Müsli Früchte", "Vollkorn Knäckebrot", "Gouda jong belegen", "Aceite de oliva virgen extra",
    "Galletas María", "Yogur natural azucarado", "Prosciutto crudo stagionato", "Fettuccine all'uovo",
    "Peanut Butter Crunchy", "Sea Salt & Vinegar Chips", "Organic Quinoa", "Dark Roast Coffee", "Żurek staropolski",
    "Сметана деревенская 20%", "Печенье овсяное", "ポテトチップス うすしお味", "抹茶ラテ", "김치 라면", "초코파이",
]
RIGHT_TO_LEFT = ["بسكويت بالشوكولاتة", "عصير برتقال طازج", "חלב טרי 3%", "לחם אחיד פרוס"]
EMOJI = ["🔥", "🍪", "❤️", "🎁", "🧋"]
PRODUCE = "苹果 香蕉 梨 西瓜 葡萄 橙子 西红柿 黄瓜 土豆 洋葱 白菜 胡萝卜 五花肉 鸡蛋 豆腐".split()


def check_digit(digits):
    total = 0
    weight = 3
    for c in reversed(digits):
        total += weight * (ord(c) - 48)
        weight = 4 - weight
    return chr(48 + -total % 10)


def with_check(digits):
    return digits + check_digit(digits)


class Maker:
    """One brand with its GS1 company number and the goods it makes."""

    def __init__(self, rng, prefix):
        self.prefix = prefix
        self.item = 0
        self.brand = "".join(rng.choices(HANZI, k=rng.choice((2, 2, 2, 3))))
        self.kinds = [
            (category, unit, tax, names.split(), sizes.split(), low, high)
            for category, unit, tax, names, sizes, low, high in rng.sample(KINDS, rng.choice((1, 1, 1, 2, 3)))
        ]
        self.left = rng.choice((3, 8, 20, 40, 80, 150, 300))

    def next_barcode(self, rng):
        self.item += rng.choice((1, 1, 1, 1, 2, 3, 7))
        return with_check(f"{self.prefix}{self.item % 10000:04d}")


def price_of(rng, low, high):
    yuan = low + int((high - low) * rng.random() ** 2)
    return f"{yuan}.{rng.choice(('00', '00', '50', '50', '80', '90', '90', '90'))}"


def good_of(rng, maker):
    category, unit, tax, names, sizes, low, high = rng.choice(maker.kinds)
    taste = rng.choice(TASTES) + " " if rng.random() < 0.5 else ""
    return [
        maker.next_barcode(rng), f"{maker.brand} {taste}{rng.choice(names)} {rng.choice(sizes)}",
        price_of(rng, low, high), unit, category, maker.brand, tax, "", "piece",
    ]


def flaw_check_digit(rng, good):
    wrong = (ord(good[0][-1]) - 48 + rng.randint(1, 9)) % 10
    good[0] = good[0][:-1] + str(wrong)


def flaw_endless(rng, good):
    good[1] = (good[1] + "，" + "".join(rng.choices(HANZI, k=9))) * rng.choice((3, 6, 20, 60))


def flaw_quotes(rng, good):
    good[1] = rng.choice(('{} "特价"', '"{}', "{} 12\"", "'{}'", "{}「新」")).format(good[1])


def flaw_foreign(rng, good):
    good[1] = f"{rng.choice(FOREIGN)} {rng.choice(('', '100 g', '250g', '1 L', 'x6'))}".strip()


def flaw_mixed(rng, good):
    good[1] = f"{rng.choice(FOREIGN)} {good[1]}"


def flaw_right_to_left(rng, good):
    good[1] = rng.choice(RIGHT_TO_LEFT)


def flaw_emoji(rng, good):
    good[1] = rng.choice(EMOJI) + good[1]


def flaw_leading_zeros(rng, good):
    good[0] = with_check(f"0{rng.randrange(10 ** 11):011d}") if rng.random() < 0.7 else f"0000{rng.randrange(10 ** 6):06d}"


def flaw_ean8(rng, good):
    good[0] = with_check(f"69{rng.randrange(10 ** 5):05d}")


def flaw_no_price(rng, good):
    good[2] = ""


def flaw_bad_price(rng, good):
    good[2] = rng.choice(("0", "-1.00", "面议", "12.345", "6901234567892", "3,50"))


def flaw_no_name(rng, good):
    good[1] = ""


def flaw_produce(rng, good):
    name = rng.choice(PRODUCE)
    good[:] = [f"2{rng.randrange(10 ** 5):05d}", f"{name} {good[5]}", price_of(rng, 2, 30), "千克", "生鲜", "", "9%", "", "weight"]


FLAWS = [
    (0.0130, flaw_check_digit), (0.0010, flaw_endless), (0.0030, flaw_quotes), (0.0200, flaw_foreign),
    (0.0030, flaw_mixed), (0.0005, flaw_right_to_left), (0.0010, flaw_emoji), (0.0060, flaw_leading_zeros),
    (0.0080, flaw_ean8), (0.0150, flaw_no_price), (0.0005, flaw_bad_price), (0.0003, flaw_no_name),
    (0.0020, flaw_produce),
]


def spoil(rng, good):
    chance = rng.random()
    for share, flaw in FLAWS:
        if chance < share:
            flaw(rng, good)
            return
        chance -= share


def case_of(rng, good):
    pieces = rng.choice((6, 12, 12, 24))
    case = list(good)
    case[0] = with_check("1" + good[0][:12])
    case[1] = f"{good[1]} {pieces}{good[3]}/箱"
    case[2] = f"{float(good[2]) * pieces * 0.92:.2f}"
    case[3] = "箱"
    case[7] = f"{pieces}x{good[0]}"
    return case


def generate(n, seed, out):
    rng = random.Random(seed)
    prefixes = sorted(rng.sample(range(69000000, 69999999), max(20, n // 20)))
    maker = Maker(rng, prefixes.pop(0))
    last = None
    written = 0
    out.write(HEADER)
    prefixes.reverse()
    while written < n:
        if maker.left == 0 and prefixes:
            maker = Maker(rng, prefixes.pop())
        maker.left -= 1
        good = good_of(rng, maker)
        whole = len(good[0]) == 13
        spoil(rng, good)
        out.write("\t".join(good) + "\n")
        written += 1
        chance = rng.random()
        if chance < 0.02 and written < n and whole and good[2].count(".") == 1 and good[0].startswith("69") and good[0][-1] == check_digit(good[0][:-1]):
            out.write("\t".join(case_of(rng, good)) + "\n")
            written += 1
        elif chance < 0.022 and last is not None and written < n:
            double = list(last)
            if rng.random() < 0.5:
                double[1] += " 新包装"
            out.write("\t".join(double) + "\n")
            written += 1
        last = good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--goods", type=int, required=True, help="lines after the header")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gzip", action="store_true")
    arguments = parser.parse_args()
    raw = sys.stdout.buffer
    if arguments.gzip:
        # Without a time and a name in its header the same goods are the same bytes.
        raw = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0)
    with io.TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=False) as out:
        generate(arguments.goods, arguments.seed, out)


if __name__ == "__main__":
    main()
