-- The e-mail address of each user who signed up: free again when the user is removed.
CREATE TABLE cadastro_emails (
  email   VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id BIGINT UNSIGNED NOT NULL,
  KEY cadastro_emails_user (user_id),
  CONSTRAINT cadastro_emails_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB
