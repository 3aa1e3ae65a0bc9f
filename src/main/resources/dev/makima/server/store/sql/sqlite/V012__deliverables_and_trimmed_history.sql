-- How often a deliverable's mark was changed.
alter table contract_deliverable add column version bigint not null default 1;
-- Up to which id an owner's history was trimmed: who asks for what was before is told so.
alter table owner add column history_trimmed_to bigint not null default 0;
create index checkpoint_patch_by_age on checkpoint (created_at) where patch_data is not null;
create index contract_deleted on contract (updated_at) where deleted = 1;
