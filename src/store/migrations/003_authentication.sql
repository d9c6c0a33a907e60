-- What the office's server said of a mail's sender, judged when it was read: "passes",
-- "dmarc=pass header.from=…".
ALTER TABLE inputs ADD COLUMN authentication TEXT NOT NULL DEFAULT '';
ALTER TABLE inputs ADD COLUMN authentication_words TEXT NOT NULL DEFAULT '';
-- How often something was told to somebody.
CREATE INDEX notices_told ON notices (address, message, created_at);
