# SPDX-License-Identifier: GPL-3.0-or-later
"""A till as seen from the wire, written from data/openapi.yaml and not from the C code: chain hashes by
hashlib and struct, signatures by libsodium. And a center as a process, to start, ask and kill."""

import base64
import ctypes
import ctypes.util
import datetime
import fcntl
import hashlib
import http.client
import json
import os
import re
import signal
import struct
import subprocess
import time
import uuid

import center_database

_sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
_sodium.sodium_init()

ZERO = "0" * 64


def now_text(skew_s=0):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=skew_s)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_us(text):
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    delta = moment - datetime.datetime(1970, 1, 1)
    return (delta.days * 86400 + delta.seconds) * 1000000 + delta.microseconds


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body
        self.type = headers.get("Content-Type", "")

    def json(self):
        return json.loads(self.body)


class WebSocket:
    """The client's end, from RFC 6455 5.2: frames of less than 126 bytes."""

    def __init__(self, sock):
        self.sock = sock
        self.bytes = b""

    def send(self, opcode, payload=b"", mask=b"abcd"):
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.sock.sendall(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)

    def receive(self):
        """(opcode, payload); None at the end of the connection."""
        while len(self.bytes) < 2 or len(self.bytes) < 2 + self.bytes[1]:
            piece = self.sock.recv(4096)
            if not piece:
                return None
            self.bytes += piece
        length = self.bytes[1]
        frame, self.bytes = self.bytes[:2 + length], self.bytes[2 + length:]
        assert frame[0] & 0xf0 == 0x80 and length < 126, frame
        return frame[0] & 0x0f, frame[2:]

    def close(self):
        self.sock.close()


class Till:
    def __init__(self, name="counter"):
        self.public = ctypes.create_string_buffer(32)
        self.secret = ctypes.create_string_buffer(64)
        _sodium.crypto_sign_keypair(self.public, self.secret)
        self.name = name
        self.id = None
        self.writer = str(uuid.uuid4())
        self.entries = []
        self.h = [ZERO]

    def enrolment(self, code):
        key = base64.b64encode(self.public.raw).decode()
        return {"code": code, "public_key": key, "name": self.name}

    def add(self, kind, body, schema=1):
        entry = {"n": len(self.entries) + 1, "id": str(uuid.uuid4()), "kind": kind, "schema": schema,
                 "at": now_text(), "body": body}
        text = body.encode()
        data = bytes.fromhex(self.h[-1]) + struct.pack(">Q", entry["n"]) + uuid.UUID(entry["id"]).bytes
        data += struct.pack(">H", len(kind)) + kind.encode() + struct.pack(">I", schema)
        data += struct.pack(">q", parse_us(entry["at"])) + struct.pack(">I", len(text)) + text
        self.h.append(hashlib.sha256(data).hexdigest())
        self.entries.append(entry)
        return entry

    def push_body(self, prev_n, count=500):
        return {"writer": self.writer, "prev": {"n": prev_n, "h": self.h[prev_n]},
                "entries": self.entries[prev_n:prev_n + count]}

    def sign(self, method, path, body, skew_s=0):
        moment = now_text(skew_s)
        text = "\n".join([moment, method, path, hashlib.sha256(body or b"").hexdigest()]).encode()
        signature = ctypes.create_string_buffer(64)
        _sodium.crypto_sign_detached(signature, None, text, ctypes.c_ulonglong(len(text)), self.secret)
        return {"Millrace-Till": self.id, "Millrace-Time": moment,
                "Millrace-Signature": base64.b64encode(signature.raw).decode()}


class Center:
    """millrace-center in a folder of its own."""

    def __init__(self, program, folder, db=None):
        self.program = program
        self.db = db or center_database.location(folder)
        self.files = os.path.join(folder, "files")
        self.log = os.path.join(folder, "center.log")
        self.process = None
        self.host = None
        self.connection = None

    def start(self, kill_at=None):
        """kill_at: (system call, how many of them): strace kills it there. False: it died before it served."""
        command = [self.program, "serve", "--db", self.db, "--files", self.files, "--listen", "127.0.0.1:0"]
        if kill_at:
            call, number = kill_at
            command = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=" + call, "-e",
                       "inject=%s:signal=KILL:when=%d" % (call, number)] + command
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        line = self.process.stdout.readline().decode()
        match = re.search(r"http://([0-9.:]+)", line)
        if not match:
            self.kill()
            if kill_at:
                return False
            raise RuntimeError("the center did not start: " + line + open(self.log).read())
        self.host = match.group(1)
        self.connection = None
        return True

    def kill(self):
        """It, and the strace it runs under."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process.stdout.close()
        if not self.db.startswith("sqlite:"):
            return
        # Under strace it is somebody else's child and may take a moment longer to be gone.
        with open(self.db[len("sqlite:"):] + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def stop(self):
        self.process.terminate()
        self.process.stdout.close()
        return self.process.wait(timeout=30)

    def command(self, *arguments, check=True):
        done = subprocess.run([self.program, *arguments, "--db", self.db, "--files", self.files],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        if check and done.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(arguments), done.stderr.decode()))
        return done

    def request(self, method, path, body=None, till=None, headers=None, skew_s=0, timeout=30):
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False).encode()
        elif isinstance(body, str):
            body = body.encode()
        sent = dict(headers or {})
        if till is not None:
            sent.update(till.sign(method, path, body, skew_s))
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, timeout=timeout)
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise

    def listen(self, till):
        """GET /v1/poke, signed: the reply, and the WebSocket when it is 101."""
        headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                   "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()}
        reply = self.request("GET", "/v1/poke", till=till, headers=headers)
        if reply.status != 101:
            return reply, None
        taken, self.connection = self.connection, None
        return reply, WebSocket(taken.sock)

    def enrol(self, till, shop):
        code = self.command("enrol-code", "--shop", shop).stdout.decode().strip()
        reply = self.request("POST", "/v1/enrol", till.enrolment(code))
        if reply.status != 200:
            raise RuntimeError(reply.body.decode())
        till.id = reply.json()["till"]
        return reply

    def wait_for(self, path, till, status=200, tries=100):
        for _ in range(tries):
            reply = self.request("GET", path, till=till)
            if reply.status == status:
                return reply
            time.sleep(0.05)
        raise RuntimeError("%s: still %d" % (path, reply.status))
