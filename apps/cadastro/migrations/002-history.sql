-- When a sign-up reached each state, and by which host or admin. A state is reached once.
CREATE TABLE cadastro_history (
  signup_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state     ENUM('recebido', 'em-analise', 'aprovado', 'recusado') NOT NULL,
  -- UTC.
  at        DATETIME(3) NOT NULL,
  actor     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (signup_id, state)
) ENGINE = InnoDB
