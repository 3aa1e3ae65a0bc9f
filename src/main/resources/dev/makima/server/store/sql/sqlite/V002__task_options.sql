-- What a task may cost, how it is worked on, and whether its completion action did what it was to do (null: not said yet).
alter table task add column max_cost_micros bigint;
alter table task add column autonomous_loop integer not null default 0;
alter table task add column local_only integer not null default 0;
alter table task add column auto_merge_local integer not null default 0;
alter table task add column completion_succeeded integer;
