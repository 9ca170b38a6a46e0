-- +goose Up
-- Answers up to which an account moved by more than it usually does are few among all.
CREATE INDEX snapshot_moved ON snapshot (as_of) WHERE verdict = 'moved';
