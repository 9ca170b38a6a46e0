-- +goose Up
-- meta is one row: the salt, and counters that only a writer moves.
CREATE TABLE meta (
	one      BIGINT PRIMARY KEY CHECK (one = 1),
	salt     BYTEA   NOT NULL,
	revision BIGINT NOT NULL, -- of the contents: raised by every commit
	sequence BIGINT NOT NULL, -- of snapshots in the order of writing
	accounts BIGINT NOT NULL  -- the last key given to an account
);

-- dictionary holds every short text that repeats; id 0 stands for the empty text.
CREATE TABLE dictionary (
	k    BIGINT PRIMARY KEY,
	text TEXT    NOT NULL UNIQUE
);

CREATE TABLE model (
	version     BIGINT PRIMARY KEY, -- dictionary id
	trained_at  BIGINT,             -- µs since 1970
	promoted_at BIGINT,
	fingerprint BIGINT NOT NULL     -- dictionary id
);

-- account is what a portfolio shows: what is known of an account and, beside
-- it, its latest answer, kept up to date by every write.
CREATE TABLE account (
	k            BIGINT PRIMARY KEY,
	id           TEXT COLLATE "C"   NOT NULL UNIQUE,
	name         TEXT    NOT NULL,
	owner        BIGINT NOT NULL, -- dictionary id
	parent       TEXT    NOT NULL,
	created_at   BIGINT,          -- µs since 1970
	due_on       BIGINT,          -- days since 1970
	arr          DOUBLE PRECISION,
	label        TEXT COLLATE "C"   NOT NULL, -- what accounts are sorted by
	search       TEXT    NOT NULL, -- the words of id and name, each after a blank
	as_of        BIGINT,          -- of the latest answer; null: never answered
	model        BIGINT,          -- dictionary id
	health       DOUBLE PRECISION,
	churn        DOUBLE PRECISION,
	low          DOUBLE PRECISION,
	high         DOUBLE PRECISION,
	band         BIGINT NOT NULL, -- dictionary id; the band that is displayed
	cluster      BIGINT NOT NULL, -- dictionary id
	cluster_name BIGINT NOT NULL, -- dictionary id
	membership   DOUBLE PRECISION,
	theme        BIGINT NOT NULL, -- dictionary id
	reason       BIGINT NOT NULL, -- dictionary id
	previous     BIGINT,          -- the date before as_of
	previous_health DOUBLE PRECISION,
	moved        DOUBLE PRECISION,             -- health − previous_health
	score_band   BIGINT NOT NULL DEFAULT 0, -- dictionary id; the band of the score alone
	displayed_since          BIGINT, -- days since 1970
	previous_displayed       BIGINT, -- dictionary id; the band displayed at the date before
	previous_displayed_since BIGINT,
	left_on      BIGINT           -- the date of the whole portfolio that it is missing in: the account has left (left.go)
);

