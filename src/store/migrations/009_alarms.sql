-- What is or was wrong with the desk itself; told once when it begins and once when it is over.
CREATE TABLE alarms (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '',         -- whom or what, where there can be several of the kind
  began_at INTEGER NOT NULL,
  details TEXT NOT NULL DEFAULT '',
  gone_at INTEGER,                        -- since when nothing is seen of it; it may come back
  ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX alarms_standing ON alarms (kind, about) WHERE ended_at IS NULL;

-- What parts of the desk have found wrong and not taken back.
CREATE TABLE troubles (
  kind TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  details TEXT NOT NULL,
  until INTEGER,                          -- when it passes by itself
  PRIMARY KEY (kind, about)
) STRICT;

-- Each time that the desk ran.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  version TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  alive_at INTEGER NOT NULL,              -- when it last said so
  ended_at INTEGER                        -- none: it goes on, or died
) STRICT;

-- When a mail was last sent.
CREATE INDEX notices_last_sent ON notices (ended_at) WHERE state = 'sent';
-- Alarms are sent before all others.
CREATE INDEX notices_alarm ON notices (due_at) WHERE state = 'due' AND message = 'alarm';

-- The deadlines as they were last reckoned: a calendar that changes moves them, and that is told.
CREATE TABLE promises (
  request INTEGER PRIMARY KEY REFERENCES requests (id),
  deadline INTEGER NOT NULL
) STRICT;

-- How much somebody writes.
CREATE INDEX inputs_sender ON inputs (sender, received_at);
-- The next mail to handle.
CREATE INDEX inputs_waiting ON inputs (received_at, id) WHERE state = 'stored';
