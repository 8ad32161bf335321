#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input, given to the programs themselves: each is answered with a clear error, and nothing is lost.

usage: bad-input.py CLASS…"""

import gzip
import json
import os
import shutil
import socket
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import center_client  # noqa: E402
import center_database  # noqa: E402
import shop_case  # noqa: E402
from shop_case import COLA, ShopCase  # noqa: E402


class ImportTest(ShopCase):
    HEADER = "barcode,name,price,category,tax,pack_of,sold_by"
    # The line, and what its reason must say; None: it is loaded.
    LINES = [
        ("6920152400777,酱油 500ml,8.00,调味,13,,", None),
        (",没有条码,1.00,,,,", "no barcode"),
        ("6.90123E+12,表格,1.00,,,,", "spreadsheet"),
        ("9" * 129 + ",长码,1.00,,,,", "longer than 128"),
        ("690000001,,1.00,,,,", "no name"),
        ("690000002," + "名" * 600 + ",1.00,,,,", "characters, at most"),
        ("690000003,价格,三块五,,,,", "price that is no number: 三块五"),
        ("690000004,价格,-1.00,,,,", "price below zero: -1.00"),
        ("690000005,价格,1.2345,,,,", "price with too many digits: 1.2345"),
        ("690000006,价格,99999999999,,,,", "price with too many digits"),
        ("690000024,价格,1000000.01,,,,", "price above 1000000"),
        ("690000007,价格,9223372036854775808,,,,", "price with too many digits: 9223372036854775808"),
        ("690000008,税,1.00,,abc,,", "tax rate that is no number: abc"),
        ("690000009,税,1.00,,101,,", "tax rate above 100"),
        ("690000010,包装,1.00,,,0,", "pack_of that is no number from 1"),
        ("690000011,包装,1.00,,,24箱,", "pack_of that is not understood: 24箱"),
        ("690000012,包装,1.00,,,24x,", "without the barcode of its piece: 24x"),
        ("690000013,包装,1.00,,,24x690000013,", "a pack of itself"),
        ("690000014,包装,1.00,,,24x690000999,", "piece that is not known"),
        ("690000015,卖法,1.00,,,,litre", "neither piece nor weight: litre"),
        ("690000016,卖法,1.00,,,6,weight", "by weight and in packs"),
        ("690000017,分类,1.00," + "/".join("abcdefghijklmnopqrstuvwxyz") + ",,,", "levels"),
        ("690000018,逗号,多,1.00,,,,,", "fields, the header 7"),
        ("690000019,\x01控制,1.00,,,,", "control character"),
        ("690000020,零\x00字节,1.00,,,,", "NUL byte"),
        (b"690000021,\xff\xfe\xff,1.00,,,,", "not UTF-8"),
        ("690000022," + "长" * 30000 + ",1.00,,,,", "longer than 65536"),
        (COLA + ",可乐,3.50,,13,,", None),
        (COLA + ",另一个,9.00,,13,,", "the barcode of line 29"),
        ('690000023,"没有关上,1.00,,,,', "quote that is not closed"),
        ("6920152400784,醋 500ml,6.00,调味,13,,", None),
    ]

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def build_table(self):
        lines = [self.HEADER] + [line for line, _ in self.LINES]
        return b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n"

    def read_feed(self):
        return (self.center.query("SELECT id, version, salt FROM feed ORDER BY id") +
                self.center.query("SELECT * FROM feed_row ORDER BY feed_id, tbl, id"))

    def test_lines(self):
        """Each bad line has its number and its reason; the others are loaded, and twice is once."""
        table, report = self.write("bad.csv", self.build_table()), os.path.join(self.folder, "report.tsv")
        done = self.center.attempt("import-goods", table, "--region", "east", "--report", report)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(report, encoding="utf-8") as file:
            rows = [line.split("\t") for line in file.read().splitlines()[1:]]
        refused = {int(row[0]): row[4] for row in rows if row[1] == "refused"}
        expected = {number: reason for number, (_, reason) in enumerate(self.LINES, 2) if reason}
        self.assertEqual(sorted(refused), sorted(expected), refused)
        for number, reason in expected.items():
            self.assertIn(reason, refused[number], "line %d" % number)
        self.assertIn("%d refused" % len(expected), done.stdout)
        before = self.read_feed()
        again = self.center.attempt("import-goods", table, "--region", "east")
        self.assertIn("%d refused" % len(expected), again.stdout)
        self.assertIn("--report", again.stderr)
        self.assertEqual(self.read_feed(), before)
        till = self.open_till()
        till.do("sync")
        for name in ("酱油", "醋"):
            self.assertEqual(len(till.do("search " + name)["goods"]), 1)
        self.sell(till)
        self.settle(till)

    def test_files(self):
        """A file that is no table says what it is and changes nothing."""
        packed = gzip.compress(self.build_table())
        good = ("barcode,name\n" + "".join("69%05d,货 %d\n" % (i, i) for i in range(3000))).encode()
        cases = [
            ("empty.csv", b"", "the file is empty"),
            ("header.csv", b"code;price\n1;2\n", 'there is no "barcode"'),
            ("noname.csv", b"barcode,price\n1,2\n", 'there is no "name"'),
            ("noise.csv", bytes(range(256)) * 64, "header"),
            ("sheet.csv", b"PK\3\4" + bytes(500), "spreadsheet"),
            ("wide.csv", "barcode,name\n1,货\n".encode("utf-16"), "UTF-16"),
            ("packed.csv.gz", b"\x1f\x8b" + bytes(100), "gzip"),
            ("cut.csv.gz", packed[:20], "gzip"),
        ]
        before = self.read_feed()
        for name, data, reason in cases:
            done = self.center.attempt("import-goods", self.write(name, data), "--region", "east")
            self.assertEqual(done.returncode, 1, name)
            self.assertIn(reason, done.stderr, name)
        for words, reason in [(("nowhere.csv", "--region", "east"), "nowhere.csv"),
                              ((self.folder, "--region", "east"), "directory"),
                              ((self.write("ok.csv", good), "--region", "west"), "west"),
                              ((self.write("ok.csv", good),), "--region")]:
            done = self.center.attempt("import-goods", *words)
            self.assertIn(done.returncode, (1, 2), words)
            self.assertIn(reason, done.stderr)
        self.assertEqual(self.read_feed(), before)
        # What came before the break is loaded, and the break is said.
        half = gzip.compress(good)
        done = self.center.attempt("import-goods", self.write("half.csv.gz", half[:len(half) // 2]),
                                   "--region", "east")
        self.assertEqual(done.returncode, 1)
        self.assertIn("gzip", done.stderr)
        self.assertRegex(done.stdout, r"[1-9]\d* added")


class FeedTest(ShopCase):
    def insert(self, db, kind, scope, table, row, fields):
        """A row of a later version of the center."""
        feed, version, salt = db.execute("SELECT id, version + 1, salt FROM feed WHERE kind = ? AND scope_id = ?",
                                         (kind, scope)).fetchone()
        db.execute("UPDATE feed SET version = ? WHERE id = ?", (version, feed))
        db.execute("INSERT INTO feed_salt (feed_id, version, salt) VALUES (?, ?, ?)", (feed, version, salt))
        db.execute("INSERT INTO feed_row (feed_id, tbl, id, v, fields) VALUES (?, ?, ?, ?, ?) "
                   "ON CONFLICT (feed_id, tbl, id) DO UPDATE SET v = excluded.v, fields = excluded.fields",
                   (feed, table, row, version, fields))

    def test_unknown_table(self):
        till = self.open_till()
        self.sell(till)
        self.close_till(till)
        self.center.stop()
        db = center_database.open_database(self.center.db)
        good, fields = db.execute("SELECT id, fields FROM feed_row WHERE tbl = 'good' AND fields LIKE '%可口可乐%'"
                                  ).fetchone()
        longer = json.dumps(json.loads(fields) + ["later", 7], ensure_ascii=False, separators=(",", ":"))
        with db:
            self.insert(db, "region", 1, "loyalty_rule", "9", '["双倍积分",2]')
            self.insert(db, "region", 1, "good", good, longer)
            self.insert(db, "shop", 1, "robot", "a-1", '["小明",{"arms":2},null]')
            self.insert(db, "shop", 1, "setting", "receipt_footer", '["谢谢光临","later"]')
        db.close()
        self.center.start()
        till = self.open_till()
        state = till.do("sync")
        self.assertEqual(state["problem"], "")
        self.sell(till)
        self.settle(till)
        self.check_replicas(longer)
        # And the same by way of a snapshot.
        self.dir = os.path.join(self.folder, "second")
        till = self.open_till(self.center.run("enrol-code", "--shop", "corner").strip())
        till.do("sync")
        self.sell(till)
        self.settle(till)
        self.check_replicas(longer)

    def check_replicas(self, longer):
        shop = sqlite3.connect(os.path.join(self.dir, "shop.db"))
        self.assertEqual(shop.execute("SELECT tbl, id, fields FROM unknown_row").fetchall(),
                         [("robot", "a-1", '["小明",{"arms":2},null]')])
        self.assertEqual(shop.execute("SELECT value, rest FROM setting WHERE id = 'receipt_footer'").fetchone(),
                         ("谢谢光临", '["later"]'))
        file = shop.execute("SELECT file FROM catalog").fetchone()[0]
        shop.close()
        catalog = sqlite3.connect(os.path.join(self.dir, file))
        self.assertEqual(catalog.execute("SELECT tbl, id, fields FROM unknown_row").fetchall(),
                         [("loyalty_rule", "9", '["双倍积分",2]')])
        self.assertEqual(catalog.execute("SELECT rest FROM good WHERE name LIKE '可口可乐%'").fetchone()[0], longer)
        catalog.close()


class CrowdTest(ShopCase):
    """More connections than the center may have files: those who are in are served, the others wait, and nobody
    burns the machine meanwhile."""

    FILES = 80

    def cpu_s(self):
        with open("/proc/%d/stat" % self.center.process.pid, encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_out_of_files(self):
        if shutil.which("prlimit") is None:
            self.skipTest("there is no prlimit here (Debian: util-linux)")
        self.center.stop()
        self.center.wrapper = ["prlimit", "--nofile=%d:%d" % (self.FILES, self.FILES)]
        self.center.start()
        crowd = [socket.create_connection(("127.0.0.1", self.center.port)) for _ in range(2 * self.FILES)]
        for client in crowd:
            client.setblocking(False)
        time.sleep(0.5)
        before = self.cpu_s()
        time.sleep(2)
        self.assertLess(self.cpu_s() - before, 1)
        for client in crowd:
            client.close()
        till = self.open_till()
        self.sell(till)
        self.settle(till)


class RequestTest(ShopCase):
    def setUp(self):
        super().setUp()
        self.client = center_client.Center(self.center.program, self.folder)
        self.client.host = self.center.url[len("http://"):]
        self.addCleanup(lambda: self.client.connection and self.client.connection.close())
        self.till = center_client.Till()
        self.client.enrol(self.till, "corner")

    def refused(self, status, kind, method, path, body=None, till=None, **more):
        reply = self.client.request(method, path, body, till, **more)
        self.assertEqual(reply.status, status, reply.body[:300])
        self.assertEqual(reply.type, "application/problem+json")
        problem = reply.json()
        self.assertEqual((problem["type"], problem["status"]), ("/problems/" + kind, status))
        self.assertRegex(problem["title"], r"^[A-Z].*\.$")
        self.assertGreater(len(problem["detail"]), 10, problem)
        return problem

    def test_bodies(self):
        till = self.till
        for text, kind in [("{", "bad-json"), ('{"writer":"x","writer":"y"}', "bad-json"),
                           ('{"prev":{"n":9223372036854775808}}', "bad-json"), ('{"n":1e999}', "bad-json"),
                           ("[" * 5000, "bad-json"), ("\0", "bad-json"), ("", "bad-json"),
                           ('"\\ud800"', "bad-json"), ("{}", "bad-message"), ("[]", "bad-message"),
                           ('{"writer":"not-an-id","prev":{"n":0,"h":""},"entries":[]}', "bad-message")]:
            with self.subTest(text=text[:40]):
                self.refused(400, kind, "POST", "/v1/journal", text, till)
        self.refused(400, "bad-json", "POST", "/v1/journal", b"\xff\xfe{}", till)
        self.refused(413, "too-large", "POST", "/v1/claim", b"x" * 1048576, till)
        self.refused(413, "too-large", "POST", "/v1/journal", b"x" * 4194304, till)
        bulky = center_client.Till()
        for _ in range(10):
            bulky.add("note", "y" * 100000)
        self.refused(413, "too-large", "POST", "/v1/journal", bulky.push_body(0), till)
        self.refused(413, "too-large", "POST", "/v1/enrol", b"[" + b"1," * 524288 + b"1]")
        self.refused(403, "code-unknown", "POST", "/v1/enrol", center_client.Till().enrolment("AAAA-AAAA-AAAA"))
        self.refused(404, "not-found", "GET", "/v1/nothing", till=till)
        self.refused(405, "method", "DELETE", "/v1/journal", till=till)
        self.refused(400, "bad-query", "GET", "/v1/feeds?shop=9223372036854775808,0&schema=1", till=till)
        self.check_alive()

    def test_signatures(self):
        till = self.till
        till.add("note", "{}")
        body = json.dumps(till.push_body(0)).encode()
        stranger = center_client.Till()
        stranger.id = till.id
        self.refused(401, "signature", "POST", "/v1/journal", body, stranger)
        stranger.id = "01890000-0000-7000-8000-000000000000"
        self.refused(401, "signature", "POST", "/v1/journal", body, stranger)
        self.refused(401, "signature", "POST", "/v1/journal", body)
        headers = till.sign("POST", "/v1/journal", body)
        self.refused(401, "signature", "POST", "/v1/journal", body + b" ", headers=headers)
        self.refused(401, "signature", "GET", "/v1/feeds?shop=0,0&schema=1", headers=headers)
        for name, value in [("Millrace-Signature", "tea"), ("Millrace-Time", "yesterday"), ("Millrace-Till", "7")]:
            self.refused(401, "signature", "POST", "/v1/journal", body, headers={**headers, name: value})
        for skew_s in (-200000, 200000):
            problem = self.refused(401, "clock", "POST", "/v1/journal", body, till, skew_s=skew_s)
            self.assertIn("now", problem)
        till.entries.clear()
        till.h = till.h[:1]
        self.check_alive()

    def test_wrong_content(self):
        """Entries that do not follow are refused; entries nobody can read are kept and listed, once."""
        till = self.till
        till.add("note", "{}")
        body = till.push_body(0)
        body["entries"][0] = {**body["entries"][0], "n": 2}
        self.refused(400, "bad-message", "POST", "/v1/journal", body, till)
        till.add("sale", '{"total":9223372036854775808}')
        till.add("later-kind", "{}")
        for _ in range(2):
            self.assertEqual(self.client.request("POST", "/v1/journal", till.push_body(0), till).json()["acked"], 3)
        report = self.center.report("corner")
        self.assertEqual(report["count"], 0)
        self.assertEqual(report["quarantined"] + report["deferred"], 3, report)
        wrong = till.push_body(1)
        wrong["prev"]["h"] = "0" * 64
        problem = self.refused(409, "fork", "POST", "/v1/journal", wrong, till)
        self.assertIn("/v1/chain", problem["detail"])

    def check_alive(self):
        """The server goes on, and took nothing of it."""
        self.assertEqual(self.client.request("GET", "/v1/health").status, 200)
        self.assertEqual(self.center.report("corner")["count"], 0)
        till = self.open_till()
        self.sell(till)
        self.settle(till)


if __name__ == "__main__":
    shop_case.main()
