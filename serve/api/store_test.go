package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

const jsonMedia = "application/json"

// An account that was stored is answered by its id alone as it was by its
// features; stored again it changes nothing.
func TestPredictStoresAndRecalls(t *testing.T) {
	server := chronicleServer(t)
	body := strings.Replace(accountBody, `"account_id"`, `"store": true, "account_id"`, 1)
	first := request(server, "POST", "/v1/predict", map[string]string{"Content-Type": jsonMedia}, strings.NewReader(body))
	if first.Code != 200 {
		t.Fatalf("%d: %s", first.Code, first.Body)
	}
	recalled := request(server, "POST", "/v1/predict", nil, strings.NewReader(`{"account_id":"acme-17","as_of":"2026-03-01"}`))
	if recalled.Code != 200 || !bytes.Equal(recalled.Body.Bytes(), first.Body.Bytes()) {
		t.Errorf("%d:\n%s\n%s", recalled.Code, recalled.Body, first.Body)
	}
	timeline := func() []history.Snapshot {
		list, err := server.options.History.Timeline(t.Context(), "acme-17")
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := timeline()
	request(server, "POST", "/v1/predict", map[string]string{"Content-Type": jsonMedia}, strings.NewReader(body))
	if after := timeline(); len(after) != len(before) || len(before) != 4 {
		t.Errorf("%d snapshots, then %d", len(before), len(after))
	}
	account, err := server.options.History.Account(t.Context(), "acme-17")
	if err != nil || account.Owner != "csm-0" {
		t.Errorf("storing an answer lost what was known of the account: %+v, %v", account, err)
	}
}

// What another catalogue's model stored is not read as if it were this one's.
func TestRecallFromAnotherCatalogue(t *testing.T) {
	server := chronicleServer(t)
	sn, err := server.accounts.Snapshot(t.Context(), "c7", march)
	if err != nil {
		t.Fatal(err)
	}
	sn.AccountID, sn.Model, sn.Fingerprint, sn.Values = "elsewhere", "2024-01-01-1", "another", sn.Values[:3]
	if _, err := server.options.History.Write(t.Context(), history.Batch{Snapshots: []history.Snapshot{sn}, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	w := request(server, "POST", "/v1/predict", nil, strings.NewReader(`{"account_id":"elsewhere"}`))
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 422 || !strings.Contains(p.Errors[0].Detail, "read by model 2024-01-01-1") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
	// With the old model gone, too, its answer is still shown.
	h, err := server.accounts.Health(t.Context(), "elsewhere", time.Time{})
	if err == nil {
		text.German.Health(h)
	}
	if err != nil || h.Answer != nil || h.Stored.HealthScore != sn.Health || !strings.Contains(h.Warnings[0].Text, "nicht in der Registry") {
		t.Errorf("%+v, %v", h, err)
	}
}

// Callers who store at the same time wait for each other.
func TestManyStoreAtOnce(t *testing.T) {
	server := chronicleServer(t)
	var all sync.WaitGroup
	codes := make([]int, 8)
	for i := range codes {
		all.Go(func() {
			body := fmt.Sprintf(`{"store":true,"accounts":[{"account_id":"acme-17","as_of":"2026-03-0%d","features":{"plan":"pro"}}]}`, i+2)
			codes[i] = request(server, "POST", "/v1/predict", map[string]string{"Content-Type": jsonMedia}, strings.NewReader(body)).Code
		})
	}
	all.Wait()
	list, err := server.options.History.Timeline(t.Context(), "acme-17")
	if err != nil || len(list) != 4+len(codes) || slices.ContainsFunc(codes, func(c int) bool { return c != 200 }) {
		t.Errorf("statuses %v, %d snapshots, %v", codes, len(list), err)
	}
}

// What a history cannot do has a status of its own.
func TestHistoryProblems(t *testing.T) {
	for err, status := range map[error]int{
		history.ErrBusy: 503, history.ErrFull: 507, history.ErrCursor: 400, history.ErrNotFound: 404, history.ErrInput: 422,
		history.ErrReadOnly: 403, history.ErrDenied: 503, history.ErrUnreachable: 503,
		history.ErrCorrupt: 500, account.ErrNoHistory: 404, account.ErrModelGone: 410, account.ErrReplay: 500, account.ErrReference: 422,
		&account.DateError{AccountID: "a", AsOf: march}: 404,
	} {
		p := problemOf(fmt.Errorf("read: %w", err), "1")
		if p.Status != status || (status == 500) != strings.HasSuffix(p.Type, ":internal") {
			t.Errorf("%v: %+v", err, p)
		}
	}
	// Whose right or address is wrong is for the log, not for a caller.
	p := problemOf(fmt.Errorf("read: %w: failed to connect to host=db user=ada", history.ErrUnreachable), "1")
	if strings.Contains(p.Detail, "ada") || !strings.Contains(p.Detail, "try again") {
		t.Errorf("%+v", p)
	}
}
