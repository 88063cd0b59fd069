-- Tickets: the whole ticket as a JSON document, and columns for what is searched and checked.
CREATE TABLE reposicao_tickets (
  -- The order of the list: newest first, and pages that stay the same while tickets are added.
  seq       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  -- A UUID, also the id of the message that asked for the ticket.
  id        CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id  BIGINT UNSIGNED NOT NULL,
  estado    ENUM('aberto', 'em-separacao', 'entregue', 'cancelado') NOT NULL,
  -- Incremented by each change: the ETag (RFC 9110 §8.8.3).
  version   INT UNSIGNED NOT NULL,
  documento JSON NOT NULL,
  UNIQUE KEY reposicao_tickets_id (id),
  KEY reposicao_tickets_owner (owner_id, estado, seq),
  KEY reposicao_tickets_estado (estado, seq)
) ENGINE = InnoDB;
