-- One row per task: the run in hand, or the last one, and where its work is.
CREATE TABLE task (
    task_id     TEXT PRIMARY KEY,
    run_id      TEXT NOT NULL,
    fence       INTEGER NOT NULL,
    state       TEXT NOT NULL,
    spawn       TEXT NOT NULL,
    session_id  TEXT,
    launches    INTEGER NOT NULL,
    directory   TEXT,
    repository  TEXT,
    branch      TEXT,
    base_branch TEXT,
    base_sha    TEXT,
    error       TEXT,
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX task_by_state ON task (state);

-- One row per run until its spool is gone. The delivered lengths are what a server is known to have.
CREATE TABLE run (
    run_id           TEXT PRIMARY KEY,
    task_id          TEXT NOT NULL,
    fence            INTEGER NOT NULL,
    state            TEXT NOT NULL,
    delivered_stdout INTEGER NOT NULL DEFAULT 0,
    delivered_stderr INTEGER NOT NULL DEFAULT 0,
    delivered_daemon INTEGER NOT NULL DEFAULT 0,
    released_at      INTEGER
) STRICT;

-- User messages, noted before they are written to an agent's inbox.
CREATE TABLE message (
    run_id     TEXT NOT NULL,
    message_id TEXT NOT NULL,
    line       TEXT NOT NULL,
    noted_at   INTEGER NOT NULL,
    PRIMARY KEY (run_id, message_id)
) STRICT;

-- Events the server has to hear of, in order. AUTOINCREMENT: a number is never used again.
CREATE TABLE outbox (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id      TEXT,
    run_id       TEXT,
    after_output INTEGER NOT NULL,
    frame        TEXT NOT NULL,
    added_at     INTEGER NOT NULL,
    set_aside    TEXT
) STRICT;

-- Numbers begin again where the database is made anew, but the daemon's identity stays: an event's id is epoch and number.
CREATE TABLE epoch (
    value TEXT NOT NULL
) STRICT;

INSERT INTO epoch (value) VALUES (lower(hex(randomblob(8))));
