-- Giving up counts from the first try: a desk that was down has tried nothing yet.
ALTER TABLE notices ADD COLUMN first_tried_at INTEGER;
-- A mail that the mailbox does not move goes behind the others.
ALTER TABLE inputs ADD COLUMN filing_tries INTEGER NOT NULL DEFAULT 0;
-- Nothing ever compared it: one thread reads and writes a request in one transaction.
ALTER TABLE requests DROP COLUMN row_version;
