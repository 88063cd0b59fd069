-- Who changed which user, when, and what about them (never the value). Written in the same transaction as the change itself.
CREATE TABLE user_changes (
  id       BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  -- UTC.
  at       DATETIME(3) NOT NULL,
  actor    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  action   ENUM('create', 'change', 'delete') NOT NULL,
  user_id  BIGINT UNSIGNED NOT NULL,
  username VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  fields   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (id),
  KEY user_changes_user (user_id)
) ENGINE = InnoDB;
