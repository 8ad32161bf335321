# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a center in a folder, looked at with nothing of Millrace in between: a SQLite file, or a database of the
PostgreSQL server whose location is in MR_TEST_POSTGRESQL (with-postgresql.py starts one)."""

import contextlib
import ctypes
import ctypes.util
import os
import re
import sqlite3

SERVER = os.environ.get("MR_TEST_POSTGRESQL")
BYTES, NUMBERS = 17, (20, 21, 23)


class Connection:
    """libpq, as sqlite3 has it: execute (sql, values) with ? for each value; every statement commits by itself."""

    def __init__(self, location):
        self.pq = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
        for name, result in (("PQconnectdb", ctypes.c_void_p), ("PQexecParams", ctypes.c_void_p),
                             ("PQgetvalue", ctypes.c_char_p), ("PQerrorMessage", ctypes.c_char_p),
                             ("PQftype", ctypes.c_uint)):
            getattr(self.pq, name).restype = result
        self.connection = ctypes.c_void_p(self.pq.PQconnectdb(location.encode()))
        if self.pq.PQstatus(self.connection) != 0:
            raise RuntimeError(self.pq.PQerrorMessage(self.connection).decode())
        self.rows = []

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        """As sqlite3 has it: the end of a transaction, not of the connection."""

    def close(self):
        self.pq.PQfinish(self.connection)

    def value(self, result, row, column):
        if self.pq.PQgetisnull(result, row, column):
            return None
        text = self.pq.PQgetvalue(result, row, column).decode()
        kind = self.pq.PQftype(result, column)
        return bytes.fromhex(text[2:]) if kind == BYTES else int(text) if kind in NUMBERS else text

    def execute(self, sql, values=()):
        pieces = sql.split("?")
        numbered = pieces[0] + "".join("$%d%s" % (i + 1, piece) for i, piece in enumerate(pieces[1:]))
        texts = ["\\x" + value.hex() if isinstance(value, bytes) else str(value) for value in values]
        array = (ctypes.c_char_p * max(len(texts), 1))(*[text.encode() for text in texts])
        result = ctypes.c_void_p(self.pq.PQexecParams(self.connection, numbered.encode(), len(texts), None, array, None,
                                                      None, 0))
        if self.pq.PQresultStatus(result) not in (1, 2):
            raise RuntimeError(self.pq.PQerrorMessage(self.connection).decode())
        self.rows = [tuple(self.value(result, row, column) for column in range(self.pq.PQnfields(result)))
                     for row in range(self.pq.PQntuples(result))]
        self.pq.PQclear(result)
        return self

    def fetchall(self):
        return self.rows

    def fetchone(self):
        return self.rows[0] if self.rows else None


def beside(name):
    return SERVER.replace("/postgres?", "/%s?" % name)


def location(folder, like=None):
    """Where the center in @folder keeps everything. A new server's database is empty, or a copy of that of another folder,
    which nobody may have open; a file is there, or not."""
    if not SERVER:
        return "sqlite:" + os.path.join(folder, "center.db")
    name, template = ["center_" + re.sub(r"\W", "_", os.path.basename(path)).lower() if path else "template0"
                      for path in (folder, like)]
    if not query(SERVER, "SELECT 1 FROM pg_database WHERE datname = ?", name):
        query(SERVER, "CREATE DATABASE %s TEMPLATE %s" % (name, template))
    return beside(name)


def open_database(where):
    """A connection to change it by; SQLite's has to be committed."""
    return sqlite3.connect(where[len("sqlite:"):]) if where.startswith("sqlite:") else Connection(where)


def query(where, sql, *values):
    if where.startswith("sqlite:"):
        with sqlite3.connect("file:%s?mode=ro" % where[len("sqlite:"):], uri=True) as db:
            return db.execute(sql, values).fetchall()
    with contextlib.closing(Connection(where)) as db:
        return db.execute(sql, values).fetchall()
