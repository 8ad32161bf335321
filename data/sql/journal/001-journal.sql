-- journal.db: what happened at this till. Precious: everything else can be rebuilt from here and
-- from the center. Times are microseconds since 1970 UTC, money is minor units, quantities are thousandths.

-- Who this till is: one row per name. Written at enrolment and by settings.
CREATE TABLE identity (
  name TEXT NOT NULL PRIMARY KEY, -- till_id, shop_id, region, center_url, letter, till_number, …
  value TEXT NOT NULL -- text, as its name asks
) STRICT;

-- Ed25519 key of this till; never leaves the machine.
CREATE TABLE key (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  public BLOB NOT NULL, -- 32 bytes
  secret BLOB NOT NULL, -- 64 bytes
  created_at INTEGER NOT NULL -- µs
) STRICT;

-- The lives of this journal: a new row after a disk was copied or restored.
CREATE TABLE writer (
  number INTEGER NOT NULL PRIMARY KEY, -- 1, 2, … local
  id BLOB NOT NULL UNIQUE, -- 16 random bytes
  letter TEXT NOT NULL, -- printed in receipt numbers, given by the center; '?' + 4 hex digits of id until then
  opened_at INTEGER NOT NULL, -- µs
  closed_at INTEGER -- µs; NULL = the current one
) STRICT;

-- The chain. Insert-only. A table with row ids: without them each body over 1 kB would fill a page of its own.
CREATE TABLE entry (
  writer INTEGER NOT NULL REFERENCES writer (number),
  n INTEGER NOT NULL CHECK (n > 0), -- 1, 2, … without a gap
  id BLOB NOT NULL, -- 16 bytes, UUIDv7
  kind TEXT NOT NULL, -- 'sale', 'shift-opened', …
  schema INTEGER NOT NULL, -- version of the kind's body
  at INTEGER NOT NULL, -- µs, wall clock when it happened
  body BLOB NOT NULL, -- UTF-8 JSON, sent as these very bytes
  h BLOB NOT NULL, -- 32 bytes: SHA-256 over h(n-1) and the fields above
  PRIMARY KEY (writer, n)
) STRICT;
CREATE INDEX entry_by_id ON entry (id);

-- A wrong program may not change history either; whoever goes round this is found by the chain.
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN
  SELECT RAISE (ABORT, 'an entry is never changed');
END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN
  SELECT RAISE (ABORT, 'an entry is never deleted');
END;

-- What the till's own screens need, kept in the same transaction as the entry.
CREATE TABLE receipt (
  writer INTEGER NOT NULL REFERENCES writer (number),
  number INTEGER NOT NULL, -- 1, 2, … per writer, without gap or repeat
  label TEXT NOT NULL, -- as printed: '2A-000123'
  entry_id BLOB NOT NULL, -- 16 bytes; found by way of the entry, which says the number
  entry_n INTEGER NOT NULL, -- its entry of the same writer
  at INTEGER NOT NULL, -- µs
  total INTEGER NOT NULL, -- minor units
  shift_number INTEGER NOT NULL, -- shift in which it was rung up
  copies INTEGER NOT NULL DEFAULT 0, -- reprints made
  PRIMARY KEY (writer, number)
) STRICT, WITHOUT ROWID;

-- Stock moved by this till's own entries: on-hand = level of the shop feed + those it does not include. Read from
-- the first entry not included on; an index by good would cost a page of the log for each line sold.
CREATE TABLE movement (
  writer INTEGER NOT NULL, -- number of the writer
  n INTEGER NOT NULL, -- entry
  good INTEGER NOT NULL, -- good id at the center
  quantity INTEGER NOT NULL, -- thousandths of the stock unit; sold = negative
  PRIMARY KEY (writer, n, good)
) STRICT, WITHOUT ROWID;

CREATE TABLE shift (
  number INTEGER NOT NULL PRIMARY KEY, -- counts up, never reset
  id BLOB NOT NULL, -- 16 bytes
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  sums TEXT NOT NULL -- JSON of MrShift, rebuilt from the journal by the verifier
) STRICT;
CREATE UNIQUE INDEX shift_open ON shift (state) WHERE state = 'open';

-- Baskets: the open one (slot 0) as it is after each change, held ones from 1.
CREATE TABLE basket (
  slot INTEGER NOT NULL PRIMARY KEY, -- 0 = the open one
  id BLOB NOT NULL, -- sale id, 16 bytes
  label TEXT NOT NULL, -- what the cashier sees in the list of held ones
  held_at INTEGER, -- µs; NULL for slot 0
  staff INTEGER NOT NULL, -- staff number
  body TEXT NOT NULL -- JSON of the sale
) STRICT;

-- What is to be printed: queued in the transaction of the entry it documents, and rendered from that
-- entry when the printer is ready.
CREATE TABLE spool (
  id INTEGER NOT NULL PRIMARY KEY,
  entry_id BLOB NOT NULL, -- 16 bytes, what it documents: a sale, an X, a Z
  copy INTEGER NOT NULL, -- 0 original, 1.. = marked COPY
  state TEXT NOT NULL CHECK (state IN ('queued', 'printing', 'printed', 'given-up')),
  reason TEXT NOT NULL DEFAULT '', -- why it waits: 'paper', 'cover', 'no-answer', …
  queued_at INTEGER NOT NULL, -- µs
  tries INTEGER NOT NULL DEFAULT 0 -- times it was sent to the printer
) STRICT;
CREATE INDEX spool_waiting ON spool (id) WHERE state IN ('queued', 'printing');

-- Wrong PINs, counted in attempts; survives a restart. A lock-out grows and always ends.
CREATE TABLE lockout (
  staff INTEGER NOT NULL PRIMARY KEY, -- staff number
  failures INTEGER NOT NULL, -- in a row
  wait_ms INTEGER NOT NULL -- still to be waited at the last look, monotonic time
) STRICT;

CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY, -- 'printer', 'paper_mm', 'print' (always|key|never), 'key_set', …
  value TEXT NOT NULL -- text, as its name asks
) STRICT;
