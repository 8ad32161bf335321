-- What was given back of the lines of receipts, a row for each line of a sale's entry that gives something back.
-- Facts; what tills are told of a line is the sum of its rows.
CREATE TABLE sale_return (
  shop_id INTEGER NOT NULL, -- shop
  writer_id INTEGER NOT NULL, -- chain it came by
  n INTEGER NOT NULL, -- entry that gives it back
  number INTEGER NOT NULL, -- of the line there
  sale_uuid BLOB NOT NULL, -- 16 bytes, entry id of the sale it was sold in
  line INTEGER NOT NULL, -- number of the line there
  label TEXT NOT NULL, -- receipt number of that sale: '2A-000123'
  till_id INTEGER NOT NULL, -- who took it back
  at INTEGER NOT NULL, -- µs, the till's clock
  sold INTEGER NOT NULL, -- thousandths, of that line in all
  quantity INTEGER NOT NULL, -- thousandths that came back, > 0
  gross INTEGER NOT NULL, -- minor units before discounts
  amount INTEGER NOT NULL, -- minor units after them
  tax INTEGER NOT NULL, -- minor units
  paid INTEGER NOT NULL, -- minor units that went back: the amount, and tax on top
  unclaimed INTEGER NOT NULL, -- 1: the center could not be asked
  shown_until INTEGER NOT NULL, -- µs, the center's clock: how long tills are told of it; 0 = no longer
  PRIMARY KEY (shop_id, writer_id, n, number)
) STRICT;
CREATE INDEX sale_return_by_line ON sale_return (shop_id, sale_uuid, line);
CREATE INDEX sale_return_shown ON sale_return (shown_until) WHERE shown_until > 0;
