-- Refresh tokens, as SHA-256 in base64url. Used ones are kept, so that a second use is noticed.
CREATE TABLE reposicao_refresh_tokens (
  token_hash CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  family_id  CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  issued_at  BIGINT UNSIGNED NOT NULL,
  used       TINYINT UNSIGNED NOT NULL DEFAULT 0,
  CONSTRAINT reposicao_refresh_tokens_family FOREIGN KEY (family_id) REFERENCES reposicao_families (id) ON DELETE CASCADE
) ENGINE = InnoDB;
