-- A family: everything that was issued after one login. Times are in milliseconds since 1970.
CREATE TABLE reposicao_families (
  id           CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id      BIGINT UNSIGNED NOT NULL,
  -- `users.version` at the login. When the user has changed (password, role, name), the family is over.
  user_version INT UNSIGNED NOT NULL,
  scope        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  started_at   BIGINT UNSIGNED NOT NULL,
  ended_at     BIGINT UNSIGNED NULL,
  KEY reposicao_families_started (started_at)
) ENGINE = InnoDB;
