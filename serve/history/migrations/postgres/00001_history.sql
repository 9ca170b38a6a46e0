-- +goose Up
-- meta is one row: the salt, and counters that only a writer moves.
CREATE TABLE meta (
	one      BIGINT PRIMARY KEY CHECK (one = 1),
	salt     BYTEA   NOT NULL,
	revision BIGINT NOT NULL, -- of the contents: raised by every commit
	sequence BIGINT NOT NULL, -- of snapshots in the order of writing
	accounts BIGINT NOT NULL  -- the last key given to an account
);

-- word holds every short text that repeats; 0 stands for the empty text.
CREATE TABLE word (
	k    BIGINT PRIMARY KEY,
	text TEXT    NOT NULL UNIQUE
);

CREATE TABLE model (
	version     BIGINT PRIMARY KEY, -- word
	trained_at  BIGINT,             -- µs since 1970
	promoted_at BIGINT,
	fingerprint BIGINT NOT NULL     -- word
);

-- account is what a portfolio shows: what is known of an account and, beside
-- it, its latest answer, kept up to date by every write.
CREATE TABLE account (
	k            BIGINT PRIMARY KEY,
	id           TEXT COLLATE "C"   NOT NULL UNIQUE,
	name         TEXT    NOT NULL,
	owner        BIGINT NOT NULL, -- word
	parent       TEXT    NOT NULL,
	created_at   BIGINT,          -- µs since 1970
	due_on       BIGINT,          -- days since 1970
	arr          DOUBLE PRECISION,
	label        TEXT COLLATE "C"   NOT NULL, -- what accounts are sorted by
	search       TEXT    NOT NULL, -- the words of id and name, each after a blank
	as_of        BIGINT,          -- of the latest answer; null: never answered
	model        BIGINT,          -- word
	health       DOUBLE PRECISION,
	churn        DOUBLE PRECISION,
	low          DOUBLE PRECISION,
	high         DOUBLE PRECISION,
	band         BIGINT NOT NULL, -- word
	cluster      BIGINT NOT NULL, -- word
	cluster_name BIGINT NOT NULL, -- word
	membership   DOUBLE PRECISION,
	theme        BIGINT NOT NULL, -- word
	reason       BIGINT NOT NULL, -- word
	previous     BIGINT,          -- the date before as_of
	previous_health DOUBLE PRECISION,
	moved        DOUBLE PRECISION              -- health − previous_health
);

-- Columns after k let a filter be decided inside the index.
CREATE INDEX by_renewal ON account (due_on, health, k, band, cluster, theme) WHERE as_of IS NOT NULL;
CREATE INDEX by_health  ON account (health, k, cluster, theme)      WHERE as_of IS NOT NULL;
CREATE INDEX by_churn   ON account (churn, k, cluster, theme)       WHERE as_of IS NOT NULL;
CREATE INDEX by_moved   ON account (moved, k, band, cluster, theme) WHERE as_of IS NOT NULL;
CREATE INDEX by_arr     ON account (arr, k, band, cluster, theme)   WHERE as_of IS NOT NULL;
CREATE INDEX by_label   ON account (label, k, band, cluster, theme) WHERE as_of IS NOT NULL;
-- The band follows from health and nearly from churn: without these a page of
-- the healthy, sickest first, would walk past all the sick.
CREATE INDEX by_band_health ON account (band, health, k, cluster, theme) WHERE as_of IS NOT NULL;
CREATE INDEX by_band_churn  ON account (band, churn, k, cluster, theme)  WHERE as_of IS NOT NULL;
-- These stay as they are when an account gets a new answer.
CREATE INDEX by_owner  ON account (owner, k) WHERE as_of IS NOT NULL;
CREATE INDEX by_parent ON account (parent)   WHERE parent <> '';

-- cell is what accounts with an answer add up to that have all these words in
-- common; every write keeps it up to date. Money is in cents.
CREATE TABLE cell (
	owner        BIGINT NOT NULL, -- words
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

-- term finds the accounts that have a word beginning in some way.
CREATE TABLE term (
	term    TEXT COLLATE "C"   NOT NULL,
	account BIGINT NOT NULL,
	PRIMARY KEY (term, account)
);

-- snapshot is appended in the order of writing; record is laid out by record.go.
CREATE TABLE snapshot (
	account  BIGINT NOT NULL,
	as_of    BIGINT NOT NULL, -- days since 1970
	model    BIGINT NOT NULL, -- word
	sequence BIGINT NOT NULL,
	record   BYTEA   NOT NULL
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
