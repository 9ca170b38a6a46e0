-- +goose Up
-- common is what all accounts did in common in the weeks before a date, as a model
-- counted it; the format is the reader's.
CREATE TABLE common (
	as_of  BIGINT NOT NULL, -- days since 1970
	model  BIGINT NOT NULL, -- dictionary id
	record BYTEA NOT NULL,
	PRIMARY KEY (as_of, model)
);
