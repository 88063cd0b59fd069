-- The search index: names and e-mail addresses, written by the orchestrator. A row is removed with a refusal, and with the user.
CREATE TABLE cadastro_search (
  signup_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  -- NULL until the approval.
  user_id   BIGINT UNSIGNED NULL,
  name      VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
  email     VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
  KEY cadastro_search_user (user_id),
  FULLTEXT KEY cadastro_search_words (name, email),
  CONSTRAINT cadastro_search_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB
