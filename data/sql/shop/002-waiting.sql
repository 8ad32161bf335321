-- Entries of the shop's tills that the center could not book: a person decides. A row goes when that is done.
CREATE TABLE waiting (
  id TEXT NOT NULL PRIMARY KEY, -- entry id
  v INTEGER NOT NULL, -- version of this row
  cause TEXT NOT NULL, -- 'unreadable', 'currency', 'unfinished', 'sums', 'too-large', 'stock', 'books', 'revoked', 'other'
  till INTEGER NOT NULL, -- number of the till it came from
  kind TEXT NOT NULL, -- of the entry: 'sale', …
  at INTEGER NOT NULL, -- µs, the till's wall clock
  label TEXT NOT NULL, -- receipt number as printed, '' where there is none
  amount INTEGER NOT NULL, -- minor units, 0 where there is none
  reason TEXT NOT NULL, -- a plain sentence of the center's, in English
  rest TEXT -- JSON array
) STRICT;
