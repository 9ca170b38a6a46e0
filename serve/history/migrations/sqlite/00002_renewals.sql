-- +goose Up
-- due_cell is what accounts with an answer add up to whose next renewal is on
-- the same day and that have these words in common; as cell, every write keeps
-- it up to date.
CREATE TABLE due_cell (
	due_on   INTEGER NOT NULL, -- days since 1970
	band     INTEGER NOT NULL, -- words
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
-- What became empty is found without reading the rest.
CREATE INDEX due_cell_empty ON due_cell (accounts) WHERE accounts = 0;
CREATE INDEX cell_empty     ON cell (accounts)     WHERE accounts = 0;

-- Cents are rounded as the program does, half away from zero: what is taken out
-- of the sums later must be what was put in.
INSERT INTO due_cell
SELECT due_on, band, cluster, theme, count(*), count(cents), CAST(coalesce(sum(CAST(cents AS INTEGER) + CAST(2 * (cents - CAST(cents AS INTEGER)) AS INTEGER)), 0) AS BIGINT),
	CAST(coalesce(sum(CAST(risk AS INTEGER) + CAST(2 * (risk - CAST(risk AS INTEGER)) AS INTEGER)), 0) AS BIGINT),
	count(CASE WHEN moved > 0 THEN 1 END), count(CASE WHEN moved < 0 THEN 1 END)
FROM (SELECT due_on, band, cluster, theme, moved, arr * 100 AS cents, arr * churn * 100 AS risk
	FROM account WHERE as_of IS NOT NULL AND due_on IS NOT NULL) AS a
GROUP BY due_on, band, cluster, theme;
