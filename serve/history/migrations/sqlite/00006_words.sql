-- +goose Up
-- Few accounts may have a band, a cluster and a theme in common: without this a
-- page of them would walk past all the others.
CREATE INDEX by_words ON account (band, cluster, theme, k) WHERE as_of IS NOT NULL AND left_on IS NULL;
