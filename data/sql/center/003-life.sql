-- The lives of a till: each chain has a letter of its own, and another computer may become the till.

ALTER TABLE writer ADD COLUMN letter TEXT NOT NULL DEFAULT ''; -- in receipt numbers, unique in the shop; '' until its next push
UPDATE writer SET letter = (SELECT till.letter FROM till WHERE till.shop_id = writer.shop_id AND till.id = writer.till_id)
  WHERE id IN (SELECT min(id) FROM writer GROUP BY shop_id, till_id);

-- Keys a till had before another computer became it: what they sign is taken like a revoked till's.
CREATE TABLE old_key (
  till_id INTEGER NOT NULL, -- till.id
  public_key BLOB NOT NULL, -- Ed25519, 32 bytes
  retired_at INTEGER NOT NULL, -- µs
  PRIMARY KEY (till_id, public_key)
) STRICT;

ALTER TABLE enrol_code ADD COLUMN becomes_till INTEGER; -- till.id that whoever uses it becomes; NULL = a new one

-- Two computers that both were a till print the same numbers: they are looked for by number.
CREATE INDEX sale_by_label ON sale (shop_id, label);
