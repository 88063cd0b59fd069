-- Sign-ups. After the decision only the id and the state are left: the person's data is in `users`, or removed.
CREATE TABLE cadastro_signups (
  id         CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  state      ENUM('recebido', 'em-analise', 'aprovado', 'recusado') NOT NULL,
  username   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  name       VARCHAR(100) NULL,
  -- Lower-case.
  email      VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- A PHC string (backend/passwords/phc.ts). Never the password.
  password   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- UTC.
  created_at DATETIME(3) NOT NULL,
  -- NULL is equal to nothing, so decided sign-ups do not collide.
  UNIQUE KEY cadastro_signups_username (username),
  UNIQUE KEY cadastro_signups_email (email),
  KEY cadastro_signups_state (state)
) ENGINE = InnoDB
