-- Tills of a shop are told each other's receipts for 90 days.
ALTER TABLE sale ADD COLUMN shown_until INTEGER; -- µs, the center's clock: how long tills are told of it; NULL = an earlier version's, 0 = no longer
CREATE INDEX sale_shown ON sale (shown_until) WHERE shown_until > 0;
