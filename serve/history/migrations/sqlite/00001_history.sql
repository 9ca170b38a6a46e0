-- +goose Up
-- meta is one row: the salt, and counters that only a writer moves.
CREATE TABLE meta (
	one      INTEGER PRIMARY KEY CHECK (one = 1),
	salt     BLOB    NOT NULL,
	revision INTEGER NOT NULL, -- of the contents: raised by every commit
	sequence INTEGER NOT NULL, -- of snapshots in the order of writing
	accounts INTEGER NOT NULL  -- the last key given to an account
);

-- dictionary holds every short text that repeats; id 0 stands for the empty text.
CREATE TABLE dictionary (
	k    INTEGER PRIMARY KEY,
	text TEXT    NOT NULL UNIQUE
);

CREATE TABLE model (
	version     INTEGER PRIMARY KEY, -- dictionary id
	trained_at  INTEGER,             -- µs since 1970
	promoted_at INTEGER,
	fingerprint INTEGER NOT NULL     -- dictionary id
);

-- account is what a portfolio shows: what is known of an account and, beside
-- it, its latest answer, kept up to date by every write.
CREATE TABLE account (
	k            INTEGER PRIMARY KEY,
	id           TEXT    NOT NULL UNIQUE,
	name         TEXT    NOT NULL,
	owner        INTEGER NOT NULL, -- dictionary id
	parent       TEXT    NOT NULL,
	created_at   INTEGER,          -- µs since 1970
	due_on       INTEGER,          -- days since 1970
	arr          REAL,
	label        TEXT    NOT NULL, -- what accounts are sorted by
	search       TEXT    NOT NULL, -- the words of id and name, each after a blank
	as_of        INTEGER,          -- of the latest answer; null: never answered
	model        INTEGER,          -- dictionary id
	health       REAL,
	churn        REAL,
	low          REAL,
	high         REAL,
	band         INTEGER NOT NULL, -- dictionary id; the band that is displayed
	cluster      INTEGER NOT NULL, -- dictionary id
	cluster_name INTEGER NOT NULL, -- dictionary id
	membership   REAL,
	theme        INTEGER NOT NULL, -- dictionary id
	reason       INTEGER NOT NULL, -- dictionary id
	previous     INTEGER,          -- the date before as_of
	previous_health REAL,
	moved        REAL,             -- health − previous_health
	score_band   INTEGER NOT NULL DEFAULT 0, -- dictionary id; the band of the score alone
	displayed_since          INTEGER, -- days since 1970
	previous_displayed       INTEGER, -- dictionary id; the band displayed at the date before
	previous_displayed_since INTEGER,
	left_on      INTEGER           -- the date of the whole portfolio that it is missing in: the account has left (left.go)
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
	as_of INTEGER PRIMARY KEY -- days since 1970
);

-- rollup is what accounts with an answer add up to, a row for each bucket of
-- accounts with all these texts in common; every write keeps it up to date. Money
-- is in cents.
CREATE TABLE rollup (
	owner        INTEGER NOT NULL, -- dictionary ids
	band         INTEGER NOT NULL,
	cluster      INTEGER NOT NULL,
	cluster_name INTEGER NOT NULL,
	theme        INTEGER NOT NULL,
	accounts     INTEGER NOT NULL,
	known        INTEGER NOT NULL, -- accounts whose ARR is known
	cents        INTEGER NOT NULL, -- their ARR
	at_risk      INTEGER NOT NULL, -- their ARR · churn probability
	up           INTEGER NOT NULL, -- accounts whose health score rose
	down         INTEGER NOT NULL,
	PRIMARY KEY (owner, band, cluster, cluster_name, theme)
);

-- renewal_rollup is the same for buckets of accounts whose next renewal is on the
-- same day.
CREATE TABLE renewal_rollup (
	due_on   INTEGER NOT NULL, -- days since 1970
	band     INTEGER NOT NULL, -- dictionary ids
	cluster  INTEGER NOT NULL,
	theme    INTEGER NOT NULL,
	accounts INTEGER NOT NULL,
	known    INTEGER NOT NULL,
	cents    INTEGER NOT NULL,
	at_risk  INTEGER NOT NULL,
	up       INTEGER NOT NULL,
	down     INTEGER NOT NULL,
	PRIMARY KEY (due_on, band, cluster, theme)
) WITHOUT ROWID;
-- Empty buckets are found without reading the rest.
CREATE INDEX rollup_empty         ON rollup (accounts)         WHERE accounts = 0;
CREATE INDEX renewal_rollup_empty ON renewal_rollup (accounts) WHERE accounts = 0;

-- term finds the accounts that have a word beginning in some way.
CREATE TABLE term (
	term    TEXT    NOT NULL,
	account INTEGER NOT NULL,
	PRIMARY KEY (term, account)
) WITHOUT ROWID;

-- description is what described an account at a date; the row of account holds that
-- of its latest date.
CREATE TABLE description (
	account    INTEGER NOT NULL,
	as_of      INTEGER NOT NULL, -- days since 1970
	name       TEXT NOT NULL,
	owner      INTEGER NOT NULL, -- dictionary id
	parent     TEXT NOT NULL,
	created_at INTEGER,          -- µs since 1970
	due_on     INTEGER,          -- days since 1970
	arr        REAL,
	PRIMARY KEY (account, as_of)
) WITHOUT ROWID;

-- snapshot is appended in the order of writing; the format of record is in
-- record.go. The displayed band, and since when, follow from the snapshots at the
-- dates before (displayed.go).
CREATE TABLE snapshot (
	account  INTEGER NOT NULL,
	as_of    INTEGER NOT NULL, -- days since 1970
	model    INTEGER NOT NULL, -- dictionary id
	sequence INTEGER NOT NULL,
	record   BLOB NOT NULL,
	displayed       INTEGER, -- dictionary id
	displayed_since INTEGER  -- days since 1970
);
CREATE UNIQUE INDEX snapshot_key ON snapshot (account, as_of, model);

CREATE TABLE intervention (
	account INTEGER NOT NULL,
	at      INTEGER NOT NULL, -- µs since 1970
	kind    TEXT    NOT NULL,
	owner   TEXT    NOT NULL,
	PRIMARY KEY (account, at, kind, owner)
) WITHOUT ROWID;

CREATE TABLE band_override (
	k          INTEGER PRIMARY KEY,
	account    INTEGER NOT NULL,
	band       TEXT    NOT NULL,
	reason     TEXT    NOT NULL,
	owner      TEXT    NOT NULL,
	added_at   INTEGER NOT NULL, -- µs since 1970
	expires    INTEGER,          -- µs since 1970; null: never
	revoked_at INTEGER,
	revoked_by TEXT    NOT NULL
);
CREATE INDEX override_account ON band_override (account);

CREATE TABLE audit (
	k       INTEGER PRIMARY KEY,
	at      INTEGER NOT NULL, -- µs since 1970
	actor   TEXT    NOT NULL,
	action  TEXT    NOT NULL,
	account TEXT    NOT NULL, -- emptied by erasure
	subject TEXT    NOT NULL, -- salted hash of the account's id
	detail  TEXT    NOT NULL
);
CREATE INDEX audit_account ON audit (account);
