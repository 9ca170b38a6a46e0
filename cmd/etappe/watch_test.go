package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// await asks again until the answer is the wanted one.
func await(t *testing.T, s *service, path, what string, wanted func(body string) bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		status, body, err := s.get(path)
		if err != nil || status != 200 {
			t.Fatalf("%s: status %d, %v", path, status, err)
		}
		if wanted(string(body)) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s never came\n%s", what, s.stderr.String())
		}
	}
}

// A running server stops naming an account once it is erased from the registry,
// and answers from a new champion once there is one.
func TestServersFollowTheirRegistry(t *testing.T) {
	d := newDesk(t)
	model, entry := d.load("champion")
	if len(model.Exemplars) == 0 || len(model.Exemplars[0]) == 0 {
		t.Fatal("the model names no account")
	}
	account := model.Exemplars[0][0].AccountID
	store := filepath.Join(t.TempDir(), "h.db")
	d.run(exitOK, "score", "--registry", d.registry, "--table", d.table, "--id", "id", "--history", store)
	s, err := startService("serve", "--registry", d.registry, "--listen", "127.0.0.1:0") // without the history: it learns of it by the registry
	if err != nil {
		t.Fatal(err)
	}
	page := "/clusters/" + model.Clusters.IDs()[0]
	names := func(body string) bool { return strings.Contains(body, `<span class="who">`+account+` `) }
	await(t, s, page, "the model account", names)
	d.run(exitOK, "erase", "--account", account, "--history", store, "--registry", d.registry, "--by", "dpo")
	await(t, s, page, "the page without the account", func(body string) bool { return !names(body) })
	version := func(want string) func(string) bool {
		return func(body string) bool {
			var card struct{ Version string }
			return json.Unmarshal([]byte(body), &card) == nil && card.Version == want
		}
	}
	await(t, s, "/v1/model", "the same version", version(entry.Version))
	next := d.edit("--remove", "noise")
	d.run(exitOK, "promote", "--registry", d.registry, "--override", "--reason", "a test", "--owner", "Ada", next)
	await(t, s, "/v1/model", "the new champion", version(next))
	if code := s.interrupt(); code != exitOK || strings.Contains(s.stderr.String(), "panic") {
		t.Errorf("exited %d\n%s", code, s.stderr.String())
	}
}
