-- A comment; not a statement
create table thing (
    id integer primary key,
    name text not null unique,
    at bigint,
    data blob
);
