-- So that nothing that is done for each mail reads a whole table, however many years lie in it.
CREATE INDEX inputs_to_file ON inputs (filing_tries, id) WHERE filed = 0 AND fate <> '';
DROP INDEX inputs_unfiled;
CREATE INDEX requests_opened ON requests (opened_at);
CREATE INDEX received_address ON received (address, request);
CREATE INDEX holders_request ON holders (request);
