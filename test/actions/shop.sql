create extension hstore;
create type mood as enum ('good', 'bad');
create function one(int) returns int language sql immutable as 'select 1';
create table customers (id serial primary key, name text not null);
create table orders (
  id serial primary key, customer int references customers, m mood, at timestamptz not null default clock_timestamp(),
  check (one(id) = 1)
);
create index orders_at on orders (at);
create view recent as select * from orders order by at desc limit 10;
create materialized view counted as select count(*) from orders;
create table "odd Name; Type: x" ("a ""b""" int);
create table visits (at date) partition by range (at);
create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
create schema "odd schema";
create table "odd schema".notes (customer int references customers);
insert into customers (name) select 'customer ' || n from generate_series(1, 100) n;
insert into orders (customer, at) select n, '2024-05-01' from generate_series(1, 100) n;
insert into visits values ('2024-05-01');
insert into "odd schema".notes values (1);
insert into "odd Name; Type: x" select generate_series(1, 8);
grant select on orders to reader;
grant connect on database shop to reader;
alter database shop set work_mem = '5MB';
comment on database shop is 'the shop';
