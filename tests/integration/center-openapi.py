#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real server, its commands, and data/openapi.yaml: each operation once with success and once with
an error, every exchange validated against the document on its way.

usage: center-openapi.py PROGRAM OPENAPI DEMO_FOLDER"""

import http.client
import json
import os
import re
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
try:
    import jsonschema
    import yaml
except ImportError as error:
    print("1..0 # SKIP %s (Debian: python3-yaml python3-jsonschema)" % error)
    sys.exit(77)
import center_client  # noqa: E402
import center_database  # noqa: E402

PROGRAM, OPENAPI, DEMO = sys.argv[1:4]
SALE = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "wire",
                         "sale.1.full.json"), encoding="utf-8").read().strip()


class Document:
    """data/openapi.yaml with its references put in place."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.raw = yaml.safe_load(file)
        self.whole = self.resolve(self.raw)
        self.seen = set()

    def resolve(self, node):
        if isinstance(node, dict):
            if "$ref" in node:
                target = self.raw
                for part in node["$ref"].lstrip("#/").split("/"):
                    target = target[part]
                return {**self.resolve(target), **{k: self.resolve(v) for k, v in node.items() if k != "$ref"}}
            return {k: self.resolve(v) for k, v in node.items()}
        if isinstance(node, list):
            return [self.resolve(v) for v in node]
        return node

    def operations(self):
        for path, item in self.whole["paths"].items():
            for method, operation in item.items():
                yield path, method, operation

    def find(self, method, path):
        for template, item in self.whole["paths"].items():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
            if re.fullmatch(pattern, path.split("?")[0]) and method.lower() in item:
                return item[method.lower()]
        raise AssertionError("the document knows no %s %s" % (method, path))

    def check(self, method, path, body, reply, valid_request):
        operation = self.find(method, path)
        if valid_request and "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            jsonschema.Draft202012Validator(schema).validate(body)
        responses = operation["responses"]
        response = responses.get(str(reply.status), responses.get("default"))
        if reply.status < 400:
            assert str(reply.status) in responses, "%s %s: %d is not in the document" % (method, path, reply.status)
        outcome = "success" if reply.status < 400 else "error"
        self.seen.add((operation["operationId"], outcome))
        if "content" not in response:
            assert reply.body == b"", "%s %s: there should be nothing in it" % (method, path)
            return
        content = response["content"]
        assert reply.type in content, "%s %s: %s is not in the document" % (method, path, reply.type)
        if "json" in reply.type:
            jsonschema.Draft202012Validator(content[reply.type]["schema"]).validate(reply.json())
        if reply.status >= 400:
            assert reply.type == "application/problem+json"
            assert reply.json()["status"] == reply.status


class CenterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = Document(OPENAPI)
        cls.folder = tempfile.TemporaryDirectory()
        cls.center = center_client.Center(PROGRAM, cls.folder.name)
        cls.center.command("demo", "--data", DEMO)
        cls.center.start()
        cls.till = center_client.Till()
        cls.center.enrol(cls.till, "demo")

    @classmethod
    def tearDownClass(cls):
        cls.status = cls.center.stop()
        cls.folder.cleanup()

    def ask(self, method, path, body=None, till=None, status=200, kind=None, valid=True, **more):
        reply = self.center.request(method, path, body, till, **more)
        self.assertEqual(reply.status, status, reply.body[:300])
        self.document.check(method, path, body, reply, valid)
        if kind:
            self.assertEqual(reply.json()["type"], "/problems/" + kind)
        return reply

    def test_1_lint(self):
        """What a linter of such documents asks for."""
        self.assertEqual(self.document.raw["openapi"], "3.1.0")
        names = set()
        for path, method, operation in self.document.operations():
            self.assertRegex(path, r"^/v1/")
            self.assertNotIn(operation["operationId"], names)
            names.add(operation["operationId"])
            self.assertTrue(operation["summary"].endswith("."), operation["operationId"])
            self.assertIn("default", operation["responses"])
            templated = set(re.findall(r"\{([^}]+)\}", path))
            declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            self.assertEqual(templated, declared)
            for response in operation["responses"].values():
                self.assertIn("description", response)
                for content in response.get("content", {}).values():
                    if "schema" in content:
                        jsonschema.Draft202012Validator.check_schema(content["schema"])
        used = set(re.findall(r"#/components/(\w+/\w+)", json.dumps(self.document.raw)))
        there = {"%s/%s" % (kind, name) for kind, all_ in self.document.raw["components"].items()
                 for name in all_ if kind != "securitySchemes"}
        self.assertEqual(used, there, "every component is used, and every one used is there")

    def test_2_health(self):
        self.ask("GET", "/v1/health")
        self.ask("GET", "/v1/health?a=%00", status=400, kind="bad-query")

    def test_3_enrol(self):
        till = center_client.Till("second")
        code = self.center.command("enrol-code", "--shop", "demo").stdout.decode().strip()
        self.assertRegex(code, r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$")
        # As people type it.
        first = self.ask("POST", "/v1/enrol", till.enrolment(code.lower().replace("-", " ")))
        self.assertEqual(first.json()["shop_name"], "街角便利店")
        self.ask("POST", "/v1/enrol", center_client.Till().enrolment(code), status=403, kind="code-used")

    def test_4_journal(self):
        for i in range(5):
            self.till.add("sale", SALE)
        reply = self.ask("POST", "/v1/journal", self.till.push_body(0), self.till).json()
        # The same hash from two implementations.
        self.assertEqual((reply["acked"], reply["h"]), (5, self.till.h[5]))
        again = self.ask("POST", "/v1/journal", self.till.push_body(0), self.till).json()
        self.assertEqual(again["acked"], 5)
        self.till.add("no-such-kind", "{}")
        self.till.add("sale", "{}")
        fork = self.till.push_body(6)
        self.ask("POST", "/v1/journal", fork, self.till, status=409, kind="fork")
        self.ask("POST", "/v1/journal", self.till.push_body(5), self.till)
        report = json.loads(self.center.command("report", "sales", "--shop", "demo", "--json").stdout)
        self.assertEqual((report["count"], report["total"]), (5, 5 * 1618))
        self.assertEqual({t["kind"]: t["amount"] for t in report["tenders"]}, {"wechat": 2500, "cash": 5600})
        self.assertEqual(sum(t["tax"] for t in report["taxes"]), 5 * 166)
        self.assertEqual((report["quarantined"], report["deferred"]), (1, 1))
        waiting = self.center.command("report", "waiting", "--shop", "demo").stdout.decode()
        self.assertIn("no-such-kind", waiting)
        self.assertIn("cannot be read", waiting)

    def test_5_refusals(self):
        ask = self.ask
        body = self.till.push_body(0, 1)
        ask("POST", "/v1/journal", body, status=401, kind="signature")
        stranger = center_client.Till()
        stranger.id = self.till.id
        ask("POST", "/v1/journal", body, stranger, status=401, kind="signature")
        ask("POST", "/v1/journal", body, self.till, status=401, kind="clock", skew_s=200000)
        for text, kind in [("{", "bad-json"), ('{"a":1,"a":2}', "bad-json"), ("{}", "bad-message"),
                           ('{"writer":9223372036854775808}', "bad-json"), ("[1e999]", "bad-json"),
                           ("\u0000", "bad-json"), ("[" * 100, "bad-json")]:
            ask("POST", "/v1/journal", text, self.till, status=400, kind=kind, valid=False)
        megabyte = b"x" * 1048576
        ask("POST", "/v1/claim", megabyte, self.till, status=413, kind="too-large", valid=False)
        ask("POST", "/v1/enrol", megabyte, status=413, kind="too-large", valid=False)
        # A megabyte that looks like entries.
        bulky = center_client.Till()
        bulky.id, bulky.secret = self.till.id, self.till.secret
        for _ in range(10):
            bulky.add("note", "y" * 100000)
        ask("POST", "/v1/journal", bulky.push_body(0), self.till, status=413, kind="too-large", valid=False)
        ask("GET", "/v1/health")

    def test_6_chain(self):
        path = "/v1/chain?writer=%s&n=3" % self.till.writer
        self.assertEqual(self.ask("GET", path, till=self.till).json(), {"n": 3, "h": self.till.h[3]})
        self.ask("GET", "/v1/chain?writer=tea&n=3", till=self.till, status=400, kind="bad-query")

    def test_7_feeds(self):
        region = shop = "0"
        rows = {}
        while True:
            path = "/v1/feeds?region=%s,%s&shop=%s,%s&schema=1&limit=100" % (region, region, shop, shop)
            page = self.ask("GET", path, till=self.till).json()
            for feed in ("region", "shop"):
                for row in page[feed]["rows"]:
                    rows.setdefault(row[0], {})[row[2]] = row
            region, shop = page["region"]["head"], page["shop"]["head"]
            if page["region"]["full"] and page["shop"]["full"]:
                break
        self.assertGreaterEqual(len(rows["good"]), 300)
        self.assertGreaterEqual(len(rows["tile"]), 10)
        self.assertEqual([r[5] for r in rows["staff"].values()], ["owner"])
        self.assertEqual(page["mine"][0][:3], [self.till.writer, 7, 7])
        # The shop alone, while a snapshot is under way.
        alone = self.ask("GET", "/v1/feeds?shop=0,0&schema=1", till=self.till).json()
        self.assertEqual((alone["region"]["head"], alone["region"]["full"]), ("0", False))
        self.assertEqual(alone["region"]["seen"], region)
        self.ask("GET", "/v1/feeds?schema=0", till=self.till, status=426, kind="too-old-to-talk")
        self.ask("GET", "/v1/feeds?schema=1&shop=3.%s,0" % ("a" * 16), till=self.till, status=409,
                 kind="shop-diverged")

    def test_8_snapshot(self):
        for _ in range(100):
            reply = self.center.request("GET", "/v1/snapshot/east?schema=1", till=self.till)
            self.document.check("GET", "/v1/snapshot/east", None, reply, True)
            if reply.status != 503:
                break
            self.assertGreater(int(reply.headers["Retry-After"]), 0)
        info = self.center.wait_for("/v1/snapshot/east?schema=1", self.till).json()
        path = "/v1/snapshot/" + info["name"]
        whole = self.ask("GET", path, till=self.till)
        self.assertEqual(len(whole.body), info["bytes"])
        self.assertEqual(whole.body[:4], b"\x28\xb5\x2f\xfd")
        etag = whole.headers["ETag"]
        half = len(whole.body) // 2
        rest = self.ask("GET", path, till=self.till, status=206,
                        headers={"Range": "bytes=%d-" % half, "If-Range": etag})
        self.assertEqual(rest.body, whole.body[half:])
        self.assertEqual(rest.headers["Content-Range"],
                         "bytes %d-%d/%d" % (half, len(whole.body) - 1, len(whole.body)))
        other = self.ask("GET", path, till=self.till, headers={"Range": "bytes=5-", "If-Range": '"older"'})
        self.assertEqual(other.body, whole.body)
        self.ask("GET", path, till=self.till, status=304, headers={"If-None-Match": etag})
        self.ask("GET", path, till=self.till, status=416, headers={"Range": "bytes=99999999-"})
        self.ask("GET", "/v1/snapshot/nowhere", till=self.till, status=404, kind="no-snapshot")

    def test_9_claim(self):
        claim = {"key": "k-1", "kind": "return", "subject": "r/1", "amount": 1000, "of": 1000}
        self.ask("POST", "/v1/claim", claim, self.till)
        self.ask("POST", "/v1/claim", claim, self.till)
        self.ask("POST", "/v1/claim", {**claim, "key": "k-2"}, self.till, status=409, kind="taken")
        listed = json.loads(self.center.command("claim", "list", "--shop", "demo", "--json").stdout)
        mine = [row for row in listed if row["key"] == "k-1"]
        self.assertEqual([(row["kind"], row["subject"], row["amount"], row["state"]) for row in mine],
                         [("return", "r/1", 1000, "open")])
        lines = self.center.command("claim", "list", "--shop", "demo").stdout.decode().splitlines()
        self.assertEqual([line.split("\t")[:3] for line in lines if line.endswith("\tk-1")],
                         [["open", "return", "r/1"]])

    def test_9_poke(self):
        """Told of what changes, a catalog or the shop; only a good handshake of a good till is taken."""
        ask = self.ask
        ask("GET", "/v1/poke", till=self.till, status=400, kind="not-a-websocket")
        ask("GET", "/v1/poke", status=401, kind="signature", headers={"Upgrade": "websocket"})
        reply, listening = self.center.listen(self.till)
        self.document.check("GET", "/v1/poke", None, reply, True)
        schema = self.document.whole["components"]["schemas"]["Poke"]
        till = center_client.Till()
        self.center.enrol(till, "demo")

        def wait_for(feed):
            """Until @feed: enrolling, and whatever came just before, may poke too."""
            while True:
                opcode, payload = listening.receive()
                self.assertEqual(opcode, 1)
                poke = json.loads(payload)
                jsonschema.Draft202012Validator(schema).validate(poke)
                # One till listens: there is nobody to be spread among.
                self.assertEqual(poke["spread_ms"], 0)
                if poke["feed"] == feed:
                    return

        till.add("sale", SALE)
        ask("POST", "/v1/journal", till.push_body(0), till)
        wait_for("shop")
        goods = os.path.join(self.folder.name, "one-more.csv")
        with open(goods, "w", encoding="utf-8") as file:
            file.write("barcode,name,price\n6901234567007,新货,4.50\n")
        self.center.command("import-goods", goods, "--region", "east")
        wait_for("region")
        # A ping in two pieces, and one behind another.
        listening.sock.sendall(b"\x89\x82ab")
        listening.sock.sendall(b"cd" + bytes([ord("h") ^ ord("a"), ord("i") ^ ord("b")]))
        self.assertEqual(listening.receive(), (0xa, b"hi"))
        listening.send(0x9, b"1")
        listening.send(0x9, b"x" * 125)
        self.assertEqual([listening.receive() for _ in range(2)], [(0xa, b"1"), (0xa, b"x" * 125)])
        listening.send(0x8, b"\x03\xe8bye")
        self.assertEqual(listening.receive(), (0x8, b"\x03\xe8"))
        self.assertIsNone(listening.receive())
        listening.close()
        # What no till sends ends the connection, and nothing else.
        for opcode in (0x1, 0x2, 0xb):
            _, listening = self.center.listen(self.till)
            listening.send(opcode, b"tea")
            self.assertIsNone(listening.receive())
            listening.close()
        ask("GET", "/v1/health")

    def test_commands(self):
        """Beside the running server; what is wrong is said, and nothing is done."""
        run = self.center.command
        run("shop", "add", "third", "--region", "east", "--title", "第三家")
        again = run("shop", "add", "third", "--region", "east", check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("already", again.stderr.decode())
        self.assertEqual(run("staff", "add", "李四", "--shop", "third", "--pin", "12", check=False).returncode, 1)
        self.assertIn("1001", run("staff", "add", "李四", "--shop", "third", "--pin", "1234").stdout.decode())
        self.assertEqual(run("enrol-code", "--shop", "nowhere", check=False).returncode, 1)
        self.assertEqual(run("dance", check=False).returncode, 2)
        self.assertEqual(run("enrol-code", check=False).returncode, 2)
        goods = os.path.join(self.folder.name, "goods.csv")
        report = os.path.join(self.folder.name, "report.tsv")
        with open(goods, "w", encoding="utf-8") as file:
            file.write("barcode,name,price,colour\n6901234567892,测试货品,3.50,red\n,nameless,1,\n")
        done = run("import-goods", goods, "--region", "east", "--report", report)
        self.assertIn("1 added", done.stdout.decode())
        self.assertIn("colour", done.stderr.decode())
        self.assertIn("refused", open(report, encoding="utf-8").read())
        run("tile", "set", "6901234567892", "--shop", "third", "--page", "常用", "--place", "1")
        run("short-code", "set", "12", "6901234567892", "--shop", "third")
        run("stock", "receive", "6901234567892", "12", "--shop", "third")
        run("setting", "set", "receipt_footer", "谢谢\\n再来", "--shop", "third")
        till = center_client.Till()
        self.center.enrol(till, "third")
        page = self.ask("GET", "/v1/feeds?shop=0,0&schema=1", till=till).json()["shop"]["rows"]
        tables = {row[0]: row for row in page}
        self.assertEqual(tables["level"][3], 12000)
        self.assertEqual(tables["short_code"][3], "12")
        self.assertIn(["谢谢\n再来"], [row[3:] for row in page if row[0] == "setting"])
        self.assertIn("counter", run("till", "list", "--shop", "third").stdout.decode())
        run("till", "revoke", "1", "--shop", "third")
        self.ask("GET", "/v1/feeds?shop=0,0&schema=1", till=till, status=403, kind="revoked")
        till.add("sale", SALE)
        self.ask("POST", "/v1/journal", till.push_body(0), till)
        self.assertEqual(json.loads(run("report", "sales", "--shop", "third", "--json").stdout)["count"], 0)

    def test_many_at_once(self):
        """Tills pushing side by side, each on its own connection."""
        tills = [center_client.Till() for _ in range(12)]
        failures = []

        def push_all(till):
            own = center_client.Center(PROGRAM, self.folder.name)
            own.host = self.center.host
            for n in range(0, 40, 4):
                for _ in range(4):
                    till.add("sale", SALE)
                reply = own.request("POST", "/v1/journal", till.push_body(n), till)
                if reply.status != 200 or reply.json()["acked"] != n + 4:
                    failures.append(reply.body)

        for till in tills:
            self.center.enrol(till, "riverside")
        threads = [threading.Thread(target=push_all, args=(till,)) for till in tills]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        report = json.loads(self.center.command("report", "sales", "--shop", "riverside", "--json").stdout)
        self.assertEqual(report["count"], 12 * 40)

    def test_connections_end(self):
        """A client that has its answer and goes leaves nothing open at the center."""
        def count():
            return len(os.listdir("/proc/%d/fd" % self.center.process.pid))

        before = count()
        for _ in range(200):
            connection = http.client.HTTPConnection(self.center.host, timeout=30)
            connection.request("GET", "/v1/health")
            self.assertEqual(connection.getresponse().status, 200)
            connection.close()
        for _ in range(200):
            if count() < before + 20:
                return
            time.sleep(0.05)
        self.assertLess(count(), before + 20)

    @unittest.skipIf(center_database.SERVER, "of a server's database any number may serve")
    def test_second_server(self):
        done = self.center.command("serve", "--listen", "127.0.0.1:0", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("another millrace-center", done.stderr.decode())

    def test_open_to_the_world(self):
        with tempfile.TemporaryDirectory() as folder:
            other = center_client.Center(PROGRAM, folder)
            done = other.command("serve", "--listen", "0.0.0.0:0", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("--insecure", done.stderr.decode())

    def test_zz_every_operation(self):
        """Last: each operation was seen with success and with an error."""
        wanted = {(operation["operationId"], outcome) for _, _, operation in self.document.operations()
                  for outcome in ("success", "error")}
        self.assertEqual(wanted - self.document.seen, set())




if __name__ == "__main__":
    result = unittest.TextTestRunner(verbosity=2).run(
        unittest.defaultTestLoader.loadTestsFromTestCase(CenterTest))
    sys.exit(0 if result.wasSuccessful() else 1)
