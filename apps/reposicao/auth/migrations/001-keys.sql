-- Keys that sign access tokens: one for each day (rules/key-schedule.ts). A reader of this table can make tokens: in a company the
-- private keys are in a key service or a hardware module, and the database has only their names.
CREATE TABLE reposicao_keys (
  generation  INT UNSIGNED NOT NULL PRIMARY KEY,
  -- A JWK (RFC 7517) with its private members and its `kid`.
  private_jwk TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE = InnoDB;
