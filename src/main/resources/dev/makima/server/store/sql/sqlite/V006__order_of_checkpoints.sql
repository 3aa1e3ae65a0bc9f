-- In which order a task's checkpoints came: several can be told of within one millisecond.
alter table checkpoint add column ordinal bigint not null default 0;
update checkpoint set ordinal = coalesce(number, 0);