-- Columns after k let a filter be decided inside the index. Accounts that have left
-- are not in the portfolio.
CREATE INDEX by_renewal ON account (due_on, health, k, band, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_health ON account (health, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_churn ON account (churn, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_moved ON account (moved, k, band, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_arr ON account (arr, k, band, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_label ON account (label, k, band, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
-- The band follows from health and nearly from churn: without these a page of
-- the healthy, sickest first, would read all the sick.
CREATE INDEX by_band_health ON account (band, health, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_band_churn ON account (band, churn, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
-- Accounts that fell most are hardly ever healthy: without this a page of the
-- healthy, those that fell most first, would read most of the portfolio.
CREATE INDEX by_band_moved ON account (band, moved, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
-- Few accounts may have a band, a cluster and a theme in common: without this a
-- page of them would read all the others.
CREATE INDEX by_texts ON account (band, cluster, theme, k) WHERE as_of IS NOT NULL AND left_on IS NULL;
-- These stay as they are when an account gets a new answer.
CREATE INDEX by_owner ON account (owner, k) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_parent ON account (parent) WHERE parent <> '';
CREATE INDEX by_left ON account (left_on) WHERE left_on IS NOT NULL;

-- whole holds the dates at which a whole portfolio was written: accounts whose
-- latest answer is older than one of them have left (left.go).
CREATE TABLE whole (
	as_of BIGINT PRIMARY KEY -- days since 1970
);

-- rollup is what accounts with an answer add up to, a row for each bucket of
-- accounts with all these texts in common; every write keeps it up to date. Money
-- is in cents.
CREATE TABLE rollup (
	owner        BIGINT NOT NULL, -- dictionary ids
	band         BIGINT NOT NULL,
	cluster      BIGINT NOT NULL,
	cluster_name BIGINT NOT NULL,
	theme        BIGINT NOT NULL,
	accounts     BIGINT NOT NULL,
	known        BIGINT NOT NULL, -- accounts whose ARR is known
	cents        BIGINT NOT NULL, -- their ARR
	at_risk      BIGINT NOT NULL, -- their ARR · churn probability
	up           BIGINT NOT NULL, -- accounts whose health score rose
	down         BIGINT NOT NULL,
	PRIMARY KEY (owner, band, cluster, cluster_name, theme)
);

-- renewal_rollup is the same for buckets of accounts whose next renewal is on the
-- same day.
CREATE TABLE renewal_rollup (
	due_on   BIGINT NOT NULL, -- days since 1970
	band     BIGINT NOT NULL, -- dictionary ids
	cluster  BIGINT NOT NULL,
	theme    BIGINT NOT NULL,
	accounts BIGINT NOT NULL,
	known    BIGINT NOT NULL,
	cents    BIGINT NOT NULL,
	at_risk  BIGINT NOT NULL,
	up       BIGINT NOT NULL,
	down     BIGINT NOT NULL,
	PRIMARY KEY (due_on, band, cluster, theme)
);
-- Empty buckets are found without reading the rest.
CREATE INDEX rollup_empty         ON rollup (accounts)         WHERE accounts = 0;
CREATE INDEX renewal_rollup_empty ON renewal_rollup (accounts) WHERE accounts = 0;

-- term finds the accounts that have a word beginning in some way.
CREATE TABLE term (
	term    TEXT COLLATE "C"   NOT NULL,
	account BIGINT NOT NULL,
	PRIMARY KEY (term, account)
);

-- description is what described an account at a date; the row of account holds that
-- of its latest date.
CREATE TABLE description (
	account    BIGINT NOT NULL,
	as_of      BIGINT NOT NULL, -- days since 1970
	name       TEXT NOT NULL,
	owner      BIGINT NOT NULL, -- dictionary id
	parent     TEXT NOT NULL,
	created_at BIGINT,          -- µs since 1970
	due_on     BIGINT,          -- days since 1970
	arr        DOUBLE PRECISION,
	PRIMARY KEY (account, as_of)
);

-- snapshot is appended in the order of writing; the format of record is in
-- record.go. The displayed band, and since when, follow from the snapshots at the
-- dates before (displayed.go).
CREATE TABLE snapshot (
	account  BIGINT NOT NULL,
	as_of    BIGINT NOT NULL, -- days since 1970
	model    BIGINT NOT NULL, -- dictionary id
	sequence BIGINT NOT NULL,
	record   BYTEA NOT NULL,
	displayed       BIGINT, -- dictionary id
	displayed_since BIGINT  -- days since 1970
);
CREATE UNIQUE INDEX snapshot_key ON snapshot (account, as_of, model);

CREATE TABLE intervention (
	account BIGINT NOT NULL,
	at      BIGINT NOT NULL, -- µs since 1970
	kind    TEXT    NOT NULL,
	owner   TEXT    NOT NULL,
	PRIMARY KEY (account, at, kind, owner)
);

CREATE TABLE band_override (
	k          BIGINT PRIMARY KEY,
	account    BIGINT NOT NULL,
	band       TEXT    NOT NULL,
	reason     TEXT    NOT NULL,
	owner      TEXT    NOT NULL,
	added_at   BIGINT NOT NULL, -- µs since 1970
	expires    BIGINT,          -- µs since 1970; null: never
	revoked_at BIGINT,
	revoked_by TEXT    NOT NULL
);
CREATE INDEX override_account ON band_override (account);

CREATE TABLE audit (
	k       BIGINT PRIMARY KEY,
	at      BIGINT NOT NULL, -- µs since 1970
	actor   TEXT    NOT NULL,
	action  TEXT    NOT NULL,
	account TEXT    NOT NULL, -- emptied by erasure
	subject TEXT    NOT NULL, -- salted hash of the account's id
	detail  TEXT    NOT NULL
);
CREATE INDEX audit_account ON audit (account);
