-- Sales in which something was given back are few, and looked through whenever something more is.
CREATE INDEX entry_with_returns ON entry (writer, n) WHERE kind = 'sale' AND schema > 1;
