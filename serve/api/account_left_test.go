package api

import (
	"testing"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
)

// Who is missing in a whole portfolio is listed apart, and its answer has the
// date; a single answer that is stored marks nobody.
func TestAccountsThatLeftAreListedApart(t *testing.T) {
	server := chronicleServer(t)
	s := testScorer(t)
	in := monthly(s, march.AddDate(0, 0, 1), 24)
	in.AccountIDs = append([]string{"new-1"}, chronicled[1:]...)
	list, err := account.Snapshots(s, in)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		batch history.Batch
		left  int
		on    string
	}{
		{history.Batch{Snapshots: list}, 0, ""},
		{history.Batch{Snapshots: list, Whole: in.AsOf[0]}, 1, "2026-03-02"},
	} {
		if _, err := server.options.History.Write(t.Context(), step.batch); err != nil {
			t.Fatal(err)
		}
		var there, left account.Page
		decodeJSON(t, request(server, "GET", "/v1/accounts", nil, nil).Body.Bytes(), &there)
		decodeJSON(t, request(server, "GET", "/v1/accounts?left=true", nil, nil).Body.Bytes(), &left)
		if len(left.Accounts) != step.left || len(there.Accounts)+len(left.Accounts) != len(chronicled)+1 {
			t.Errorf("%d accounts, %d have left, want %d", len(there.Accounts), len(left.Accounts), step.left)
		}
		var h account.Health
		w := request(server, "GET", acme+"/health", nil, nil)
		decodeJSON(t, w.Body.Bytes(), &h)
		if h.Account.LeftOn != step.on {
			t.Errorf("acme-17 left on %q, want %q", h.Account.LeftOn, step.on)
		}
		if err := validate(documentSchemas(t)("/components/schemas/AccountHealth"), w.Body.Bytes()); err != nil {
			t.Error(err)
		}
	}
}
