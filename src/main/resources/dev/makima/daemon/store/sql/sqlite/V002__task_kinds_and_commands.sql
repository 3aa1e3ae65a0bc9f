-- When the run's first agent process was started: its time limit counts from there, over all of its launches.
ALTER TABLE run ADD COLUMN started_at INTEGER;

-- How far an autonomous loop has come, as JSON; null for a run without one.
ALTER TABLE run ADD COLUMN loop_progress TEXT;

-- A larger part of an event's frame lies in a file of its own below the state directory: its name, or null.
ALTER TABLE outbox ADD COLUMN payload_file TEXT;

-- A task that was cleaned up: its row goes when no output is left to send that may have to hide its secrets.
ALTER TABLE task ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- The keys that agents of unfinished tasks have for the server.
CREATE TABLE tool_key (
    task_id TEXT PRIMARY KEY,
    key     TEXT NOT NULL
) STRICT;

-- Which branches a task has merged or passed over, for the question whether all are in.
CREATE TABLE merge_record (
    task_id   TEXT NOT NULL,
    branch    TEXT NOT NULL,
    of_task   TEXT,
    outcome   TEXT NOT NULL CHECK (outcome IN ('merged', 'skipped')),
    reason    TEXT,
    noted_at  INTEGER NOT NULL,
    PRIMARY KEY (task_id, branch)
) STRICT;

-- What the server told the daemon for good, such as the git identity that it inherited.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- The task whose worktree this one works in, or null where it is its own.
ALTER TABLE task ADD COLUMN worktree_of TEXT;
