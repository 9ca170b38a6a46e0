package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/score"
)

// serve with a history answers what the demo's server answered, with the old
// model loaded on demand; stores, answers by id alone, and forgets.
func TestServeWithHistory(t *testing.T) {
	d := theDemo(t)
	stored, err := os.ReadFile(filepath.Join(d.dir, "history.db"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "history.db")
	if err := os.WriteFile(file, stored, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := startService("serve", "--registry", filepath.Join(d.dir, "registry"), "--history", file, "--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	page, err := url.Parse(d.page)
	if err != nil {
		t.Fatal(err)
	}
	url := "/v1/accounts/" + d.account
	if _, answer, err := s.get(url + "/explanation?" + page.RawQuery); err != nil || !bytes.Equal(answer, d.explained) {
		t.Errorf("explained anew: %v\n%.300s\n%.300s", err, answer, d.explained)
	}
	if status, answer, err := s.get("/"); err != nil || status != http.StatusOK || !bytes.Contains(answer, []byte("/accounts/")) {
		t.Errorf("the portfolio's page: status %d, %v", status, err)
	}
	keep := strings.Replace(string(d.request), `"account_id": "`+d.account, `"store": true, "account_id": "a/`+d.account, 1)
	status, first, err := s.post("/v1/predict", strings.NewReader(keep))
	if err != nil || status != http.StatusOK {
		t.Fatalf("stored: status %d, %v: %.300s", status, err, first)
	}
	_, second, err := s.post("/v1/predict", strings.NewReader(`{"account_id":"a/`+d.account+`"}`))
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("by id alone: %v\n%.300s\n%.300s", err, first, second)
	}
	var a score.Answer
	if err := json.Unmarshal(d.answer, &a); err != nil {
		t.Fatal(err)
	}
	var h account.Health
	_, answer, err := s.get("/v1/accounts/a%2F" + d.account + "/health")
	if err != nil || json.Unmarshal(answer, &h) != nil || h.Stored.HealthScore != a.HealthScore {
		t.Errorf("what was stored: %v, %.300s", err, answer)
	}
	must(t, "erase", "--history", file, "--account", d.account)
	if status, _, err := s.get(url + "/health"); err != nil || status != http.StatusNotFound {
		t.Errorf("erased: status %d, %v", status, err)
	}
	if code := s.interrupt(); code != exitOK {
		t.Errorf("interrupted, serve exited %d: %s", code, s.stderr.String())
	}
}
