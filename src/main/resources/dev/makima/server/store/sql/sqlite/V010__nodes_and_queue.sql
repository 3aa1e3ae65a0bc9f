-- The servers that use this database, each from its start to its end, and when it last said that it lives.
create table node (
    id text primary key,
    seen_at bigint not null
);
-- The server that has the daemon's connection, or had the last one.
alter table daemon add column node_id text;
-- Tasks that wait, in the order in which they go: few, however many there are in all.
drop index task_waiting;
create index task_waiting on task (owner_id, priority desc, queued_at, id) where queued = 1;
