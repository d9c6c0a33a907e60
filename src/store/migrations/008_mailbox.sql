-- Where a mail lies since it was filed, as far as the mailbox said.
ALTER TABLE inputs ADD COLUMN lies_in TEXT NOT NULL DEFAULT '';       -- incoming, done, review
ALTER TABLE inputs ADD COLUMN lies_validity INTEGER;
ALTER TABLE inputs ADD COLUMN lies_uid TEXT;
CREATE INDEX inputs_lies ON inputs (lies_uid, lies_validity);
-- By what it is known wherever it lies: the mail as it came, and what it says to who reads it.
ALTER TABLE inputs ADD COLUMN bytes_digest BLOB;
ALTER TABLE inputs ADD COLUMN words_digest BLOB;
ALTER TABLE inputs ADD COLUMN bytes INTEGER;
CREATE INDEX inputs_bytes_digest ON inputs (bytes_digest);
CREATE INDEX inputs_message_id ON inputs (message_id);
-- When what was done with it.
ALTER TABLE inputs ADD COLUMN fetched_at INTEGER;
ALTER TABLE inputs ADD COLUMN fetch_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inputs ADD COLUMN handled_at INTEGER;
ALTER TABLE inputs ADD COLUMN handle_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inputs ADD COLUMN filed_at INTEGER;
-- Of a mail that is too large its header is kept.
ALTER TABLE contents ADD COLUMN whole INTEGER NOT NULL DEFAULT 1;
-- Which of our mails a mail referred to.
CREATE TABLE replies (
  notice INTEGER NOT NULL REFERENCES notices (id),
  input INTEGER NOT NULL REFERENCES inputs (id),
  PRIMARY KEY (notice, input)
) STRICT;
CREATE INDEX replies_input ON replies (input);
