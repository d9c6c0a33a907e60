-- After a restore, what was received or was due in the lost time may have been told already: it is
-- held until that is known.
ALTER TABLE inputs ADD COLUMN recovered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notices_held ON notices (id) WHERE held = 1;
-- One half of what Message-IDs are made with; the other is the key, which lies in no database.
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;
