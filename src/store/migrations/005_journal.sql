-- Entries in a form whose contents lie apart; those before keep theirs (form 1), for a hash that was
-- once given is not given anew.
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request INTEGER REFERENCES requests (id),
  input INTEGER REFERENCES inputs (id),
  form INTEGER NOT NULL,                  -- 1: as the first version wrote it; 2: see docs/audit.md
  place INTEGER NOT NULL,                 -- in the chain of its request, from 1
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  by_whom TEXT NOT NULL,                  -- address; empty: the desk itself, or time
  for_whom TEXT NOT NULL,                 -- id in the directory, where somebody stood in
  cell TEXT NOT NULL DEFAULT '',          -- of the table that says who may answer
  event_hash BLOB NOT NULL,               -- SHA-256 of salt and event; empty in form 1
  mail_hash BLOB NOT NULL,                -- of salt and raw mail; empty: none led to it
  row_hash BLOB NOT NULL,                 -- of salt and the request that resulted
  previous BLOB NOT NULL,                 -- hash of the entry before; empty for the first
  hash BLOB NOT NULL,
  UNIQUE (request, place)
) STRICT;
INSERT INTO entries
  SELECT id, request, input, 1, row_number() OVER (PARTITION BY request ORDER BY id), at, outcome,
         '', '', cell, x'', x'', row_hash, previous, hash
  FROM journal;

-- What the hashes are of. A purge blanks events and salts; the chains stay valid.
CREATE TABLE journal_contents (
  entry INTEGER PRIMARY KEY REFERENCES entries (id),
  event TEXT,                             -- JSON
  event_salt BLOB,
  mail_salt BLOB,                         -- the mail itself lies in contents
  row_salt BLOB                           -- the request's last row lies in requests
) STRICT;
INSERT INTO journal_contents SELECT id, event, x'', x'', x'' FROM journal;

DROP TABLE journal;
ALTER TABLE entries RENAME TO journal;
CREATE INDEX journal_request ON journal (request, place);
CREATE INDEX journal_input ON journal (input);

-- Where each chain ends: without it nobody could see that its end was cut off.
CREATE TABLE heads (
  chain TEXT PRIMARY KEY,                 -- number of the request; '-': mails of none; 'anchors'
  place INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
INSERT INTO heads
  SELECT coalesce(q.number, '-'), j.place, j.hash
  FROM journal j LEFT JOIN requests q ON q.id = j.request
  WHERE j.id IN (SELECT max(id) FROM journal GROUP BY request);

-- Once a day, what all chains have come to.
CREATE TABLE anchors (
  place INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  last_entry INTEGER NOT NULL,            -- covers the entries up to this one
  digest BLOB NOT NULL,                   -- SHA-256 of the list of heads and mails
  previous BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;

-- The hash of a mail that went out, of salt and bytes, and the anchor that covers it.
ALTER TABLE notices ADD COLUMN salt BLOB;
ALTER TABLE notices ADD COLUMN bytes_hash BLOB;
ALTER TABLE notices ADD COLUMN anchor INTEGER REFERENCES anchors (place);
CREATE INDEX notices_anchor ON notices (anchor, id);
