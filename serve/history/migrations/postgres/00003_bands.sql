-- +goose Up
-- The band that is shown of a snapshot, and since when, follow from the
-- snapshots at the dates before (standing.go). Null in snapshots that were
-- written when there was no hysteresis: the band of the score alone is shown,
-- since a date that is not known.
ALTER TABLE snapshot ADD COLUMN shown BIGINT;       -- word
ALTER TABLE snapshot ADD COLUMN shown_since BIGINT; -- days since 1970

-- account.band is the band that is shown.
ALTER TABLE account ADD COLUMN plain BIGINT NOT NULL DEFAULT 0; -- word; the band of the score alone
ALTER TABLE account ADD COLUMN shown_since BIGINT;              -- days since 1970
ALTER TABLE account ADD COLUMN previous_shown BIGINT;           -- word; the band shown at the date before
ALTER TABLE account ADD COLUMN previous_since BIGINT;
UPDATE account SET plain = band;
