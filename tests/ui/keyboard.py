# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys as a person and as a scanner send them, through the X server's test extension.

The server itself waits between the keys of one scan, so that their distance does not depend on when
this program gets its turn on a busy machine.
"""

import ctypes
import subprocess
import time

SCANNER_GAP_MS = 2
PERSON_GAP_S = 0.09
# All keys of a run together may be so late; the till takes 35 ms between two for a person's.
STALL_MS = 30
UNICODE_KEYSYMS = 0x1000000

KEYSYMS = {
    "\n": "Return", "-": "minus", "+": "plus", "*": "asterisk", ".": "period", "/": "slash", " ": "space",
    ":": "colon", "_": "underscore", ",": "comma", "%": "percent",
}


class Keyboard:
    def __init__(self):
        self.x11 = ctypes.CDLL("libX11.so.6")
        self.xtst = ctypes.CDLL("libXtst.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XStringToKeysym.restype = ctypes.c_ulong
        self.x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self.x11.XKeysymToKeycode.restype = ctypes.c_ubyte
        self.x11.XkbKeycodeToKeysym.argtypes = [ctypes.c_void_p, ctypes.c_ubyte, ctypes.c_int, ctypes.c_int]
        self.x11.XkbKeycodeToKeysym.restype = ctypes.c_ulong
        self.x11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self.xtst.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self.display = self.x11.XOpenDisplay(None)
        self.x11.XDisplayKeycodes.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
        self.x11.XChangeKeyboardMapping.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_void_p,
                                                    ctypes.c_int]
        self.taught = {}  # (keycode, whether shift is needed) by character
        self.shift = self.keycode("Shift_L")[0]

    def focus(self, pid):
        """Gives the keys to the window of a process; there is no window manager to do it."""
        for _ in range(600):
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(pid)],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.split()
            if found:
                subprocess.run(["xdotool", "windowfocus", "--sync", found[-1]], check=True)
                return
            time.sleep(0.1)
        raise RuntimeError("the till has no window")

    def teach(self, text):
        """Gives each character of text a key of its own, which no keyboard has, as an input method would
        commit it. Before the till starts: whoever knows the old keys may miss the new ones."""
        first, last = ctypes.c_int(), ctypes.c_int()
        self.x11.XDisplayKeycodes(self.display, ctypes.byref(first), ctypes.byref(last))
        free = [code for code in range(last.value, first.value, -1)
                if self.x11.XkbKeycodeToKeysym(self.display, code, 0, 0) == 0]
        for character, code in zip(dict.fromkeys(text), free):
            keysym = ctypes.c_ulong(UNICODE_KEYSYMS + ord(character))
            self.x11.XChangeKeyboardMapping(self.display, code, 1, ctypes.byref(keysym), 1)
            self.taught[character] = (code, False)
        self.x11.XSync(self.display, 0)

    def keycode(self, name):
        """(keycode, whether shift is needed) of a keysym's name, or of a character that was taught."""
        if name in self.taught:
            return self.taught[name]
        keysym = self.x11.XStringToKeysym(name.encode())
        code = self.x11.XKeysymToKeycode(self.display, keysym)
        if keysym == 0 or code == 0:
            raise ValueError("no key for " + name)
        return code, self.x11.XkbKeycodeToKeysym(self.display, code, 0, 0) != keysym

    def queue(self, name, gap_ms):
        code, shifted = self.keycode(name)
        if shifted:
            self.xtst.XTestFakeKeyEvent(self.display, self.shift, 1, 0)
        self.xtst.XTestFakeKeyEvent(self.display, code, 1, gap_ms)
        self.xtst.XTestFakeKeyEvent(self.display, code, 0, 0)
        if shifted:
            self.xtst.XTestFakeKeyEvent(self.display, self.shift, 0, 0)

    def scan(self, *codes):
        """Each code and Enter, 2 ms between the keys, nothing more between the codes.

        Whether it was a scanner for sure: False when the machine may have stood still between two keys
        for longer than a scanner ever does.
        """
        keys = 0
        begun = time.monotonic()
        for code in codes:
            for character in code + "\n":
                self.queue(KEYSYMS.get(character, character), SCANNER_GAP_MS)
                keys += 1
        self.x11.XSync(self.display, 0)
        return (time.monotonic() - begun) * 1000 - keys * SCANNER_GAP_MS < STALL_MS

    def press(self, *names):
        """Keys by name ("F12", "Return", "KP_Add"), as a person presses them."""
        for name in names:
            self.queue(name, 0)
            self.x11.XSync(self.display, 0)
            time.sleep(PERSON_GAP_S)

    def chord(self, held, name):
        """A key while another is held: chord ("Alt_L", "6")."""
        code = self.keycode(held)[0]
        self.xtst.XTestFakeKeyEvent(self.display, code, 1, 0)
        self.queue(name, 0)
        self.xtst.XTestFakeKeyEvent(self.display, code, 0, 0)
        self.x11.XSync(self.display, 0)
        time.sleep(PERSON_GAP_S)

    def type(self, text):
        """Text as a person types it."""
        self.press(*[KEYSYMS.get(character, character) for character in text])
