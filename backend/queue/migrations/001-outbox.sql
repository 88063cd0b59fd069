-- Messages that were decided in a transaction and are not published yet (backend/queue/outbox.ts).
CREATE TABLE queue_outbox (
  seq        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  -- The host that wrote it. It publishes at once; every other host only after a while.
  origin     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  topic      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message    MEDIUMTEXT CHARACTER SET utf8mb4 NOT NULL,
  -- UTC.
  created_at DATETIME(3) NOT NULL
) ENGINE = InnoDB
