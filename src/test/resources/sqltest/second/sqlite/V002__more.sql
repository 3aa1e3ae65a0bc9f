alter table thing add column more text;
create index thing_more on thing (more);
