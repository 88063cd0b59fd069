-- The X-Request-Id of the request that signed up (at most 128 octets): the decision is an event of its journey.
ALTER TABLE cadastro_signups ADD COLUMN request_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL
