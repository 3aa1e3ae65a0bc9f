create table half (id integer);
create tabel x;
