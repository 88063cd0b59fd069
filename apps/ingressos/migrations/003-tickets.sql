-- One row for each seat that was sold.
CREATE TABLE ingressos_tickets (
  code           CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reservation_id BIGINT UNSIGNED NOT NULL,
  event_id       BIGINT UNSIGNED NOT NULL,
  user_id        BIGINT UNSIGNED NOT NULL,
  -- UTC.
  bought_at      DATETIME(3) NOT NULL,
  PRIMARY KEY (code),
  KEY ingressos_tickets_user (user_id, bought_at)
) ENGINE = InnoDB;
