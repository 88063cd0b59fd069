-- Authorization codes, as SHA-256 in base64url: a reader of this table cannot use them.
CREATE TABLE reposicao_codes (
  code_hash    CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  family_id    CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- RFC 7636 §4.2, always S256.
  challenge    CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- NULL: the authorization request had none.
  redirect_uri VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,
  issued_at    BIGINT UNSIGNED NOT NULL,
  used         TINYINT UNSIGNED NOT NULL DEFAULT 0,
  CONSTRAINT reposicao_codes_family FOREIGN KEY (family_id) REFERENCES reposicao_families (id) ON DELETE CASCADE
) ENGINE = InnoDB;
