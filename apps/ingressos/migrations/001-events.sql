-- Events with tickets for sale. `available` counts the seats that are neither reserved nor sold.
CREATE TABLE ingressos_events (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  name       VARCHAR(100) NOT NULL,
  total      INT UNSIGNED NOT NULL,
  available  INT UNSIGNED NOT NULL,
  -- UTC.
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  -- A second guard behind the condition of each UPDATE.
  CONSTRAINT ingressos_events_available CHECK (available <= total)
) ENGINE = InnoDB;
