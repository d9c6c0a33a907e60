-- Which mails brought the documents of a request: one that continues another has them of its mails,
-- which are kept for it.
CREATE TABLE documents (
  input INTEGER NOT NULL REFERENCES inputs (id),
  request INTEGER NOT NULL REFERENCES requests (id),
  PRIMARY KEY (input, request)
) STRICT, WITHOUT ROWID;
CREATE INDEX documents_request ON documents (request);
INSERT OR IGNORE INTO documents (input, request)
  SELECT i.id, q.id
  FROM requests q, json_each(iif(json_valid(q.body), q.body, '{}'), '$.documents') d
    JOIN inputs i ON i.id = d.value ->> 'input'
  WHERE q.purged_at IS NULL;
