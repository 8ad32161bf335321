-- Receipts of all tills of the shop: found, shown and printed again at any of them.
CREATE TABLE receipt (
  id TEXT NOT NULL PRIMARY KEY, -- entry id, as in the QR code
  v INTEGER NOT NULL, -- version of this state
  till TEXT NOT NULL, -- where it was printed, till id
  label TEXT NOT NULL, -- as printed: '2A-000123'
  at INTEGER NOT NULL, -- µs
  total INTEGER NOT NULL, -- minor units
  body TEXT NOT NULL, -- JSON of the sale's entry
  rest TEXT -- JSON array of what a later version adds
) STRICT;
CREATE INDEX receipt_by_at ON receipt (at);
