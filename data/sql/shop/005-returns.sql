-- What has come back of the lines of the shop's receipts, all tills together: no piece comes back twice.
CREATE TABLE returned (
  id TEXT NOT NULL PRIMARY KEY, -- entry id of the sale and number of its line, with '/' between
  v INTEGER NOT NULL, -- version of this state
  quantity INTEGER NOT NULL, -- thousandths that came back
  gross INTEGER NOT NULL, -- minor units before discounts that went with them
  amount INTEGER NOT NULL, -- minor units after them
  tax INTEGER NOT NULL, -- minor units
  rest TEXT -- JSON array of what a later version adds
) STRICT;
