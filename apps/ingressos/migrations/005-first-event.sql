-- One event, so that there is something to buy on the first day.
INSERT INTO ingressos_events (id, name, total, available, created_at)
VALUES (1, 'Show de calouros', 200, 200, UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE id = ingressos_events.id;
