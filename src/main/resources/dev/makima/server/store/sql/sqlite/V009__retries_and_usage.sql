-- How often the task is retried when it is lost; null for as often as the server's configuration says.
alter table task add column max_retries bigint;
-- What a task used up on a day (days since 1970, UTC). It outlives its task: what was paid stays paid.
create table usage_day (
    task_id text not null,
    day bigint not null,
    owner_id text not null references owner (id),
    contract_id text,
    cost_micros bigint not null,
    duration_ms bigint not null,
    turns bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    primary key (task_id, day)
);
create index usage_of_owner on usage_day (owner_id, day);
-- Of earlier tasks only the sum is known, and when they ended.
insert into usage_day (task_id, day, owner_id, contract_id, cost_micros, duration_ms, turns, input_tokens, output_tokens)
    select id, coalesce(completed_at, updated_at) / 86400000, owner_id, contract_id, cost_micros, coalesce(duration_ms, 0),
        coalesce(turns, 0), coalesce(input_tokens, 0), coalesce(output_tokens, 0) from task where cost_micros is not null;
