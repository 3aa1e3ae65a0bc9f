-- The fence under which somebody, an agent for instance, has said of a task what it is at: until its next start that
-- stands, whatever its daemon reports of the agent's last words.
alter table task add column summary_fence bigint;
