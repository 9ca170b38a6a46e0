-- +goose Up
-- search is what the program folds of id and name (fold.go, migration 4). Its index
-- is made when a history is opened: it needs the extension pg_trgm (search_index.go).
DROP TABLE term;
UPDATE account SET search = '';
