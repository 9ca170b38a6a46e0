-- +goose Up
-- Who fell most is hardly ever healthy: without this a page of the healthy, those
-- that fell most first, would walk past most of the portfolio.
CREATE INDEX by_band_moved ON account (band, moved, k, cluster, theme) WHERE as_of IS NOT NULL AND left_on IS NULL;
