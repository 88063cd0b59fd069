-- Seats that are held for a user until `expires_at`, and what became of them. No foreign key to the event: each INSERT would lock the
-- row of the event, which every sale changes.
CREATE TABLE ingressos_reservations (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  event_id   BIGINT UNSIGNED NOT NULL,
  user_id    BIGINT UNSIGNED NOT NULL,
  quantity   TINYINT UNSIGNED NOT NULL,
  state      ENUM('reserved', 'bought', 'cancelled', 'expired') NOT NULL,
  -- UTC, on the clock of the database.
  expires_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY ingressos_reservations_due (state, expires_at),
  -- How many seats of an event are sold is counted from this index alone.
  KEY ingressos_reservations_event (event_id, state, quantity)
) ENGINE = InnoDB;
