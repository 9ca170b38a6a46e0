package api

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/etappe/etappe/serve/score"
)

var testLimits = limits{accounts: 10_000, today: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)}

func TestDecodePredict(t *testing.T) {
	n := namesOf(testScorer(t))
	got, err := decodePredict([]byte(`{
		"account_id": "acme", "as_of": "2026-03-01",
		"features": {"active_users_28d": 3, "nps.last": null, "plan": "gold", "ticket.count_28d": true, "tenure_days": 100},
		"milestones": {"first_report": "2025-12-21", "rollout": "2026-03-01"}}`), n, testLimits)
	if err != nil {
		t.Fatal(err)
	}
	in, single := got.in, got.single
	at := func(name string) float64 { return in.Frame.Columns[n.index[name]][0] }
	if !single || in.AccountIDs[0] != "acme" || in.AsOf[0].Format(time.DateOnly) != "2026-03-01" ||
		at("active_users_28d") != 3 || at("plan") != 3 || at("ticket.count_28d") != 1 ||
		!math.IsNaN(at("nps.last")) || !math.IsNaN(at("report.trend")) {
		t.Errorf("%+v", in)
	}
	if in.Journey.Tenure[0] != 100 || in.Journey.Reached[0][0] != 30 || !math.IsNaN(in.Journey.Reached[1][0]) {
		t.Errorf("journey %+v", in.Journey)
	}
	if w := in.Warnings[0]; len(w) != 1 || w[0].Code != score.WarnMilestoneIgnored || !slices.Equal(w[0].Args.Milestones, []string{"rollout"}) {
		t.Errorf("warnings %v", w)
	}
	got, err = decodePredict([]byte(`{"accounts": [
		{"account_id": "a", "features": {"plan": "pro"}, "milestones": {}},
		{"features": {"plan": true, "tenure_days": 5}, "account_id": "b", "milestones": {"rollout": null}},
		{"account_id": "c", "features": {"plan": ""}}]}`), n, testLimits)
	if err != nil || got.single {
		t.Fatal(err)
	}
	in = got.in
	plan := in.Frame.Columns[n.index["plan"]]
	if plan[0] != 1 || plan[1] != 2 || !math.IsNaN(plan[2]) || in.AsOf[0].Format(time.DateOnly) != "2026-03-31" {
		t.Errorf("plans %v, as of %s", plan, in.AsOf[0].Format(time.DateOnly))
	}
	if tenure := in.Journey.Tenure; !math.IsNaN(tenure[0]) || tenure[1] != 5 || !math.IsNaN(tenure[2]) {
		t.Errorf("tenures %v", tenure)
	}
}

