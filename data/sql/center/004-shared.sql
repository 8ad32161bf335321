-- What the tills of one shop share: held baskets, receipts, and what two of them took of which there is
-- but one. Times are microseconds since 1970 UTC.

-- Baskets put aside, as their tills told it. Facts: who took one away again is in held_taken.
CREATE TABLE held_basket (
  shop_id INTEGER NOT NULL, -- shop
  uuid BLOB NOT NULL, -- 16 bytes, id of the entry that held it
  writer_id INTEGER NOT NULL, -- chain it came by
  n INTEGER NOT NULL, -- entry
  sale_uuid BLOB NOT NULL, -- 16 bytes, id of the sale in it
  till_id INTEGER NOT NULL, -- where it was put aside
  label TEXT NOT NULL, -- as the cashier sees it in the list
  at INTEGER NOT NULL, -- µs, the till's clock
  staff INTEGER NOT NULL, -- staff number
  line_count INTEGER NOT NULL, -- live lines
  total INTEGER NOT NULL, -- minor units
  basket TEXT NOT NULL, -- JSON of the sale
  shown_until INTEGER, -- µs, the center's clock: how long tills are still told of it; NULL = nobody has taken it, 0 = they are not told any more
  PRIMARY KEY (shop_id, uuid)
) STRICT;
CREATE INDEX held_basket_by_sale ON held_basket (shop_id, sale_uuid);
CREATE INDEX held_basket_shown ON held_basket (shown_until) WHERE shown_until > 0;

-- Each time a held basket was taken: recalled and sold, or given up. Two rows for one basket: two tills
-- took it, each out of reach of the other.
CREATE TABLE held_taken (
  shop_id INTEGER NOT NULL, -- shop
  writer_id INTEGER NOT NULL, -- chain it came by
  n INTEGER NOT NULL, -- entry
  held_uuid BLOB NOT NULL, -- 16 bytes, held_basket.uuid
  sale_uuid BLOB NOT NULL, -- 16 bytes, id it goes on under
  till_id INTEGER NOT NULL, -- who took it
  at INTEGER NOT NULL, -- µs, the till's clock
  recalled INTEGER NOT NULL, -- 1: goes on as a sale; 0: given up
  unclaimed INTEGER NOT NULL, -- 1: the center could not be asked
  PRIMARY KEY (shop_id, writer_id, n)
) STRICT;
CREATE INDEX held_taken_by_basket ON held_taken (shop_id, held_uuid);

-- What was taken twice though there is but one of it. Nothing is undone: the owner looks.
CREATE TABLE taken_twice (
  shop_id INTEGER NOT NULL, -- shop
  kind TEXT NOT NULL, -- kind of claim: 'held', 'return'
  subject TEXT NOT NULL, -- of the claim: a held basket, a line of a receipt
  label TEXT NOT NULL, -- what people call it: the basket's label, the receipt's number
  amount INTEGER NOT NULL, -- times too often, or thousandths too many
  at INTEGER NOT NULL, -- µs, the center's clock: when it was found out
  settled_at INTEGER, -- µs; NULL = needs the owner
  PRIMARY KEY (shop_id, kind, subject)
) STRICT;

CREATE INDEX claim_by_expiry ON claim (expires_at) WHERE state = 'held';
