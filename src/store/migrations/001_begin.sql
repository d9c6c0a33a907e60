-- Every input is a row before it is anything else.
CREATE TABLE inputs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  validity INTEGER NOT NULL,              -- UIDVALIDITY of the mailbox
  uid TEXT NOT NULL,                      -- UID in it
  state TEXT NOT NULL CHECK (state IN ('seen', 'stored', 'done', 'parked')),
  tries INTEGER NOT NULL DEFAULT 0,       -- of the step that comes next, counted before each
  first_seen_at INTEGER NOT NULL,         -- microseconds since 1970, like all times here
  received_at INTEGER,                    -- the server's reception time
  message_id TEXT NOT NULL DEFAULT '',    -- without angle brackets; empty: none
  sender TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  digest BLOB,                            -- SHA-256 of the mail's body
  reason TEXT NOT NULL DEFAULT '',        -- why it is done or parked
  fate TEXT NOT NULL DEFAULT '' CHECK (fate IN ('', 'done', 'review')),
  filed INTEGER NOT NULL DEFAULT 0,       -- whether the mailbox holds it where its fate says
  UNIQUE (validity, uid)
) STRICT;
CREATE INDEX inputs_open ON inputs (state, id);
CREATE INDEX inputs_unfiled ON inputs (filed, fate);
CREATE INDEX inputs_digest ON inputs (digest);

-- Contents lie apart, so that they can be purged without breaking any chain.
CREATE TABLE contents (
  input INTEGER PRIMARY KEY REFERENCES inputs (id),
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  number TEXT NOT NULL UNIQUE,
  row_version INTEGER NOT NULL,           -- counts every change
  state TEXT NOT NULL,
  procedure TEXT NOT NULL,
  requester TEXT NOT NULL,                -- address
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,
  data_key TEXT NOT NULL,
  wake_at INTEGER,
  wake_reason TEXT,
  body TEXT NOT NULL                      -- the request as JSON: the truth
) STRICT;
CREATE INDEX requests_wake ON requests (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX requests_same ON requests (data_key, requester, opened_at);
CREATE INDEX requests_state ON requests (state);

CREATE TABLE numbers (
  year INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

-- Whom an open request waits for: one row for each address that may answer.
CREATE TABLE holders (
  request INTEGER NOT NULL REFERENCES requests (id),
  address TEXT NOT NULL,
  PRIMARY KEY (address, request)
) STRICT;

-- What happened, in order; each entry holds the hash of the one before it of the same request.
CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request INTEGER REFERENCES requests (id),
  input INTEGER REFERENCES inputs (id),
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  cell TEXT NOT NULL DEFAULT '',          -- of the table that says who may answer
  event TEXT NOT NULL,                    -- JSON
  row_hash BLOB NOT NULL,                 -- SHA-256 of the request that resulted
  previous BLOB NOT NULL,                 -- hash of the entry before; empty for the first
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX journal_request ON journal (request, id);

-- What must be told to whom. The bytes are stored before the first try.
CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request INTEGER REFERENCES requests (id),
  input INTEGER REFERENCES inputs (id),   -- the mail that led to it
  message TEXT NOT NULL,                  -- folder of its template
  address TEXT NOT NULL,
  body TEXT NOT NULL,                     -- the notice as JSON
  message_id TEXT NOT NULL UNIQUE,
  token_hash BLOB UNIQUE,                 -- SHA-256 of the token; none where nothing is asked
  state TEXT NOT NULL CHECK (state IN ('due', 'sent', 'failed')),
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,                -- not before; after a failed try, the next one
  tries INTEGER NOT NULL DEFAULT 0,
  subject TEXT NOT NULL DEFAULT '',       -- once made
  bytes BLOB,
  last_reply TEXT NOT NULL DEFAULT '',
  ended_at INTEGER
) STRICT;
CREATE INDEX notices_due ON notices (due_at) WHERE state = 'due';
CREATE INDEX notices_request ON notices (request, address, id);
CREATE INDEX notices_sent ON notices (address, ended_at) WHERE state = 'sent';

-- Mails received that belong to a request: a mail that refers to one belongs there too.
CREATE TABLE received (
  message_id TEXT NOT NULL,
  request INTEGER NOT NULL REFERENCES requests (id),
  address TEXT NOT NULL,
  input INTEGER NOT NULL REFERENCES inputs (id),
  PRIMARY KEY (message_id, request)
) STRICT;
CREATE INDEX received_request ON received (request, address, input);

CREATE TABLE marks (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;
