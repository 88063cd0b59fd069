-- The first response to each Idempotency-Key, written in the transaction of its effect: there is never one without the other.
CREATE TABLE ingressos_responses (
  user_id         BIGINT UNSIGNED NOT NULL,
  idempotency_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- SHA-256 in base64url of what was requested: the same key for something else is refused.
  request         CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  location        VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body            TEXT CHARACTER SET utf8mb4 NOT NULL,
  -- UTC.
  created_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (user_id, idempotency_key),
  KEY ingressos_responses_age (created_at)
) ENGINE = InnoDB;
