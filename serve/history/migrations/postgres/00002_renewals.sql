-- +goose Up
-- due_cell is what accounts with an answer add up to whose next renewal is on
-- the same day and that have these words in common; as cell, every write keeps
-- it up to date.
CREATE TABLE due_cell (
	due_on   BIGINT NOT NULL, -- days since 1970
	band     BIGINT NOT NULL, -- words
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
-- What became empty is found without reading the rest.
CREATE INDEX due_cell_empty ON due_cell (accounts) WHERE accounts = 0;
CREATE INDEX cell_empty     ON cell (accounts)     WHERE accounts = 0;

-- Cents are rounded as the program does, half away from zero: what is taken out
-- of the sums later must be what was put in.
INSERT INTO due_cell
SELECT due_on, band, cluster, theme, count(*), count(cents), CAST(coalesce(sum(trunc(cents) + trunc(2 * (cents - trunc(cents)))), 0) AS BIGINT),
	CAST(coalesce(sum(trunc(risk) + trunc(2 * (risk - trunc(risk)))), 0) AS BIGINT),
	count(CASE WHEN moved > 0 THEN 1 END), count(CASE WHEN moved < 0 THEN 1 END)
FROM (SELECT due_on, band, cluster, theme, moved, arr * 100 AS cents, arr * churn * 100 AS risk
	FROM account WHERE as_of IS NOT NULL AND due_on IS NOT NULL) AS a
GROUP BY due_on, band, cluster, theme;
