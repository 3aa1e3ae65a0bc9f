-- Owners and their users are known by name.
create unique index owner_name on owner (name);
create unique index account_name on account (owner_id, name);
-- Keys that the server makes by itself, at its first start and for the commands of its machine: they make keys for any owner.
alter table api_key add column admin integer not null default 0;
update api_key set admin = 1 where id = (select id from api_key where name = 'admin' order by created_at, id limit 1);
