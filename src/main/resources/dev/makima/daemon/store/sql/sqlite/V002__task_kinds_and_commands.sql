-- When the run's first agent process was started: its time limit counts from there, over all of its launches.
ALTER TABLE run ADD COLUMN started_at INTEGER;

-- How far the run has come over its launches, as JSON: what an autonomous loop and a cost limit go on counting from.
ALTER TABLE run ADD COLUMN loop_progress TEXT;

-- A larger part of an event's frame lies in a file of its own below the state directory: its name, or null.
ALTER TABLE outbox ADD COLUMN payload_file TEXT;

-- A task that was cleaned up: its row goes when no output is left to send that may have to hide its secrets.
ALTER TABLE task ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- The keys that agents have for the server, one for a run. Dead with its task, a key stays here until the run is
-- released: its output may still have to be sent without it.
CREATE TABLE tool_key (
    run_id  TEXT PRIMARY KEY,
    task_id TEXT NOT NULL,
    key     TEXT NOT NULL,
    live    INTEGER NOT NULL
) STRICT;

CREATE INDEX tool_key_by_task ON tool_key (task_id);

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

-- Until when the server has left each run to this daemon, on the clock of that boot.
CREATE TABLE lease (
    run_id          TEXT PRIMARY KEY,
    task_id         TEXT NOT NULL,
    fence           INTEGER NOT NULL,
    length_millis   INTEGER NOT NULL,
    boot            TEXT NOT NULL,
    deadline_millis INTEGER NOT NULL,
    paused          INTEGER NOT NULL
) STRICT;