func TestDecodeRefuses(t *testing.T) {
	n := namesOf(testScorer(t))
	long := strings.Repeat("ä", 500)
	rows := []struct {
		name, body string
		want       error
		detail     string // part of the error's text
		pointer    string // of the first fault
	}{
		{"nothing", ``, ErrSyntax, "line 1", ""},
		{"no JSON", `{"account_id": }`, ErrSyntax, "line 1, column 16", ""},
		{"cut off", `{"account_id": "a", "features": {`, ErrSyntax, "unexpected end", ""},
		{"more after the end", `{} {}`, ErrSyntax, "after top-level value", ""},
		{"broken UTF-8", "{\"account_id\": \"\xff\", \"features\": {}}", ErrSyntax, "UTF-8", ""},
		{"NaN", `{"account_id": "a", "features": {"nps.last": NaN}}`, ErrSyntax, "column 46", ""},
		{"1e400", `{"account_id": "a", "features": {"nps.last": 1e400}}`, ErrSyntax, `"nps.last"`, ""},
		{"deep", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), ErrSyntax, "max depth", ""},
		{"deep but legal", `{"account_id": "a", "features": {"nps.last": ` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}`,
			ErrRequest, "a list", "#/features/nps.last"},
		{"a list", `[]`, ErrRequest, "the body is an object", "#"},
		{"a text", `"x"`, ErrRequest, "the body is an object", "#"},
		{"empty", `{}`, ErrRequest, "account_id is missing", "#"},
		{"no features", `{"account_id": "a"}`, ErrRequest, "features is missing", "#"},
		{"unknown member", `{"account_id": "a", "features": {}, "feature": {}}`, ErrRequest, `unknown member "feature"`, "#/feature"},
		{"unknown feature", `{"account_id": "a", "features": {"active_user_28d": 3}}`, ErrRequest,
			`unknown feature "active_user_28d"; the nearest is "active_users_28d"`, "#/features/active_user_28d"},
		{"a feature's name to escape", `{"account_id": "a", "features": {"a/b ~%": 3}}`, ErrRequest, "unknown feature", "#/features/a~1b%20~0%25"},
		{"a long name", `{"account_id": "a", "features": {"` + long + `": 3}}`, ErrRequest, "…", ""},
		{"unknown feature in a list", `{"accounts": [{"account_id": "a", "features": {}}, {"account_id": "b", "features": {"plam": "pro"}}]}`,
			ErrRequest, `account 1: unknown feature "plam"; the nearest is "plan"`, "#/accounts/1/features/plam"},
		{"a number for a level", `{"account_id": "a", "features": {"plan": 3}}`, ErrRequest, `"plan" is categorical`, "#/features/plan"},
		{"false for a level", `{"account_id": "a", "features": {"plan": false}}`, ErrRequest, `not true or false`, "#/features/plan"},
		{"an age below zero", `{"account_id": "a", "features": {"tenure_days": -1}}`, ErrRequest, `"tenure_days" is at least 0, not -1`, "#/features/tenure_days"},
		{"fewer than no users", `{"account_id": "a", "features": {"active_users_28d": -3}}`, ErrRequest, `is at least 0, not -3`, "#/features/active_users_28d"},
		{"fewer than no events", `{"accounts": [{"account_id": "a", "features": {"ticket.count_28d": -0.5}}]}`, ErrRequest, `account 0: feature "ticket.count_28d" is at least 0`, "#/accounts/0/features/ticket.count_28d"},
		{"a trend above its limit", `{"account_id": "a", "features": {"report.trend": 1.2}}`, ErrRequest, `"report.trend" is at most 1.09861, not 1.2`, "#/features/report.trend"},
		{"a text for a number", `{"account_id": "a", "features": {"nps.last": "9"}}`, ErrRequest, `"nps.last" is numeric`, "#/features/nps.last"},
		{"an object for a number", `{"account_id": "a", "features": {"nps.last": {"x": [1]}}}`, ErrRequest, `not an object`, "#/features/nps.last"},
		{"a feature twice", `{"account_id": "a", "features": {"plan": "pro", "plan": "basic"}}`, ErrRequest, `"plan" is given twice`, "#/features/plan"},
		{"a member twice", `{"account_id": "a", "account_id": "b", "features": {}}`, ErrRequest, `"account_id" is given twice`, "#/account_id"},
		{"accounts twice", `{"accounts": [], "accounts": []}`, ErrRequest, `"accounts" is empty`, "#/accounts"},
		{"an id that is a number", `{"account_id": 17, "features": {}}`, ErrRequest, "account_id is a text, not a number", "#/account_id"},
		{"an empty id", `{"account_id": "", "features": {}}`, ErrRequest, "1 to 256 bytes", "#/account_id"},
		{"a bad date", `{"account_id": "a", "as_of": "31.03.2026", "features": {}}`, ErrRequest, `not "31.03.2026"`, "#/as_of"},
		{"an impossible date", `{"account_id": "a", "as_of": "2026-02-30", "features": {}}`, ErrRequest, `not "2026-02-30"`, "#/as_of"},
		{"a date that is a number", `{"account_id": "a", "as_of": 5, "features": {}}`, ErrRequest, `not a number`, "#/as_of"},
		{"an object for a date", `{"account_id": "a", "as_of": {"y": 5}, "features": {}}`, ErrRequest, `not an object`, "#/as_of"},
		{"an unknown milestone", `{"account_id": "a", "features": {}, "milestones": {"roll_out": "2026-01-01"}}`, ErrRequest,
			`unknown milestone "roll_out"; the nearest is "rollout"`, "#/milestones/roll_out"},
		{"a milestone without a date", `{"account_id": "a", "features": {}, "milestones": {"rollout": true}}`, ErrRequest, `a date like`, "#/milestones/rollout"},
		{"milestones in a list", `{"account_id": "a", "features": {}, "milestones": ["rollout"]}`, ErrRequest, `an object of names`, "#/milestones"},
		{"features in a list", `{"account_id": "a", "features": [1, 2]}`, ErrRequest, `an object of names`, "#/features"},
		{"no accounts", `{"accounts": []}`, ErrRequest, `"accounts" is empty`, "#/accounts"},
		{"accounts that are one", `{"accounts": {"account_id": "a", "features": {}}}`, ErrRequest, `a list of accounts`, "#/accounts"},
		{"an account that is a text", `{"accounts": ["a"]}`, ErrRequest, `account 0: an account is an object, not a text`, "#/accounts/0"},
		{"accounts and an account", `{"accounts": [{"account_id": "a", "features": {}}], "account_id": "b"}`, ErrRequest, `stands alone`, "#"},
		{"too many accounts", `{"accounts": [` + strings.Repeat(`{"account_id": "a", "features": {}},`, 10_000) + `{}]}`, ErrRequest, `more than 10000 accounts`, "#/accounts"},
		{"too many features", `{"account_id": "a", "features": {` + manyMembers(10_000) + `}}`, ErrRequest, `more than 22 members`, "#/features"},
		{"too many members", `{` + manyMembers(1000) + `}`, ErrRequest, `more than 100 members`, "#"},
		{"too many milestones", `{"account_id": "a", "features": {}, "milestones": {` + manyMembers(1000) + `}}`, ErrRequest, `more than 64 members`, "#/milestones"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, err := decodePredict([]byte(row.body), n, testLimits)
			if !errors.Is(err, row.want) || got != nil {
				t.Fatalf("%v, %v, want %v", got, err, row.want)
			}
			if !strings.Contains(err.Error(), row.detail) || len(err.Error()) > 400 {
				t.Errorf("%q lacks %q", err, row.detail)
			}
			var request *RequestError
			if errors.As(err, &request) && row.pointer != "" && request.Faults[0].Pointer != row.pointer {
				t.Errorf("at %q, want %q", request.Faults[0].Pointer, row.pointer)
			}
		})
	}
}

// manyMembers are n members with names of their own.
func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"f%d":1`, i)
	}
	return b.String()
}

