-- A piece of work that several tasks do, led by one of them: its supervisor. deleted: its row is kept until its tasks are
-- cleaned up everywhere. branch: the one that the supervisor made or merged to last. pr_state: asked, made or failed.
-- stop_at: when the supervisor is stopped, once the contract is over.
create table contract (
    id text primary key,
    owner_id text not null references owner (id),
    account_id text not null,
    name text not null,
    description text not null,
    contract_type text not null,
    phase text not null,
    status text not null,
    deleted integer not null default 0,
    autonomous_loop integer not null default 0,
    local_only integer not null default 0,
    supervisor_task_id text not null,
    branch text,
    pr_state text,
    pr_url text,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    completed_at bigint,
    stop_at bigint
);
create index contract_by_age on contract (owner_id, created_at desc, id);
create index contract_of_supervisor on contract (supervisor_task_id);
create index contract_to_stop on contract (stop_at);
create table contract_phase (
    contract_id text not null references contract (id),
    number bigint not null,
    phase text not null,
    entered_at bigint not null,
    entered_by text not null,
    primary key (contract_id, number)
);
create table contract_deliverable (
    contract_id text not null references contract (id),
    name text not null,
    done integer not null,
    changed_at bigint not null,
    primary key (contract_id, name)
);
create table contract_repository (
    id text primary key,
    contract_id text not null references contract (id),
    url text,
    local_path text,
    base_branch text,
    is_primary integer not null,
    created_at bigint not null
);
create index repository_of_contract on contract_repository (contract_id);
create table contract_file (
    id text primary key,
    contract_id text not null references contract (id),
    name text not null,
    phase text not null,
    path text,
    body text not null,
    sync_state text not null,
    synced_at bigint,
    sync_error text,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null
);
create index file_of_contract on contract_file (contract_id);
-- state and activity are what its daemon says. fence: the hand-over that it was last seen to run by.
create table contract_supervisor (
    contract_id text primary key references contract (id),
    task_id text not null,
    state text not null,
    activity text,
    fence bigint not null,
    restarts bigint not null default 0,
    updated_at bigint not null
);
-- fetched: the answer has reached who asked.
create table contract_question (
    id text primary key,
    contract_id text not null references contract (id),
    task_id text not null,
    question text not null,
    choices text,
    context text,
    asked_at bigint not null,
    expires_at bigint not null,
    answer text,
    answered_at bigint,
    fetched integer not null default 0
);
create index question_of_contract on contract_question (contract_id, asked_at);
create index question_to_tell on contract_question (fetched, answered_at);
-- What a task's daemon is still to be told, in order, whichever daemon has the task then. cause: what happened, so that
-- nothing is told of twice.
create table task_command (
    id text primary key,
    task_id text not null references task (id),
    number bigint not null,
    kind text not null,
    body text,
    source_task_id text,
    base_sha text,
    cause text unique,
    not_before bigint not null default 0,
    created_at bigint not null,
    delivered_at bigint
);
create index task_command_waiting on task_command (delivered_at, number);
create index task_command_of_task on task_command (task_id);
alter table task add column is_supervisor integer not null default 0;
-- When its supervisor was told of the task's end.
alter table task add column end_told_at bigint;
create index task_end_untold on task (completed_at) where contract_id is not null and is_supervisor = 0
    and completed_at is not null and end_told_at is null;
