-- +goose Up
-- A movement is how far an account moved up to an answer since the answer before, by
-- one model for both: what another model alone moved is model_moved, and no movement.
-- These columns are empty where it was not computed (movement.go).
ALTER TABLE snapshot ADD COLUMN from_on    INTEGER; -- days since 1970: the date before
ALTER TABLE snapshot ADD COLUMN from_model INTEGER; -- dictionary id: who answered then
ALTER TABLE snapshot ADD COLUMN moved      REAL;
ALTER TABLE snapshot ADD COLUMN verdict TEXT;
ALTER TABLE snapshot ADD COLUMN move_reason INTEGER;
ALTER TABLE snapshot ADD COLUMN move_points REAL;
ALTER TABLE snapshot ADD COLUMN model_moved REAL;

ALTER TABLE account ADD COLUMN previous_model INTEGER; -- dictionary id
ALTER TABLE account ADD COLUMN verdict TEXT;
ALTER TABLE account ADD COLUMN move_reason INTEGER;
ALTER TABLE account ADD COLUMN move_points REAL;
ALTER TABLE account ADD COLUMN model_moved REAL;

-- Of accounts that are there already: two models' answers are not compared.
UPDATE account SET previous_model = (SELECT s.model FROM snapshot s WHERE s.account = account.k AND s.as_of = account.previous
	ORDER BY s.sequence DESC LIMIT 1) WHERE previous IS NOT NULL;
UPDATE account SET moved = NULL WHERE previous_model <> model;
CREATE INDEX by_verdict ON account (verdict, k) WHERE as_of IS NOT NULL AND left_on IS NULL;

ALTER TABLE rollup ADD COLUMN real_up   INTEGER NOT NULL DEFAULT 0; -- accounts that rose by more than usual
ALTER TABLE rollup ADD COLUMN real_down INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rollup ADD COLUMN other     INTEGER NOT NULL DEFAULT 0; -- accounts of which two models' answers cannot be compared
ALTER TABLE renewal_rollup ADD COLUMN real_up   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE renewal_rollup ADD COLUMN real_down INTEGER NOT NULL DEFAULT 0;
ALTER TABLE renewal_rollup ADD COLUMN other     INTEGER NOT NULL DEFAULT 0;
DELETE FROM rollup;
INSERT INTO rollup (owner, band, cluster, cluster_name, theme, accounts, known, cents, at_risk, up, down, other)
	SELECT owner, band, cluster, cluster_name, theme, count(*), count(arr), coalesce(sum(CAST(round(arr * 100) AS BIGINT)), 0), coalesce(sum(CAST(round(arr * churn * 100) AS BIGINT)), 0),
		count(CASE WHEN moved > 0 THEN 1 END), count(CASE WHEN moved < 0 THEN 1 END), count(CASE WHEN moved IS NULL AND previous IS NOT NULL THEN 1 END)
	FROM account WHERE as_of IS NOT NULL AND left_on IS NULL GROUP BY owner, band, cluster, cluster_name, theme;
DELETE FROM renewal_rollup;
INSERT INTO renewal_rollup (due_on, band, cluster, theme, accounts, known, cents, at_risk, up, down, other)
	SELECT due_on, band, cluster, theme, count(*), count(arr), coalesce(sum(CAST(round(arr * 100) AS BIGINT)), 0), coalesce(sum(CAST(round(arr * churn * 100) AS BIGINT)), 0),
		count(CASE WHEN moved > 0 THEN 1 END), count(CASE WHEN moved < 0 THEN 1 END), count(CASE WHEN moved IS NULL AND previous IS NOT NULL THEN 1 END)
	FROM account WHERE as_of IS NOT NULL AND left_on IS NULL AND due_on IS NOT NULL GROUP BY due_on, band, cluster, theme;
