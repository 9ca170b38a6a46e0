-- +goose Up
-- whole holds the dates at which a whole portfolio was written: whose latest
-- answer is older than one of them has left (left.go).
CREATE TABLE whole (
	as_of BIGINT PRIMARY KEY -- days since 1970
);
ALTER TABLE account ADD COLUMN left_on BIGINT; -- the first date in whole after as_of

-- Accounts that have left are not in the portfolio: as before, without them.
DROP INDEX by_renewal;
DROP INDEX by_health;
DROP INDEX by_churn;
DROP INDEX by_moved;
DROP INDEX by_arr;
DROP INDEX by_label;
DROP INDEX by_band_health;
DROP INDEX by_band_churn;
DROP INDEX by_owner;

CREATE INDEX by_renewal ON account (due_on, health, k, band, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_health ON account (health, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_churn ON account (churn, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_moved ON account (moved, k, band, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_arr ON account (arr, k, band, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_label ON account (label, k, band, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_band_health ON account (band, health, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_band_churn ON account (band, churn, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_owner ON account (owner, k) WHERE as_of IS NOT NULL AND left_on IS NULL;
CREATE INDEX by_left ON account (left_on) WHERE left_on IS NOT NULL;
