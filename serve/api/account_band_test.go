package api

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// heldServer keeps two months of accounts by a model with hysteresis, and names
// one that is held in the second.
func heldServer(t *testing.T) (server *Server, s *score.Scorer, held history.Snapshot) {
	t.Helper()
	a := testArtifact(t)
	a.Points.Hysteresis = 8
	s = scorerOf(t, a, testMeta)
	clock := func() time.Time { return now }
	store, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), history.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	const rows = 60
	for n, date := range []time.Time{january, february} {
		in := testInput(s, rows, uint64(70+n))
		for i := range in.AsOf {
			in.AccountIDs[i], in.AsOf[i] = fmt.Sprint("held-", i), date
		}
		list, err := account.Snapshots(s, in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Write(t.Context(), history.Batch{Snapshots: list}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range rows {
		sn, err := store.Latest(t.Context(), fmt.Sprint("held-", i))
		if err != nil {
			t.Fatal(err)
		}
		if sn.Band != sn.Plain {
			server = NewServer(ServerOptions{Clock: clock, History: store})
			server.Swap(s)
			return server, s, sn
		}
	}
	t.Fatal("no account is held")
	return nil, nil, held
}

// Every answer about an account has the band that is shown, and beside it the band
// of the score alone.
func TestHeldBandsAreInEveryAnswer(t *testing.T) {
	server, s, sn := heldServer(t)
	schema := documentSchemas(t)
	send := func(method, target, body, where string) []byte {
		t.Helper()
		w := request(server, method, target, map[string]string{"Content-Type": jsonMedia}, strings.NewReader(body))
		checkAnswer(t, w)
		if err := validate(schema(where), w.Body.Bytes()); err != nil {
			t.Errorf("%s: %v", target, err)
		}
		return w.Body.Bytes()
	}
	points := s.Card(now).Points
	at, below := points.Leaves(sn.Band, sn.Health)
	side := map[bool]string{true: "below", false: "from"}[below]
	check := func(what, band string, got score.Standing) {
		t.Helper()
		if band != sn.Band || got.BandSince != "2026-01-01" || got.Held == nil || got.Held.Plain != sn.Plain || got.Held.Leaves != side || *got.Held.At != at {
			t.Errorf("%s: %s, %+v, %+v; want %s held from %s until %s %v", what, band, got, got.Held, sn.Band, sn.Plain, side, at)
		}
	}
	const answer = "/components/schemas/Answer"
	var h account.Health
	decodeJSON(t, send("GET", "/v1/accounts/"+sn.AccountID+"/health", "", "/components/schemas/AccountHealth"), &h)
	check("health", h.Stored.Band, h.Stored.Standing)
	check("the answer given again", h.Answer.Band, h.Answer.Standing)
	var a score.Answer
	recalled := send("POST", "/v1/predict", `{"account_id":"`+sn.AccountID+`"}`, answer)
	decodeJSON(t, recalled, &a)
	check("recalled", a.Band, a.Standing)
	var page account.Page
	decodeJSON(t, send("GET", "/v1/accounts?q="+sn.AccountID+"&band="+sn.Band, "", "/paths/~1v1~1accounts/get/responses/200/content/application~1json/schema"), &page)
	i := slices.IndexFunc(page.Accounts, func(r account.Row) bool { return r.AccountID == sn.AccountID })
	check("portfolio", page.Accounts[i].Band, page.Accounts[i].Standing)
	var past account.History
	decodeJSON(t, send("GET", "/v1/accounts/"+sn.AccountID+"/history", "", "/components/schemas/AccountHistory"), &past)
	check("history", past.Points[1].Band, past.Points[1].Standing)
	var e explain.Explanation
	decodeJSON(t, send("GET", "/v1/accounts/"+sn.AccountID+"/explanation", "", "/components/schemas/Explanation"), &e)
	if e.From.Band != sn.Band || e.To.Band != sn.Band {
		t.Errorf("the explanation leads from %s to %s", e.From.Band, e.To.Band)
	}
}

// The same features are in the band of the score alone where nothing is stored
// of the account, and in the one that is shown where the answer is stored.
func TestStoredAnswersAreHeld(t *testing.T) {
	server, s, sn := heldServer(t)
	features := map[string]any{}
	points := s.Card(now).Points
	_, in, err := server.accounts.RowOf(&sn)
	if err != nil {
		t.Fatal(err)
	}
	for j, f := range s.Fields() {
		if v := in.Frame.Columns[j][0]; f.Levels == nil && v == v {
			features[f.Name] = v
		}
	}
	predict := func(id string, store bool) score.Answer {
		t.Helper()
		body, err := json.Marshal(map[string]any{"account_id": id, "as_of": "2026-02-02", "features": features, "store": store})
		if err != nil {
			t.Fatal(err)
		}
		w := request(server, "POST", "/v1/predict", map[string]string{"Content-Type": jsonMedia}, strings.NewReader(string(body)))
		checkAnswer(t, w)
		var a score.Answer
		decodeJSON(t, w.Body.Bytes(), &a)
		return a
	}
	plain := predict(sn.AccountID, false)
	if plain.Band != points.Band(plain.HealthScore) || plain.BandSince != "" || plain.Held != nil {
		t.Errorf("not stored: %s, %+v", plain.Band, plain.Standing)
	}
	for range 2 { // the second time it is there
		stored := predict(sn.AccountID, true)
		want, err := server.options.History.Latest(t.Context(), sn.AccountID)
		if err != nil {
			t.Fatal(err)
		}
		if want.AsOf.Day() != 2 || stored.Band != want.Band || stored.BandSince != want.Since.Format(time.DateOnly) || (stored.Held != nil) != (want.Band != want.Plain) {
			t.Errorf("stored: %s, %+v; the history shows %s since %s", stored.Band, stored.Standing, want.Band, want.Since)
		}
	}
	if first := predict("nobody yet", true); first.BandSince != "2026-02-02" || first.Held != nil {
		t.Errorf("the first answer: %+v", first.Standing)
	}
}

// Of a model that is gone it is not known where the band is left.
func TestHeldByAModelThatIsGone(t *testing.T) {
	server, _, sn := heldServer(t)
	if _, err := server.options.History.Write(t.Context(), history.Batch{Snapshots: []history.Snapshot{{
		AccountID: sn.AccountID, AsOf: march, Model: "gone", Fingerprint: "f", Health: sn.Health, Churn: sn.Churn, Band: sn.Plain, Near: sn.Band}}}); err != nil {
		t.Fatal(err)
	}
	h, err := server.accounts.Health(t.Context(), sn.AccountID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if held := h.Stored.Held; h.Stored.Band != sn.Band || held == nil || held.Plain != sn.Plain || held.At != nil || held.Leaves != "" {
		t.Errorf("%s, %+v", h.Stored.Band, held)
	}
}

func checkAnswer(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code != 200 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
}

func decodeJSON(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
