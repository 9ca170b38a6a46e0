-- +goose Up
-- account_text finds accounts by the trigrams of search, which the program fills in
-- (fold.go, migration 4); account_fragment lists those trigrams in order.
DROP TABLE term;
UPDATE account SET search = '';
CREATE VIRTUAL TABLE account_text USING fts5(search, content = 'account', content_rowid = 'k',
	tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0);
-- Accounts that are there stand in it with their empty text.
INSERT INTO account_text (account_text) VALUES ('rebuild');
-- What is deleted is overwritten, not only marked.
INSERT INTO account_text (account_text, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE account_fragment USING fts5vocab('account_text', 'instance');
-- +goose StatementBegin
CREATE TRIGGER account_text_insert AFTER INSERT ON account BEGIN
	INSERT INTO account_text (rowid, search) VALUES (new.k, new.search);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER account_text_update AFTER UPDATE OF search ON account WHEN new.search <> old.search BEGIN
	INSERT INTO account_text (account_text, rowid, search) VALUES ('delete', old.k, old.search);
	INSERT INTO account_text (rowid, search) VALUES (new.k, new.search);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER account_text_delete AFTER DELETE ON account BEGIN
	INSERT INTO account_text (account_text, rowid, search) VALUES ('delete', old.k, old.search);
END;
-- +goose StatementEnd