// TestFaultsAreCounted: every fault is counted, the first twenty are listed.
func TestFaultsAreCounted(t *testing.T) {
	n := namesOf(testScorer(t))
	body := `{"accounts": [` + strings.TrimSuffix(strings.Repeat(`{"features": {"x": 1, "plan": 2}},`, 30), ",") + `]}`
	_, err := decodePredict([]byte(body), n, testLimits)
	var request *RequestError
	if !errors.As(err, &request) || request.Total != 90 || len(request.Faults) != 20 {
		t.Fatalf("%v", err)
	}
	if last := request.Faults[19]; *last.Account != 6 || last.Feature != "plan" {
		t.Errorf("%+v", last)
	}
}

// TestDecodeNeverPanics: any text is read or refused.
func TestDecodeNeverPanics(t *testing.T) {
	s := testScorer(t)
	n := namesOf(s)
	parts := []string{"{", "}", "[", "]", ",", ":", `"account_id"`, `"accounts"`, `"features"`, `"milestones"`, `"plan"`, `"pro"`, "1", "null", "true", `"2026-01-01"`, `"rollout"`}
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.OneOf(
			rapid.Map(rapid.SliceOf(rapid.SampledFrom(parts)), func(p []string) []byte { return []byte(strings.Join(p, "")) }),
			rapid.SliceOf(rapid.Byte()),
		).Draw(t, "body")
		got, err := decodePredict(body, n, testLimits)
		if (got == nil) == (err == nil) || (err != nil && !errors.Is(err, ErrSyntax) && !errors.Is(err, ErrRequest)) {
			t.Fatalf("%v, %v", got, err)
		}
		if got != nil {
			if _, err := s.Score(got.in, now); err != nil {
				t.Fatal(err)
			}
		}
	})
}
