# SPDX-License-Identifier: GPL-3.0-or-later
"""The till as somebody sees it who cannot see: its accessibility tree."""

import re

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from harness import PATIENCE_S, wait_for  # noqa: E402

BUTTONS = ("push button", "toggle button", "button", "radio button", "check box")
ENTRIES = ("entry", "text", "password text")


class Screen:
    def __init__(self, shop):
        self.shop = shop

    def application(self):
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_child_count() > 0:
                return child
        return None

    def walk(self, node=None):
        """Everything that shows, from the top left on."""
        node = node or self.application()
        if node is None:
            return
        try:
            node.clear_cache()
            if node.get_role() != Atspi.Role.APPLICATION and \
                    not node.get_state_set().contains(Atspi.StateType.VISIBLE):
                return
            yield node
            children = [node.get_child_at_index(index) for index in range(node.get_child_count())]
        except GLib.Error:
            return  # it went while we looked
        for child in children:
            if child is not None:
                yield from self.walk(child)

    def find(self, name, roles):
        """Each node that has this name (words, or a pattern), and its name: it may be gone a moment later."""
        for node in self.walk():
            try:
                text = node.get_name() or ""
                if node.get_role_name() in roles and \
                        (name.search(text) if isinstance(name, re.Pattern) else text == name):
                    yield node, text
            except GLib.Error:
                continue

    def look_for(self, name, roles):
        return [node for node, _ in self.find(name, roles)]

    def names(self, name, roles):
        return [text for _, text in self.find(name, roles)]

    def texts(self):
        """All words on the screen."""
        words = []
        for node in self.walk():
            try:
                if node.get_role_name() in ("label", "static", "heading") + BUTTONS + ENTRIES and node.get_name():
                    words.append(node.get_name())
            except GLib.Error:
                continue
        return words

    def dump(self):
        lines = []
        for node in self.walk():
            try:
                lines.append("%s %r" % (node.get_role_name(), node.get_name()))
            except GLib.Error:
                continue
        return "\n".join(lines)

    def unnamed(self):
        """What can be pressed or typed into and says nothing: GTK then gives it the name of its type."""
        found = []
        for node in self.walk():
            try:
                name = node.get_name() or ""
                if node.get_role_name() in BUTTONS + ("entry",) and re.fullmatch("|(Gtk|Mr|Adw)[A-Z][A-Za-z]+", name):
                    found.append("%s %r" % (node.get_role_name(), name))
            except GLib.Error:
                continue
        return found

    def focused_name(self):
        """The name of what has the keys; the text in an entry is called as the entry."""
        above = None
        for node in self.walk():
            try:
                if node.get_name():
                    above = node.get_name()
                if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                    return node.get_name() or above
            except GLib.Error:
                continue
        return None

    # Waiting --------------------------------------------------------------------------------------

    def await_node(self, name, roles, seconds=PATIENCE_S):
        def look():
            self.shop.check_till_runs()
            found = self.look_for(name, roles)
            return found[0] if found else None
        return wait_for(look, lambda: "%s %r on a screen with:\n%s" % (roles[0], name, self.dump()), seconds)

    def await_text(self, text, seconds=PATIENCE_S):
        """Words anywhere on the screen, a part of a label's text will do."""
        def look():
            self.shop.check_till_runs()
            return any(text in word for word in self.texts())
        wait_for(look, lambda: "%r on a screen with:\n%s" % (text, self.dump()), seconds)

    def await_no_text(self, text, seconds=PATIENCE_S):
        wait_for(lambda: not any(text in word for word in self.texts()),
                 lambda: "%r still on a screen with:\n%s" % (text, self.dump()), seconds)

    def shows(self, text):
        return any(text in word for word in self.texts())

    # Acting ---------------------------------------------------------------------------------------

    def click(self, name, seconds=PATIENCE_S):
        """Presses the button that has this name (words, or a pattern)."""
        if isinstance(name, str):
            name = self.shop.words(name)

        def act():
            self.shop.check_till_runs()
            for node in self.look_for(name, BUTTONS)[:1]:
                try:
                    return node.do_action(0)
                except GLib.Error:
                    pass  # a list was made anew while we looked
            return False

        wait_for(act, lambda: "a button %r on a screen with:\n%s" % (name, self.dump()), seconds)

    def fill(self, name, text):
        """Puts a text into the entry that has this name."""
        node = self.await_node(self.shop.words(name), ENTRIES)
        target = node.get_editable_text_iface() or find_editable(node)
        target.set_text_contents(text)
        wait_for(lambda: read_entry(target) == text, "%r in the entry %r" % (text, name))

    def read(self, name):
        """What stands in the entry that has this name."""
        node = self.await_node(self.shop.words(name), ENTRIES)
        return read_entry(node if node.get_text_iface() else find_editable(node))


def find_editable(node):
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child.get_editable_text_iface():
            return child
        inner = find_editable(child)
        if inner:
            return inner
    return None


def read_entry(node):
    return node.get_text(0, node.get_character_count())
