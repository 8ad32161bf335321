# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser without a screen, driven through its DevTools."""

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import urllib.request

from harness import Failed, wait_for

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,800",
         "--remote-debugging-port=0"]


def find_browser():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Socket:
    """As much of a WebSocket as DevTools needs: whole texts, to and fro."""

    def __init__(self, address):
        host, _, path = address.replace("ws://", "").partition("/")
        name, _, port = host.partition(":")
        self.socket = socket.create_connection((name, int(port)), 30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(("GET /%s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n" % (path, host, key)).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.receive_some()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Failed("DevTools said: " + head.decode(errors="replace"))

    def receive_some(self):
        data = self.socket.recv(65536)
        if not data:
            raise Failed("the browser hung up")
        return data

    def take(self, length):
        while len(self.buffer) < length:
            self.buffer += self.receive_some()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def send(self, text):
        data = text.encode()
        mask = os.urandom(4)
        if len(data) < 126:
            head = struct.pack("!BB", 0x81, 0x80 | len(data))
        elif len(data) < 65536:
            head = struct.pack("!BBH", 0x81, 0x80 | 126, len(data))
        else:
            head = struct.pack("!BBQ", 0x81, 0x80 | 127, len(data))
        self.socket.sendall(head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(data)))

    def receive(self):
        text = b""
        while True:
            first, second = self.take(2)
            length = second & 0x7f
            if length == 126:
                length = struct.unpack("!H", self.take(2))[0]
            elif length == 127:
                length = struct.unpack("!Q", self.take(8))[0]
            data = self.take(length)
            if first & 0x0f in (0, 1):
                text += data
                if first & 0x80:
                    return text.decode()


class Browser:
    """One page."""

    def __init__(self, processes, folder, address):
        profile = os.path.join(folder, "browser")
        processes.start([find_browser()] + FLAGS + ["--user-data-dir=" + profile, address],
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = os.path.join(profile, "DevToolsActivePort")
        wait_for(lambda: os.path.exists(port_file) and os.path.getsize(port_file) > 0, "the browser")
        with open(port_file, encoding="ascii") as file:
            self.port = int(file.readline())
        page = wait_for(lambda: self.find_page(address), "the browser's page")
        self.socket = Socket(page["webSocketDebuggerUrl"])
        self.number = 0

    def find_page(self, address):
        with urllib.request.urlopen("http://127.0.0.1:%d/json/list" % self.port) as reply:
            pages = json.load(reply)
        return next((page for page in pages if page["type"] == "page" and page["url"].startswith(address)), None)

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.receive())
            if message.get("id") == self.number:
                return message.get("result", {})

    def take_picture(self):
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def press(self, character):
        """One key, down and up."""
        key = {"\n": "Enter"}.get(character, character)
        code = {"\n": 13}.get(character, ord(character.upper()))
        text = {"\n": "\r"}.get(character, character)
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, windowsVirtualKeyCode=code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def scan(self, code):
        for character in code + "\n":
            self.press(character)
