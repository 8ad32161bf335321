-- catalog-<v>-<salt>.db: the region's catalog, the same for all its shops. Built by the center as a
-- snapshot and by a till from feed rows, with the same code and the same result.
-- Times are microseconds since 1970 UTC, money is minor units, quantities are thousandths.

CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY, -- 'region', 'v', 'salt', 'schema', 'currency', 'splitting'
  value TEXT NOT NULL -- 'splitting': fingerprint of the search-text rules the index was made with
) STRICT;

CREATE TABLE good (
  id INTEGER NOT NULL PRIMARY KEY, -- 1..2^32-1, given by the center
  v INTEGER NOT NULL, -- feed version of this row
  name TEXT NOT NULL,
  unit TEXT NOT NULL, -- '瓶', '' = none
  category INTEGER NOT NULL, -- 0 = none
  brand TEXT NOT NULL, -- '' = none
  tax INTEGER NOT NULL, -- 0 = none
  sold_by INTEGER NOT NULL, -- 0 piece, 1 weight
  popularity INTEGER NOT NULL, -- 0..1000000, larger first in search
  initials TEXT NOT NULL, -- '' = worked out from the name
  rest TEXT -- all fields as they came, JSON array, when a later version sent more than these
) STRICT;
CREATE INDEX good_by_category ON good (category, popularity DESC);

CREATE TABLE pack (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  good INTEGER NOT NULL, -- good id
  units INTEGER NOT NULL, -- thousandths of the good's stock unit in one pack
  barcodes TEXT NOT NULL, -- keys (mr_barcode_parse), separated by line feeds; first = printed
  name TEXT NOT NULL, -- added to the good's name, '' for the single piece
  rest TEXT
) STRICT;
CREATE INDEX pack_by_good ON pack (good, units);

-- Derived from pack.barcodes, kept by the writer of this file.
CREATE TABLE barcode (
  key TEXT NOT NULL, -- a barcode as mr_barcode_parse() keys it
  pack INTEGER NOT NULL, -- pack id
  PRIMARY KEY (key, pack)
) STRICT, WITHOUT ROWID;

CREATE TABLE price (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  pack INTEGER NOT NULL,
  kind TEXT NOT NULL, -- 'retail', later 'wholesale', 'member'
  starts_at INTEGER NOT NULL, -- µs, when it takes effect; 0 = always; the latest begun is in force
  amount INTEGER NOT NULL, -- minor units
  rest TEXT
) STRICT;
CREATE INDEX price_by_pack ON price (pack, kind, starts_at);
CREATE INDEX price_by_start ON price (starts_at) WHERE starts_at > 0;

CREATE TABLE category (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  parent INTEGER NOT NULL, -- 0 = top
  name TEXT NOT NULL,
  place INTEGER NOT NULL, -- order among its siblings
  rest TEXT
) STRICT;

CREATE TABLE tax (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  name TEXT NOT NULL, -- '13%'
  rate_ppm INTEGER NOT NULL, -- parts per million
  inclusive INTEGER NOT NULL, -- 1: shelf prices hold it
  rest TEXT
) STRICT;

CREATE TABLE unknown_row (
  tbl TEXT NOT NULL, -- table of the feed
  id TEXT NOT NULL,
  v INTEGER NOT NULL,
  fields TEXT NOT NULL, -- JSON array
  PRIMARY KEY (tbl, id)
) STRICT;

-- Derived from good, kept by the writer of this file. rowid = (1000000 - popularity) << 32 | good.id, so
-- that matches come out most popular first and a LIMIT stops early, without sorting. The text is split by
-- mr_search_text_words(); each two neighbouring initials are one character of the private use
-- area (app/catalog/search-terms.h says which), so that `kl` is one posting list. Prefix lists of two
-- and three characters serve the word being typed.
CREATE VIRTUAL TABLE search USING fts5 (
  text,
  content='', columnsize=0, detail=full, prefix='2 3',
  tokenize='unicode61 remove_diacritics 0'
);
