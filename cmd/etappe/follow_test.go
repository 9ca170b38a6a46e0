package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
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

// What cannot be served leaves the model before in service, and is said once; a
// server that was told a version stays with it.
func TestFollowersKeepWhatAnswers(t *testing.T) {
	d := newDesk(t)
	_, entry := d.load("champion")
	var log bytes.Buffer
	follower := func(model string) *follower {
		flags := &modelFlags{Registry: d.registry, Model: model}
		return &follower{flags, flags.look(), slog.New(slog.NewTextHandler(&log, nil))}
	}
	champion, fixed := follower(""), follower(entry.Version)
	if champion.next() != nil || log.Len() > 0 {
		t.Error("nothing changed, and a model was loaded")
	}
	next := d.edit("--remove", "noise")
	d.run(exitOK, "promote", "--registry", d.registry, "--override", "--reason", "a test", "--owner", "Ada", next)
	if s := champion.next(); s == nil || s.Info(present).Version != next {
		t.Error("the new champion was not loaded")
	}
	if s := fixed.next(); s == nil || s.Info(present).Version != entry.Version {
		t.Error("the version that was named was left")
	}
	path := filepath.Join(d.registry, "champion.json")
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // and says so once
		if champion.next() != nil {
			t.Error("a broken champion was taken up")
		}
	}
	if n := strings.Count(log.String(), "the one before goes on"); n != 1 {
		t.Errorf("a broken champion is told %d times: %s", n, log.String())
	}
}
