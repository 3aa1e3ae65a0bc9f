-- A daemon's events are numbered within an epoch: below the oldest that it may still offer none is needed any more.
alter table daemon_event add column epoch text;
alter table daemon_event add column number bigint;
update daemon_event set epoch = substr(event_id, 1, instr(event_id, '-') - 1),
    number = cast(substr(event_id, instr(event_id, '-') + 1) as integer)
    where instr(event_id, '-') > 1;
-- heard: its daemon has said since the server's start that it has the task by this hand-over, or got it since.
alter table hand_over add column heard integer not null default 0;
-- The greatest fence that a daemon has named: greater than fence where this database was restored from an older copy.
alter table task add column fence_seen bigint not null default 0;
-- Tasks that a user has deleted, so that they can be told from those that a restored database has lost.
create table deleted_task (
    id text primary key,
    deleted_at bigint not null
);
