-- What operators of the desk order, by command or by mail; handled in order, like mails.
CREATE TABLE commands (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  operator TEXT NOT NULL,                 -- as in the journal's cells
  body TEXT NOT NULL,                     -- JSON: who, why, what
  input INTEGER REFERENCES inputs (id),   -- the mail that ordered it
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused', 'failed')),
  tries INTEGER NOT NULL DEFAULT 0,
  words TEXT NOT NULL DEFAULT '',         -- what came of it
  ended_at INTEGER
) STRICT;
CREATE INDEX commands_waiting ON commands (id) WHERE state = 'waiting';

-- A mail that a person has placed leaves the folder of those that wait for one.
ALTER TABLE inputs ADD COLUMN sorted INTEGER NOT NULL DEFAULT 0;

-- Absences that operators told of, beside those of the directory.
CREATE TABLE absences (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person TEXT NOT NULL,
  first_day TEXT NOT NULL,                -- 2026-10-12, both included
  last_day TEXT NOT NULL,
  substitute TEXT,
  operator TEXT NOT NULL,                 -- JSON: who told
  reason TEXT NOT NULL,
  begun INTEGER NOT NULL DEFAULT 0,       -- whether open requests were seen to
  ended_at INTEGER                        -- when an operator ended it
) STRICT;
CREATE INDEX absences_open ON absences (last_day) WHERE ended_at IS NULL;
