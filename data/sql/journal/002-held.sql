-- Held baskets are known to the other tills of the shop by the entry that put them aside.
ALTER TABLE basket ADD COLUMN hold BLOB; -- 16 bytes, id of that entry; NULL for slot 0 and what an earlier version held

-- Held baskets this till has taken, its own and those of other tills: the shop's feed may not know yet.
CREATE TABLE taken (
  hold BLOB NOT NULL PRIMARY KEY -- 16 bytes, id of the entry that held it
) STRICT, WITHOUT ROWID;
