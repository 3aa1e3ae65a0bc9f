-- Each event keeps the epoch that it was written in: every start of a store begins a new one, since the file may be an older
-- state of itself, whose next numbers were used before.
ALTER TABLE outbox ADD COLUMN epoch TEXT;

UPDATE outbox SET epoch = (SELECT value FROM epoch);

-- Since when an event lies aside: it is kept for people for a time.
ALTER TABLE outbox ADD COLUMN set_aside_at INTEGER;

UPDATE outbox SET set_aside_at = added_at WHERE set_aside IS NOT NULL;

-- The hand-over of the task to this daemon after which it was given to another, or null. It binds while no later one came.
ALTER TABLE task ADD COLUMN taken_after INTEGER;
