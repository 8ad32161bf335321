-- The center's one database: the head office, all its regions and shops. region_id and shop_id are
-- columns and stand first in the keys of what is hot. Times are microseconds since 1970 UTC (µs),
-- money is minor units, quantities are thousandths. Only integers, UTF-8 text and bytes.

-- --- who -----------------------------------------------------------------------------------------

-- Everybody who owns goods, buys, sells or is owed money.
CREATE TABLE party (
  id INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('head-office', 'region', 'shop', 'producer', 'consumer')),
  region_id INTEGER, -- region it belongs to; NULL for the head office and producers of several
  name TEXT NOT NULL, -- as shown
  created_at INTEGER NOT NULL -- µs
) STRICT;

CREATE TABLE region (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE, -- short: 'east'; stands in feed and snapshot addresses
  title TEXT NOT NULL, -- as shown: '华东区域运营中心'
  party_id INTEGER NOT NULL REFERENCES party (id),
  currency TEXT NOT NULL, -- ISO 4217
  time_zone TEXT NOT NULL, -- IANA name, decides the business date of its desks
  created_at INTEGER NOT NULL -- µs
) STRICT;

CREATE TABLE shop (
  id INTEGER NOT NULL PRIMARY KEY,
  region_id INTEGER NOT NULL REFERENCES region (id),
  uuid BLOB NOT NULL UNIQUE, -- 16 bytes, its id on the wire
  name TEXT NOT NULL UNIQUE, -- short, for commands: 'corner'
  title TEXT NOT NULL, -- as shown and printed: '街角便利店'
  party_id INTEGER NOT NULL REFERENCES party (id),
  currency TEXT NOT NULL, -- ISO 4217
  time_zone TEXT NOT NULL, -- IANA name, decides its business dates
  tills INTEGER NOT NULL DEFAULT 0, -- numbers given to tills so far
  letters INTEGER NOT NULL DEFAULT 0, -- letters given to tills so far: 1 = 'A'
  created_at INTEGER NOT NULL -- µs
) STRICT;
CREATE INDEX shop_by_region ON shop (region_id, id);

CREATE TABLE till (
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  number INTEGER NOT NULL, -- 1, 2, … in the shop
  id INTEGER NOT NULL UNIQUE, -- over all shops
  uuid BLOB NOT NULL UNIQUE, -- 16 bytes, its id on the wire
  name TEXT NOT NULL, -- what the owner calls it
  letter TEXT NOT NULL, -- in printed receipt numbers
  public_key BLOB NOT NULL, -- Ed25519, 32 bytes
  enrolled_at INTEGER NOT NULL, -- µs
  revoked_at INTEGER, -- µs; NULL = trusted
  seen_at INTEGER NOT NULL, -- µs of its last push
  PRIMARY KEY (shop_id, number)
) STRICT;

-- One-time codes an owner types into a new till.
CREATE TABLE enrol_code (
  hash BLOB NOT NULL PRIMARY KEY, -- SHA-256 of the code without dashes, upper case
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  expires_at INTEGER NOT NULL, -- µs
  used_at INTEGER, -- µs; NULL = still good
  till_id INTEGER -- till it made; asked again by the same key it answers the same
) STRICT;

CREATE TABLE staff (
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  number INTEGER NOT NULL, -- typed to sign in at a till
  id INTEGER NOT NULL UNIQUE, -- over all shops
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'cashier')),
  pin_hash TEXT NOT NULL, -- Argon2id string, '' = no PIN
  active INTEGER NOT NULL, -- 1: may sign in
  PRIMARY KEY (shop_id, number)
) STRICT;

-- What a shop's tills are told about the shop: 'name', 'currency', 'cash_rounding', 'receipt_header', …
CREATE TABLE setting (
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (shop_id, name)
) STRICT;

-- --- goods ---------------------------------------------------------------------------------------

CREATE TABLE category (
  id INTEGER NOT NULL PRIMARY KEY,
  region_id INTEGER NOT NULL REFERENCES region (id), -- each region arranges its own tree
  parent INTEGER NOT NULL, -- category id, 0 = top
  name TEXT NOT NULL,
  place INTEGER NOT NULL, -- order among its siblings
  UNIQUE (region_id, parent, name)
) STRICT;

CREATE TABLE brand (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  party_id INTEGER -- producer whose brand it is; NULL = not known
) STRICT;

CREATE TABLE tax (
  id INTEGER NOT NULL PRIMARY KEY,
  region_id INTEGER NOT NULL REFERENCES region (id),
  name TEXT NOT NULL, -- '13%'
  rate_ppm INTEGER NOT NULL, -- parts per million
  inclusive INTEGER NOT NULL, -- 1: shelf prices hold it
  UNIQUE (region_id, name)
) STRICT;

