-- That a run is paused for its lease is saved with its state, so that no crash comes between the two.
UPDATE run
SET loop_progress = json_set(coalesce(loop_progress, '{}'), '$.pausedByLease', json('true'))
WHERE state = 'paused' AND run_id IN (SELECT run_id FROM lease WHERE paused = 1);

ALTER TABLE lease DROP COLUMN paused;
