-- What the tills of the shop share: held baskets, and what two of them took of which there is but one.
CREATE TABLE held (
  id TEXT NOT NULL PRIMARY KEY, -- id of the entry that held it
  v INTEGER NOT NULL, -- version of this state
  till TEXT NOT NULL, -- where it was put aside, till id
  label TEXT NOT NULL, -- as that cashier saw it
  at INTEGER NOT NULL, -- µs
  staff INTEGER NOT NULL, -- staff number
  lines INTEGER NOT NULL, -- count of live ones
  total INTEGER NOT NULL, -- minor units
  basket TEXT NOT NULL, -- JSON of the sale, '' once taken
  taker TEXT NOT NULL, -- till that took it, '' = it waits
  rest TEXT -- JSON array of what a later version adds
) STRICT;
CREATE TABLE taken_twice (
  id TEXT NOT NULL PRIMARY KEY, -- kind and subject of the claim, with '/' between
  v INTEGER NOT NULL, -- version of this state
  kind TEXT NOT NULL, -- 'held', 'return'
  label TEXT NOT NULL, -- what people call it
  amount INTEGER NOT NULL, -- times too often, or thousandths too many
  at INTEGER NOT NULL, -- µs, when the center found out
  rest TEXT -- JSON array of what a later version adds
) STRICT;
