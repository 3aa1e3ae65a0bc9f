-- Ids are UUIDs in text, times are milliseconds since 1970, money is millionths of a dollar, flags are 0 or 1.
-- Every row carries its owner, or belongs to one that does.

create table owner (
    id text primary key,
    name text not null,
    created_at bigint not null
);

create table account (
    id text primary key,
    owner_id text not null references owner (id),
    name text not null,
    created_at bigint not null
);

create table api_key (
    id text primary key,
    owner_id text not null references owner (id),
    account_id text not null references account (id),
    name text not null,
    hash text not null unique,
    prefix text not null,
    created_at bigint not null,
    last_used_at bigint,
    revoked_at bigint
);

-- instance_id is '' for a daemon that names none.
create table daemon (
    id text primary key,
    owner_id text not null references owner (id),
    machine_id text not null,
    instance_id text not null,
    hostname text not null,
    max_concurrent_tasks integer not null,
    capabilities text not null,
    agents text not null,
    working_directory text,
    home_directory text,
    worktrees_directory text,
    connected integer not null,
    connected_at bigint,
    disconnected_at bigint,
    last_seen_at bigint,
    created_at bigint not null,
    unique (owner_id, machine_id, instance_id)
);

-- fence grows with every hand-over to a daemon, version with every change.
create table task (
    id text primary key,
    owner_id text not null references owner (id),
    account_id text,
    name text not null,
    plan text not null,
    status text not null,
    start_requested integer not null default 0,
    queued integer not null default 0,
    queued_at bigint,
    not_before bigint not null default 0,
    stop_requested integer not null default 0,
    lost integer not null default 0,
    retries integer not null default 0,
    resume_session integer not null default 0,
    repository_url text,
    base_branch text,
    target_branch text,
    target_repo_path text,
    completion_action text,
    parent_task_id text,
    contract_id text,
    continue_from_task_id text,
    copy_files text,
    depth integer not null default 0,
    priority integer not null default 0,
    agent text,
    model text,
    timeout_secs bigint,
    daemon_id text references daemon (id),
    preferred_daemon_id text,
    fence bigint not null default 0,
    version bigint not null default 1,
    progress_summary text,
    error_message text,
    pr_url text,
    branch text,
    commit_sha text,
    files_changed integer,
    insertions integer,
    deletions integer,
    worktree_path text,
    completion_message text,
    cost_micros bigint,
    duration_ms bigint,
    turns bigint,
    input_tokens bigint,
    output_tokens bigint,
    last_seq bigint not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    started_at bigint,
    completed_at bigint
);
create index task_by_age on task (owner_id, created_at desc, id);
create index task_waiting on task (queued, owner_id, priority desc, queued_at);
create index task_of_daemon on task (daemon_id, status);

-- One go of a daemon at a task. completion is the taskComplete that waits for the rest of the output.
create table run (
    id text primary key,
    task_id text not null references task (id),
    daemon_id text not null,
    fence bigint not null,
    made_by_server integer not null,
    completion text,
    cost_micros bigint not null default 0,
    cost_total_micros bigint not null default 0,
    created_at bigint not null,
    ended_at bigint
);
create index run_of_task on run (task_id, created_at);

-- length: what is stored; parsed_to: what became entries; final_length: where it ends, once that is known.
create table output_stream (
    id integer primary key,
    task_id text not null references task (id),
    run_id text not null references run (id),
    stream text not null,
    length bigint not null default 0,
    parsed_to bigint not null default 0,
    final_length bigint,
    unique (run_id, stream)
);
create index output_stream_of_task on output_stream (task_id);

create table output_chunk (
    stream_id bigint not null,
    start_offset bigint not null,
    bytes blob not null,
    primary key (stream_id, start_offset)
);

-- stream_id is null for an entry that stands for no output.
create table entry (
    task_id text not null,
    seq bigint not null,
    stream_id bigint,
    start_offset bigint,
    end_offset bigint,
    block integer,
    at bigint not null,
    body text not null,
    primary key (task_id, seq),
    unique (stream_id, start_offset, block)
) without rowid;

create table checkpoint (
    id text primary key,
    task_id text not null references task (id),
    number integer,
    commit_sha text,
    branch text,
    message text not null,
    files_changed text,
    lines_added integer,
    lines_removed integer,
    patch_data text,
    patch_base_sha text,
    patch_files_count integer,
    created_at bigint not null
);
create index checkpoint_of_task on checkpoint (task_id, number);

-- Events that were applied, so that one offered again is not applied again.
create table daemon_event (
    daemon_id text not null references daemon (id),
    event_id text not null,
    applied_at bigint not null,
    primary key (daemon_id, event_id)
) without rowid;
