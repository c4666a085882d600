create table if not exists settings (name text primary key, value text not null);

create table if not exists apps (app_key text primary key, secret text not null, callback_url text not null default '');

create table if not exists members (
    member_id text primary key, kind text not null, login_id text not null unique, user_id integer not null, doc text not null
);

-- Who may read whose offers; `consigns` is the relation that dropshipping asks for.
create table if not exists relations (
    buyer text not null, seller text not null, consigns integer not null default 1, primary key (buyer, seller)
);

create table if not exists codes (
    code text primary key, app_key text not null, member_id text not null, redirect_uri text not null, expires_ms integer not null
);

create table if not exists tokens (
    access_token text primary key, refresh_token text not null, app_key text not null, member_id text not null,
    expires_ms integer not null, refresh_expires_ms integer not null
);

create table if not exists offers (
    offer_id integer primary key, seller text not null, status text not null, subject text not null,
    category_id integer not null, cargo_number text not null, price_fen integer not null, booked integer not null,
    created_ms integer not null, modified_ms integer not null, doc text not null
);
create index if not exists offers_listed on offers (offer_id, seller, status);
create index if not exists offers_modified on offers (modified_ms, offer_id, seller, status);

-- How often anything of the offers has changed: what is remembered of a list is good for one number.
create table if not exists revision (number integer not null);
insert into revision select 0 where not exists (select 1 from revision);

create table if not exists follows (
    member_id text not null, offer_id integer not null, primary key (member_id, offer_id)
) without rowid;

-- Each call that created something: the judge of "none lost, none doubled".
create table if not exists creations (
    id integer primary key, at_ms integer not null, api text not null, buyer text not null, out_order_id text,
    order_ids text not null, reply text not null
);
create index if not exists creations_reference on creations (buyer, out_order_id);

create table if not exists orders (
    order_id text primary key, buyer text not null, seller text not null, status text not null, out_order_id text,
    created_ms integer not null, modified_ms integer not null, doc text not null
);
create index if not exists orders_of_buyer on orders (buyer, created_ms);
create index if not exists orders_reference on orders (buyer, out_order_id);

create table if not exists messages (
    msg_id integer primary key, app_key text not null, member_id text not null, type text not null, body text not null,
    born_ms integer not null, due_ms integer not null, attempts integer not null default 0,
    delivered_ms integer, confirmed_ms integer, answer text not null default ''
);
create index if not exists messages_due on messages (due_ms) where delivered_ms is null and confirmed_ms is null;

create table if not exists faults (
    id integer primary key, api text not null, kind text not null, times integer, probability real not null,
    seconds real not null, percent integer not null, match text not null, hits integer not null default 0
);

create table if not exists calls (
    id integer primary key, at_ms integer not null, took_ms integer not null, api text not null, app_key text not null,
    member_id text not null, fields text not null, fault text not null, status integer not null, refused text not null,
    reply text not null, order_ids text not null, out_order_id text
);
create index if not exists calls_api on calls (api);
create index if not exists calls_reference on calls (out_order_id);