CREATE TABLE good (
  id INTEGER NOT NULL PRIMARY KEY,
  party_id INTEGER NOT NULL REFERENCES party (id), -- owner: a producer, a region, a shop
  name TEXT NOT NULL,
  unit TEXT NOT NULL, -- '瓶', '' = none
  brand_id INTEGER NOT NULL, -- 0 = none
  sold_by INTEGER NOT NULL CHECK (sold_by IN (0, 1)), -- 0 piece, 1 weight
  initials TEXT NOT NULL, -- what can be typed instead of the name; '' = worked out from it
  created_at INTEGER NOT NULL -- µs
) STRICT;
CREATE INDEX good_by_party ON good (party_id, id);

CREATE TABLE pack (
  id INTEGER NOT NULL PRIMARY KEY,
  good_id INTEGER NOT NULL REFERENCES good (id),
  units INTEGER NOT NULL CHECK (units > 0), -- thousandths of the good's stock unit in one pack
  name TEXT NOT NULL -- added to the good's name, '' for the single piece
) STRICT;
CREATE INDEX pack_by_good ON pack (good_id, id);

CREATE TABLE pack_barcode (
  party_id INTEGER NOT NULL REFERENCES party (id), -- owner of the good: codes are one's own
  barcode TEXT NOT NULL, -- key as of mr_barcode_parse()
  pack_id INTEGER NOT NULL REFERENCES pack (id),
  place INTEGER NOT NULL, -- 0 = the one that is printed
  PRIMARY KEY (party_id, barcode, pack_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_barcode_by_pack ON pack_barcode (pack_id, place);

-- What bars or asks for something when a good is sold; listing, search, checkout, delivery obey.
CREATE TABLE good_rule (
  good_id INTEGER NOT NULL REFERENCES good (id),
  rule TEXT NOT NULL CHECK (rule IN ('counter-only', 'age', 'licence', 'hours', 'no-discount', 'no-points')),
  value TEXT NOT NULL, -- '18', '08:00-22:00', '' where the rule needs none
  PRIMARY KEY (good_id, rule)
) STRICT;

-- What a region offers to its shops.
CREATE TABLE offer (
  region_id INTEGER NOT NULL REFERENCES region (id),
  good_id INTEGER NOT NULL REFERENCES good (id),
  id INTEGER NOT NULL UNIQUE, -- over all regions; kept with each line sold
  category_id INTEGER NOT NULL, -- 0 = none
  tax_id INTEGER NOT NULL, -- 0 = none
  popularity INTEGER NOT NULL, -- 0..1000000, larger first in search
  active INTEGER NOT NULL, -- 1: offered now
  PRIMARY KEY (region_id, good_id)
) STRICT;

-- What a shop has chosen to sell, and how it shows it.
CREATE TABLE listing (
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  good_id INTEGER NOT NULL REFERENCES good (id),
  state TEXT NOT NULL CHECK (state IN ('coming', 'listed', 'hidden', 'barred')),
  title TEXT NOT NULL, -- own text, '' = the good's name
  listed_at INTEGER NOT NULL, -- µs
  PRIMARY KEY (shop_id, good_id)
) STRICT;

-- Every price has the moment it takes effect; one that took effect is never changed, only followed.
CREATE TABLE price (
  id INTEGER NOT NULL PRIMARY KEY,
  scope TEXT NOT NULL CHECK (scope IN ('region', 'shop')),
  scope_id INTEGER NOT NULL, -- region id or shop id
  pack_id INTEGER NOT NULL REFERENCES pack (id),
  kind TEXT NOT NULL CHECK (kind IN ('supply', 'wholesale', 'retail', 'member')),
  starts_at INTEGER NOT NULL, -- µs, 0 = always
  amount INTEGER NOT NULL CHECK (amount >= 0), -- minor units of the scope's currency
  UNIQUE (scope, scope_id, pack_id, kind, starts_at)
) STRICT;

-- Large quick keys on the sale screen.
CREATE TABLE tile (
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  id INTEGER NOT NULL UNIQUE, -- over all shops
  page TEXT NOT NULL, -- category tab it stands on
  place INTEGER NOT NULL, -- order on the page
  pack_id INTEGER NOT NULL REFERENCES pack (id),
  PRIMARY KEY (shop_id, page, place)
) STRICT;

CREATE TABLE short_code (
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  code TEXT NOT NULL, -- typed digits: '12'
  id INTEGER NOT NULL UNIQUE, -- over all shops
  pack_id INTEGER NOT NULL REFERENCES pack (id),
  PRIMARY KEY (shop_id, code)
) STRICT;

-- --- chains of the tills -------------------------------------------------------------------------

-- One chain: one life of a till's journal.
CREATE TABLE writer (
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  uuid BLOB NOT NULL, -- 16 random bytes drawn by the till
  id INTEGER NOT NULL UNIQUE, -- over all shops
  till_id INTEGER NOT NULL, -- till that pushes it
  acked INTEGER NOT NULL, -- n of the last entry stored, 0 = none
  h BLOB NOT NULL, -- 32 bytes, hash of entry acked
  applied INTEGER NOT NULL, -- levels include its movements up to this n
  safe INTEGER NOT NULL, -- in a verified backup up to this n
  opened_at INTEGER NOT NULL, -- µs of its first push
  PRIMARY KEY (shop_id, uuid)
) STRICT;

-- What happened, as the tills told it. Insert-only but for state, which a later effect may settle.
CREATE TABLE entry (
  shop_id INTEGER NOT NULL,
  writer_id INTEGER NOT NULL,
  n INTEGER NOT NULL, -- 1, 2, … without a gap
  uuid BLOB NOT NULL, -- 16 bytes, UUIDv7: the same event has the same in a cloned chain
  kind TEXT NOT NULL, -- 'sale', 'shift-opened', …
  schema INTEGER NOT NULL, -- version of the kind's body
  at INTEGER NOT NULL, -- µs, the till's wall clock; order is by n alone
  body BLOB NOT NULL, -- the exact bytes the till committed
  h BLOB NOT NULL, -- 32 bytes, hash of the chain up to here
  business_date TEXT NOT NULL, -- 'YYYY-MM-DD' in the shop's time zone, '' when the body says none
  currency TEXT NOT NULL, -- ISO 4217, '' when the body says none
  state TEXT NOT NULL CHECK (state IN ('applied', 'duplicate', 'deferred', 'quarantined', 'held')),
  received_at INTEGER NOT NULL, -- µs, the center's clock
  PRIMARY KEY (shop_id, writer_id, n)
) STRICT;
CREATE UNIQUE INDEX entry_by_uuid ON entry (shop_id, uuid) WHERE state <> 'duplicate';

-- Entries whose effect could not be applied: a person decides.
CREATE TABLE quarantine (
  shop_id INTEGER NOT NULL,
  writer_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  reason TEXT NOT NULL, -- a plain sentence
  at INTEGER NOT NULL, -- µs
  settled_at INTEGER, -- µs; NULL = needs somebody
  PRIMARY KEY (shop_id, writer_id, n)
) STRICT;

-- Entries kept for later: a kind or schema this version does not know, or a revoked till's tail.
-- Applied in chain order by the update, or by the owner's word.
CREATE TABLE deferred (
  shop_id INTEGER NOT NULL,
  writer_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('kind', 'schema', 'revoked')),
  at INTEGER NOT NULL, -- µs
  PRIMARY KEY (shop_id, writer_id, n)
) STRICT;

-- --- what was sold: read from the entries, can be rebuilt from them ----------------------------------

CREATE TABLE sale (
  shop_id INTEGER NOT NULL,
  writer_id INTEGER NOT NULL,
  n INTEGER NOT NULL, -- entry
  uuid BLOB NOT NULL, -- 16 bytes, entry id: the receipt's identity
  label TEXT NOT NULL, -- receipt number as printed: '2A-000123'
  business_date TEXT NOT NULL, -- 'YYYY-MM-DD'
  at INTEGER NOT NULL, -- µs
  currency TEXT NOT NULL, -- ISO 4217
  staff INTEGER NOT NULL, -- staff number, 0 = nobody
  shift INTEGER NOT NULL, -- shift number of the till
  catalog_v INTEGER NOT NULL, -- version of the catalog it was sold from
  gross INTEGER NOT NULL, -- minor units
  discount INTEGER NOT NULL, -- minor units, of lines and sale
  tax INTEGER NOT NULL, -- minor units
  total INTEGER NOT NULL, -- minor units, before cash rounding
  rounding INTEGER NOT NULL, -- minor units added by cash rounding
  PRIMARY KEY (shop_id, writer_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_by_date ON sale (shop_id, business_date);

CREATE TABLE sale_line (
  shop_id INTEGER NOT NULL,
  writer_id INTEGER NOT NULL,
  n INTEGER NOT NULL, -- entry
  number INTEGER NOT NULL, -- of the line
  good_id INTEGER NOT NULL, -- 0 = price-only
  pack_id INTEGER NOT NULL, -- 0 = price-only
  offer_id INTEGER NOT NULL, -- offer in force when it came in, 0 = none
  category_id INTEGER NOT NULL, -- as sold, 0 = none
  price_id INTEGER NOT NULL, -- price row it was sold at, 0 = asked or own
  price_version INTEGER NOT NULL, -- feed version of that row
  tax_id INTEGER NOT NULL, -- tax rule, 0 = none
  tax_rate INTEGER NOT NULL, -- parts per million
  name TEXT NOT NULL, -- as printed
  quantity INTEGER NOT NULL, -- thousandths; returned = negative
  units INTEGER NOT NULL, -- thousandths of the stock unit in one pack
  unit_price INTEGER NOT NULL, -- minor units
  discount INTEGER NOT NULL, -- minor units, own and its share of the sale's
  amount INTEGER NOT NULL, -- minor units, after discounts
  tax INTEGER NOT NULL, -- minor units
  PRIMARY KEY (shop_id, writer_id, n, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_tax (
  shop_id INTEGER NOT NULL,
  writer_id INTEGER NOT NULL,
  n INTEGER NOT NULL, -- entry
  tax_id INTEGER NOT NULL, -- tax rule, 0 = none
  rate INTEGER NOT NULL, -- parts per million
  inclusive INTEGER NOT NULL, -- 1: the amount holds the tax
  amount INTEGER NOT NULL, -- minor units under this rule
  tax INTEGER NOT NULL, -- minor units
  PRIMARY KEY (shop_id, writer_id, n, tax_id, rate, inclusive)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_tender (
  shop_id INTEGER NOT NULL,
  writer_id INTEGER NOT NULL,
  n INTEGER NOT NULL, -- entry
  kind TEXT NOT NULL, -- 'cash', 'wechat', …
  amount INTEGER NOT NULL, -- minor units; cash is net of change
  PRIMARY KEY (shop_id, writer_id, n, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE shift (
  shop_id INTEGER NOT NULL,
  writer_id INTEGER NOT NULL,
  number INTEGER NOT NULL, -- counts up per till
  opened_n INTEGER NOT NULL, -- entry that opened it, 0 = not seen
  closed_n INTEGER NOT NULL, -- entry that closed it, 0 = open
  business_date TEXT NOT NULL, -- 'YYYY-MM-DD'
  staff INTEGER NOT NULL, -- staff number
  float_amount INTEGER NOT NULL, -- minor units
  sale_count INTEGER NOT NULL, -- sales of the shift, as its Z says
  total INTEGER NOT NULL, -- minor units, as the till's Z says
  expected INTEGER NOT NULL, -- minor units the drawer should hold
  counted INTEGER, -- minor units; NULL = not counted
  PRIMARY KEY (shop_id, writer_id, number)
) STRICT, WITHOUT ROWID;

-- --- stock: movements between locations -------------------------------------------------------------

CREATE TABLE location (
  id INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('supplier', 'warehouse', 'transit', 'shop', 'customer', 'loss')),
  party_id INTEGER NOT NULL REFERENCES party (id), -- whose it is
  name TEXT NOT NULL,
  UNIQUE (party_id, kind, name)
) STRICT;

-- Facts. Goods the center does not know move too: good_id is not a foreign key.
CREATE TABLE movement (
  shop_id INTEGER NOT NULL, -- 0 = between warehouses
  writer_id INTEGER NOT NULL, -- chain it came by, 0 = made at the center
  n INTEGER NOT NULL, -- entry, or a count of the center's own movements
  line INTEGER NOT NULL, -- line within the entry
  good_id INTEGER NOT NULL,
  from_location INTEGER NOT NULL, -- location id
  to_location INTEGER NOT NULL, -- location id
  quantity INTEGER NOT NULL CHECK (quantity > 0), -- thousandths of the stock unit
  PRIMARY KEY (shop_id, writer_id, n, line)
) STRICT, WITHOUT ROWID;

-- Sum of the movements into and out of each location.
CREATE TABLE level (
  shop_id INTEGER NOT NULL, -- 0 = a warehouse
  location_id INTEGER NOT NULL, -- location id
  good_id INTEGER NOT NULL,
  quantity INTEGER NOT NULL, -- thousandths of the stock unit; may be negative
  PRIMARY KEY (shop_id, location_id, good_id)
) STRICT, WITHOUT ROWID;

-- --- money: transfers between accounts, balanced by construction -------------------------------------

CREATE TABLE account (
  id INTEGER NOT NULL PRIMARY KEY,
  shop_id INTEGER NOT NULL, -- 0 = not a shop's
  party_id INTEGER NOT NULL REFERENCES party (id),
  kind TEXT NOT NULL, -- 'tender', 'sales', 'tax', 'rounding', later 'payable', 'points', …
  name TEXT NOT NULL, -- 'cash', '13%', '' where the kind has but one
  unit TEXT NOT NULL, -- ISO 4217, or 'points'
  UNIQUE (shop_id, party_id, kind, name, unit)
) STRICT;

CREATE TABLE transfer (
  shop_id INTEGER NOT NULL, -- 0 = not a shop's
  writer_id INTEGER NOT NULL, -- chain it came by, 0 = made at the center
  n INTEGER NOT NULL, -- entry
  line INTEGER NOT NULL, -- within the entry
  debit INTEGER NOT NULL, -- account
  credit INTEGER NOT NULL, -- account
  amount INTEGER NOT NULL CHECK (amount > 0), -- minor units of the unit
  unit TEXT NOT NULL, -- that of both accounts
  PRIMARY KEY (shop_id, writer_id, n, line),
  CHECK (debit <> credit)
) STRICT, WITHOUT ROWID;

-- --- feeds: the latest state of what tills are told -----------------------------------------------------

-- version is drawn from this row inside the transaction: its lock makes version order commit order.
CREATE TABLE feed (
  id INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('region', 'shop')),
  scope_id INTEGER NOT NULL, -- region id or shop id
  version INTEGER NOT NULL, -- of the newest row; each row has its own
  salt TEXT NOT NULL, -- 16 hex digits drawn for the last commit, '' at version 0
  oldest INTEGER NOT NULL, -- a cursor before this misses tombstones: too old
  UNIQUE (kind, scope_id)
) STRICT;

CREATE TABLE feed_row (
  feed_id INTEGER NOT NULL REFERENCES feed (id),
  tbl TEXT NOT NULL, -- table of the replica: 'good', 'staff', …
  id TEXT NOT NULL, -- its id there, number or UUID
  v INTEGER NOT NULL, -- version of this state
  fields TEXT, -- JSON array in the replica's column order; NULL = tombstone
  PRIMARY KEY (feed_id, tbl, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX feed_row_by_v ON feed_row (feed_id, v);

-- The salt of each commit: that of a version is the salt of the first commit at or after it.
CREATE TABLE feed_salt (
  feed_id INTEGER NOT NULL REFERENCES feed (id),
  version INTEGER NOT NULL, -- last version of the commit
  salt TEXT NOT NULL, -- 16 hex digits
  PRIMARY KEY (feed_id, version)
) STRICT, WITHOUT ROWID;

-- Ready catalog files of region feeds, in --files.
CREATE TABLE snapshot (
  region_id INTEGER NOT NULL REFERENCES region (id),
  schema INTEGER NOT NULL, -- of the catalog file
  v INTEGER NOT NULL, -- feed version it holds; 0 while the lease row of a build
  salt TEXT NOT NULL, -- salt of that version
  bytes INTEGER NOT NULL, -- size of the compressed file
  built_at INTEGER NOT NULL, -- µs
  PRIMARY KEY (region_id, schema, v, salt)
) STRICT;

-- Work only one server may do at a time.
CREATE TABLE lease (
  name TEXT NOT NULL PRIMARY KEY, -- 'snapshot-<region id>-<schema>'
  holder BLOB NOT NULL, -- 16 random bytes of a running server
  expires_at INTEGER NOT NULL -- µs
) STRICT;

-- --- claims ------------------------------------------------------------------------------------------------

-- Expiring online reservations, confirmed by a later entry.
CREATE TABLE claim (
  shop_id INTEGER NOT NULL REFERENCES shop (id),
  key TEXT NOT NULL, -- chosen by the till: the same key is the same claim
  till_id INTEGER NOT NULL, -- who claims
  kind TEXT NOT NULL, -- 'return', 'basket', 'coupon', …
  subject TEXT NOT NULL, -- what of: a receipt line, a basket
  amount INTEGER NOT NULL, -- thousandths or minor units, by kind
  state TEXT NOT NULL CHECK (state IN ('held', 'refused', 'released', 'confirmed')),
  reason TEXT NOT NULL, -- why refused, '' otherwise
  expires_at INTEGER NOT NULL, -- µs
  PRIMARY KEY (shop_id, key)
) STRICT;
CREATE INDEX claim_by_subject ON claim (shop_id, kind, subject);

-- --- who did what at the center --------------------------------------------------------------------------

CREATE TABLE audit (
  id INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL, -- µs
  who TEXT NOT NULL, -- 'console', 'till <uuid>'
  what TEXT NOT NULL, -- 'shop-added', 'till-enrolled', …
  subject TEXT NOT NULL -- what it was done to
) STRICT;
