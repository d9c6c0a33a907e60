-- What tells a request's memorandum from others: number, year, signatory; empty: none.
ALTER TABLE requests ADD COLUMN memorandum TEXT NOT NULL DEFAULT '';
CREATE INDEX requests_memorandum ON requests (memorandum) WHERE memorandum <> '';
CREATE INDEX requests_requester ON requests (requester, id);
-- SHA-256 of a mail's subject, words and files: the same written twice is one matter.
ALTER TABLE inputs ADD COLUMN content BLOB;
CREATE INDEX inputs_content ON inputs (content) WHERE content IS NOT NULL;
