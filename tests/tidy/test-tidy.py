#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule of tidy.py refuses a sample that breaks it, and a clean tree passes."""

import os
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import tidy  # noqa: E402

SPDX_C = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"

CLEAN = {
    "app/meson.build": """rooms = {
  'model': {'may_include': []},
  'db': {'may_include': []},
  'wire': {'may_include': ['model']},
  'view': {'may_include': ['model']},
}
foreign = {
  'model': [glib_dep],
  'db': [glib_dep, sqlite_dep],
  'wire': [glib_dep],
  'view': [gtk_dep],
}
""",
    "app/model/money.h": SPDX_C + "#pragma once\n\n#include <glib.h>\n\nint mr_money (void);\n",
    "app/model/money.c": SPDX_C + '#include "config.h"\n\n#include "model/money.h"\n\n'
    + "/* goto, gchar, double and sprintf () are only spoken of. */\n"
    + 'int\nmr_money (void)\n{\n  return "goto gint" != NULL;\n}\n',
    "app/wire/sale.c": SPDX_C + '#include "config.h"\n\n#include "model/money.h"\n',
    "app/db/query.c": SPDX_C + '#include "config.h"\n\n#include <sqlite3.h>\n',
    "app/view/page.c": SPDX_C + '#include "config.h"\n\n#include <gtk/gtk.h>\n\n'
    + "/* set_template_from_resource (class, “/org/page.ui”) */\n",
    "app/till-main.c": SPDX_C + '#include "config.h"\n\n#include "db/db.h"\n',
    "ui/page.ui": "<interface/>\n",
    "data/sql/shop/001-shop.sql": """CREATE TABLE level (
  id INTEGER NOT NULL PRIMARY KEY,
  shop INTEGER NOT NULL REFERENCES shop (id),
  kind TEXT NOT NULL CHECK (kind IN ('a', 'b')),
  quantity INTEGER NOT NULL -- thousandths
) STRICT;
CREATE TABLE other (
  quantity INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
""",
    "tests/tool.py": "#!/usr/bin/env python3\n# SPDX-License-Identifier: GPL-3.0-or-later\n",
}


def source(body, head='#include "config.h"\n'):
    return SPDX_C + head + body


# rule: (path, what stands there)
BAD = [
    ("arrow", "app/model/bad.c", source('#include "wire/json.h"\n')),
    ("arrow", "app/model/bad.c", source('#include "../wire/json.h"\n')),
    ("arrow", "app/wire/bad.c", source('#include "model/../db/db.h"\n')),
    ("arrow", "app/wire/bad.c", source('  #  include "db/db.h"\n')),
    ("arrow", "app/wire/bad.c", source('#include "json.h"\n')),
    ("arrow", "app/model/bad.c", source("#include <sqlite3.h>\n")),
    ("arrow", "app/model/bad.c", source("#include <gtk/gtk.h>\n")),
    ("world", "app/model/bad.c", source("int a = g_get_real_time ();\n")),
    ("world", "app/wire/bad.c", source('const char *a = g_getenv ("HOME");\n')),
    ("world", "app/wire/bad.c", source("int a = g_random_int ();\n")),
    ("world", "app/wire/bad.c", source("int a = time (NULL);\n")),
    ("spdx", "app/model/bad.c", '#include "config.h"\n'),
    ("spdx", "app/model/bad.h", "#pragma once\n"),
    ("spdx", "tests/bad.py", "import os\n"),
    ("config", "app/model/bad.c", SPDX_C + "#include <glib.h>\n"),
    ("config", "app/model/bad.c", SPDX_C),
    ("config", "app/model/bad.h", SPDX_C + '#pragma once\n#include "config.h"\n'),
    ("own-header", "app/wire/json.c", source("#include <glib.h>\n")),
    ("guard", "app/model/bad.h", SPDX_C + "#ifndef BAD_H\n#define BAD_H\n#endif\n"),
    ("basename", "tests/money.c", source("")),
    ("word", "app/model/bad.c", source("/* TO" "DO: more */\n")),
    ("word", "README.md", "A st" "ub.\n"),
    ("word", "dev", "# good enough for " "now\n"),
    ("alias", "app/model/bad.c", source("gchar *text;\n")),
    ("alias", "app/model/bad.c", source("gint number;\n")),
    ("call", "app/model/bad.c", source("int a = atoi (text);\n")),
    ("goto", "app/model/bad.c", source("goto out;\n")),
    ("float", "app/model/bad.c", source("double price;\n")),
    ("end", "app/model/bad.c", source("int a;")),
    ("space", "app/model/bad.c", source("int a; \n")),
    ("space", "README.md", "line\r\n"),
    ("tab", "app/model/bad.c", source("\tint a;\n")),
    ("length", "app/model/bad.c", source("\n" * 800)),
    ("column", "data/sql/shop/002-bad.sql", "CREATE TABLE a (\n  b INTEGER NOT NULL\n) STRICT;\n"),
    ("column", "data/sql/shop/002-bad.sql", "ALTER TABLE a ADD COLUMN b INTEGER;\n"),
    ("strict", "data/sql/shop/002-bad.sql", "CREATE TABLE a (\n  b INTEGER -- pieces\n);\n"),
    ("migration", "data/sql/shop/003-gap.sql", "-- nothing\n"),
    ("migration", "data/sql/shop/002_underline.sql", "-- nothing\n"),
    ("template", "ui/lost.ui", "<interface/>\n"),
    ("template", "app/view/lost.c", source("/* set_template_from_resource */\n")),
]


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="millrace-tidy-")
        self.addCleanup(shutil.rmtree, self.root)
        for path, text in CLEAN.items():
            self.write(path, text)

    def write(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def test_clean(self):
        self.assertEqual(tidy.check(self.root, with_format=False).findings, [])

    def test_bad(self):
        for rule, path, text in BAD:
            with self.subTest(rule=rule, text=text[-40:]):
                self.write("app/wire/json.h", SPDX_C + "#pragma once\n")
                self.write(path, text)
                findings = tidy.check(self.root, with_format=False).findings
                os.remove(os.path.join(self.root, path))
                self.assertEqual({line.split(": ")[1] for line in findings}, {rule}, findings)
                self.assertTrue(all(line.startswith(path + ":") for line in findings), findings)

    def test_long_function_is_a_note(self):
        self.write("app/model/bad.c", source("void f (void);\nvoid\nf (void)\n{\n%s}\n" % ("  ;\n" * 70)))
        tree = tidy.check(self.root, with_format=False)
        self.assertEqual(tree.findings, [])
        self.assertIn("70 lines long", tree.notes[0])

    @unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
    def test_format(self):
        self.write(".clang-format", "BasedOnStyle: GNU\n")
        self.write("app/model/bad.c", source("int   a;\n"))
        findings = tidy.check(self.root).findings
        self.assertEqual([line.split(": ")[1] for line in findings], ["format"])


if __name__ == "__main__":
    unittest.main()
