-- shop.db: replica of the shop's feed. Rebuilt from the center at any time.
-- Times are microseconds since 1970 UTC, money is minor units, quantities are thousandths.

-- How far this replica is, and the largest head ever received ("seen"), for both feeds; for the region
-- feed the catalog file's own cursor counts, the row here only keeps what was seen.
CREATE TABLE cursor (
  feed TEXT NOT NULL PRIMARY KEY CHECK (feed IN ('region', 'shop')),
  v INTEGER NOT NULL, -- version of the last page applied, 0 = nothing yet
  salt TEXT NOT NULL, -- 16 hex digits drawn by the center for that version
  seen_v INTEGER NOT NULL, -- version of that head, 0 = none yet
  seen_salt TEXT NOT NULL -- its salt
) STRICT;

-- Which catalog file is current. The one row is replaced once the new file was opened and read.
CREATE TABLE catalog (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  file TEXT NOT NULL, -- base name, catalog-<v>-<salt>.db
  at INTEGER NOT NULL -- µs, when it became current
) STRICT;

-- What the center has of this till's chains, as of this replica's position.
CREATE TABLE mine (
  writer BLOB NOT NULL PRIMARY KEY, -- 16 bytes
  acked INTEGER NOT NULL, -- stored durably up to this n
  applied INTEGER NOT NULL, -- included in level up to this n
  h BLOB NOT NULL, -- 32 bytes, hash of entry acked
  safe INTEGER NOT NULL -- in a verified backup up to this n
) STRICT;

-- Pages received but not yet whole; applied in one transaction when the head is reached.
CREATE TABLE stage (
  feed TEXT NOT NULL, -- 'region' or 'shop'
  v INTEGER NOT NULL,
  tbl TEXT NOT NULL, -- table of the feed
  id TEXT NOT NULL,
  fields TEXT, -- JSON array, NULL = tombstone
  PRIMARY KEY (feed, v, tbl, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE stage_head (
  feed TEXT NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  salt TEXT NOT NULL,
  replace INTEGER NOT NULL -- 1: the stage replaces the whole replica (410)
) STRICT;

-- Rows of tables this version does not know, kept raw and replayed after an update.
CREATE TABLE unknown_row (
  tbl TEXT NOT NULL, -- table of the feed
  id TEXT NOT NULL,
  v INTEGER NOT NULL,
  fields TEXT NOT NULL, -- JSON array
  PRIMARY KEY (tbl, id)
) STRICT;

-- The tables of the feed. Each keeps its version and, in `rest`, fields of a later version.
CREATE TABLE setting (
  id TEXT NOT NULL PRIMARY KEY, -- 'name', 'currency', 'cash_rounding', 'receipt_header', 'receipt_footer', 'time_zone', …
  v INTEGER NOT NULL,
  value TEXT NOT NULL, -- text, as its id asks
  rest TEXT -- JSON array
) STRICT;
CREATE TABLE staff (
  id INTEGER NOT NULL PRIMARY KEY, -- at the center
  v INTEGER NOT NULL,
  number INTEGER NOT NULL, -- what is typed to sign in
  name TEXT NOT NULL, -- as shown and printed
  role TEXT NOT NULL, -- 'owner', 'manager', 'cashier'
  pin_hash TEXT NOT NULL, -- Argon2id string (libsodium), '' = no PIN
  active INTEGER NOT NULL, -- 0 or 1: may sign in
  rest TEXT
) STRICT;
CREATE TABLE level (
  id INTEGER NOT NULL PRIMARY KEY, -- good id
  v INTEGER NOT NULL,
  quantity INTEGER NOT NULL, -- thousandths of the stock unit
  rest TEXT
) STRICT;
CREATE TABLE tile (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  page TEXT NOT NULL, -- category tab it stands on
  place INTEGER NOT NULL, -- order on the page
  pack INTEGER NOT NULL, -- pack id
  rest TEXT
) STRICT;
CREATE TABLE short_code (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  code TEXT NOT NULL, -- typed digits: '12'
  pack INTEGER NOT NULL, -- pack id
  rest TEXT
) STRICT;
CREATE INDEX short_code_by_code ON short_code (code);
-- Own price of the shop for a pack: overrides the region's.
CREATE TABLE own_price (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  pack INTEGER NOT NULL,
  starts_at INTEGER NOT NULL, -- µs, when it takes effect
  amount INTEGER NOT NULL, -- minor units
  rest TEXT
) STRICT;
CREATE INDEX own_price_by_pack ON own_price (pack, starts_at);
CREATE TABLE till (
  id TEXT NOT NULL PRIMARY KEY, -- till id
  v INTEGER NOT NULL,
  name TEXT NOT NULL, -- what the owner calls it
  number INTEGER NOT NULL, -- 1, 2, … in the shop
  revoked INTEGER NOT NULL, -- 0 or 1: no longer trusted
  rest TEXT
) STRICT;
