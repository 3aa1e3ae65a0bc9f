-- What has happened, in the order in which it was committed; a live stream goes on behind the last id that it has sent.
create table history (
    id integer primary key,
    owner_id text not null references owner (id),
    contract_id text,
    task_id text,
    kind text not null,
    body text not null,
    at bigint not null
);
create index history_of_owner on history (owner_id, id);
create index history_of_contract on history (contract_id, id);
create index history_of_task on history (task_id, id);
insert into history (owner_id, contract_id, kind, body, at)
    select c.owner_id, c.id, 'phase_changed', '{"to":"' || p.phase || '","by":"' || p.entered_by || '"}', p.entered_at
    from contract_phase p join contract c on c.id = p.contract_id order by p.entered_at, p.number;
-- What of a task's state is in the history: whoever changes it need not think of that.
alter table task add column noted_status text;
alter table task add column noted_fence bigint not null default 0;
-- The last hand-over by which it was seen to run.
alter table task add column ran_fence bigint not null default 0;
update task set noted_status = status, noted_fence = fence, ran_fence = fence;
create index task_to_note on task (updated_at) where noted_status is null or noted_status <> status
    or (noted_fence < fence and status in ('running', 'paused', 'blocked', 'done', 'failed', 'interrupted'));
-- When its work was merged to where its contract's work is gathered.
alter table task add column merged_at bigint;
alter table contract add column pr_asked_at bigint;
-- Who was asked for a document's text, and when.
alter table contract_file add column sync_daemon_id text;
alter table contract_file add column sync_asked_at bigint;
create index file_to_sync on contract_file (sync_asked_at) where sync_state = 'pending';
