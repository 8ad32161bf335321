-- catalog-<v>-<salt>.db: the region's catalog, the same for all its shops. Built by the center as a
-- snapshot and by a till from feed rows, with the same code and the same result.
-- Times are microseconds since 1970 UTC, money is minor units, quantities are thousandths.

CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY, -- 'region', 'v', 'salt', 'schema', 'currency'
  value TEXT NOT NULL
) STRICT;

CREATE TABLE good (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL, -- feed version of this row
  name TEXT NOT NULL,
  unit TEXT NOT NULL, -- '瓶', '' = none
  category INTEGER NOT NULL, -- 0 = none
  brand TEXT NOT NULL, -- '' = none
  tax INTEGER NOT NULL, -- 0 = none
  sold_by INTEGER NOT NULL, -- 0 piece, 1 weight
  popularity INTEGER NOT NULL, -- 0..1000000, larger first in search
  initials TEXT NOT NULL, -- '' = worked out from the name
  rest TEXT -- fields of a later version, JSON array
) STRICT;

CREATE TABLE pack (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  good INTEGER NOT NULL,
  units INTEGER NOT NULL, -- thousandths of the good's stock unit in one pack
  barcodes TEXT NOT NULL, -- keys (mr_barcode_parse), separated by line feeds; first = printed
  name TEXT NOT NULL, -- added to the good's name, '' for the single piece
  rest TEXT
) STRICT;
CREATE INDEX pack_by_good ON pack (good);

-- Derived from pack.barcodes, kept by the writer of this file.
CREATE TABLE barcode (
  key TEXT NOT NULL,
  pack INTEGER NOT NULL,
  PRIMARY KEY (key, pack)
) STRICT, WITHOUT ROWID;

CREATE TABLE price (
  id INTEGER NOT NULL PRIMARY KEY,
  v INTEGER NOT NULL,
  pack INTEGER NOT NULL,
  kind TEXT NOT NULL, -- 'retail', later 'wholesale', 'member'
  starts_at INTEGER NOT NULL, -- µs, when it takes effect; 0 = always
  amount INTEGER NOT NULL, -- minor units
  rest TEXT
) STRICT;
CREATE INDEX price_by_pack ON price (pack, kind, starts_at);

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
  tbl TEXT NOT NULL,
  id TEXT NOT NULL,
  v INTEGER NOT NULL,
  fields TEXT NOT NULL, -- JSON array
  PRIMARY KEY (tbl, id)
) STRICT;
