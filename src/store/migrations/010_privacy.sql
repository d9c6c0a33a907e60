-- When contents were blanked: of a mail, of a mail of the desk, of a whole request.
ALTER TABLE inputs ADD COLUMN purged_at INTEGER;
ALTER TABLE notices ADD COLUMN purged_at INTEGER;
ALTER TABLE requests ADD COLUMN purged_at INTEGER;
-- What a purge looks at each night.
CREATE INDEX inputs_kept ON inputs (received_at) WHERE purged_at IS NULL;
CREATE INDEX requests_closed ON requests (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX received_input ON received (input);
