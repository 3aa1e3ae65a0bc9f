-- One hand-over of a task to a daemon, by the fence that it got then. lease_secs is null for a daemon without leases.
-- renewed_at: when the server received the last renewal. unheard: a user ended the task while nothing was heard of its
-- daemon, which may have it still. failed: the daemon lost the task, and others go first.
create table hand_over (
    task_id text not null references task (id),
    fence bigint not null,
    daemon_id text not null references daemon (id),
    lease_secs bigint,
    renewed_at bigint not null,
    unheard integer not null default 0,
    failed integer not null default 0,
    primary key (task_id, fence)
) without rowid;
