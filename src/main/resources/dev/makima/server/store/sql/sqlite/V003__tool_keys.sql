-- The keys of tasks' agents, by the SHA-256 of each. They are worth something while their task is active.
create table tool_key (
    task_id text primary key references task (id),
    hash text not null unique,
    created_at bigint not null
);
create index task_of_parent on task (parent_task_id);
create index task_of_contract on task (contract_id);
