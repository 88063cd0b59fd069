-- Messages whose effect is in the database (backend/queue/once.ts).
CREATE TABLE queue_done (
  consumer_group VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  message_id     CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- UTC.
  done_at        DATETIME(3) NOT NULL,
  PRIMARY KEY (consumer_group, message_id),
  KEY queue_done_at (done_at)
) ENGINE = InnoDB
