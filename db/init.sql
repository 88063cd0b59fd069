-- The database, the table of users, and the two users of the lab. For MariaDB 10.11 and MySQL 8.4; can be executed again without harm.
-- The backends continue from here with the numbered files in migrations/ (backend/mysql/migrations.ts).
--
-- Not here: the database account of the backends. `npm start` and Compose create it.

SET NAMES utf8mb4;

CREATE DATABASE IF NOT EXISTS meutrabalho CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE meutrabalho;

CREATE TABLE IF NOT EXISTS users (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  -- Only lower-case ASCII, compared octet by octet: no two names look the same and are different.
  username   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name       VARCHAR(100) NOT NULL,
  role       ENUM('admin', 'aluno') NOT NULL DEFAULT 'aluno',
  -- A PHC string: algorithm, parameters, salt and hash in one (backend/passwords/phc.ts). Never the password.
  password   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Incremented by each change: the ETag of GET /usuarios/:id (RFC 9110 §8.8.3).
  version    INT UNSIGNED NOT NULL DEFAULT 1,
  -- UTC.
  created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY users_username (username)
) ENGINE = InnoDB;

-- Passwords: ana-no-laboratorio and bruno-no-laboratorio, hashed by argon2id with 19 MiB, 2 passes, 1 lane.
INSERT INTO users (id, username, name, role, password, created_at, updated_at) VALUES
  (1, 'ana', 'Ana Souza', 'admin',
   '$argon2id$v=19$m=19456,t=2,p=1$KVLG+0OU6SH4bDmQ1+CmFw$YZl7Oq3KZpvAcgjS1A8yZQZKjF6J8rGEnUCLp0U4kRM',
   UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)),
  (2, 'bruno', 'Bruno Lima', 'aluno',
   '$argon2id$v=19$m=19456,t=2,p=1$K2YMZVb/ge/HUMprg9W8oQ$O014X+6zkMilSBhSCwYH7ZwTsoZ9K893whIOKSVfOJg',
   UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE users.id = users.id;
