-- Dead letters (backend/queue/dead-letters.ts).
CREATE TABLE queue_dead (
  -- Made of topic, group, lane and place: the same message is recorded once, however often that is tried.
  id             VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  topic          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  consumer_group VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason         VARCHAR(500) NOT NULL,
  tries          INT UNSIGNED NOT NULL,
  -- The text as it was in the topic.
  message        MEDIUMTEXT CHARACTER SET utf8mb4 NOT NULL,
  -- UTC.
  died_at        DATETIME(3) NOT NULL
) ENGINE = InnoDB
