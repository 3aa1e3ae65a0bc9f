-- By which hand-over of its task a checkpoint was made; 0 where that was not written down. A daemon that has a task again
-- tells by it whether the checkpoint is newer than what it has itself.
alter table checkpoint add column fence bigint not null default 0;
