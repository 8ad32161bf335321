-- What a person did about an entry that could not be booked, and the backups of this database.

ALTER TABLE quarantine ADD COLUMN cause TEXT NOT NULL DEFAULT 'other'; -- 'unreadable', 'currency', 'unfinished', 'sums', 'too-large', 'stock', 'books', 'revoked', 'other'
ALTER TABLE quarantine ADD COLUMN settled_how TEXT NOT NULL DEFAULT ''; -- 'booked', 'by-hand', 'dropped'; '' = not yet

-- Each backup that was made, noted once it was verified.
CREATE TABLE backup (
  id INTEGER NOT NULL PRIMARY KEY,
  path TEXT NOT NULL, -- its file
  bytes INTEGER NOT NULL, -- size of the file
  made_at INTEGER NOT NULL, -- µs, when it was begun: what came later is not in it
  verified_at INTEGER NOT NULL, -- µs, when it had been opened and looked through
  removed_at INTEGER -- µs; NULL = should still be there
) STRICT;
