package api

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// plainBodies are bodies to change: plain ones, and some that are not.
var plainBodies = []string{
	`{"account_id":"acme","as_of":"2026-03-01","features":{"active_users_28d":3,"nps.last":null,"plan":"gold","ticket.count_28d":true,"tenure_days":100.25},"milestones":{"first_report":"2025-12-21","rollout":"2026-03-01"}}`,
	`{"accounts": [{"account_id": "a", "features": {"plan": "pro"}, "milestones": {}}, {"features": {"plan": true, "tenure_days": 5e1}, "account_id": "bä", "milestones": {"rollout": null}}, {"account_id": "c", "features": {}}]}`,
	`{"accounts":[{"account_id":"a","features":{"tenure_days":0,"nps.last":-0.0,"report.trend":-1.5e-3}},{"account_id":"b","features":{"nps.last":7.123456789012345678,"tenure_days":12345678901234567890}}]}`,
	`{"account_id": "a", "store": false, "features": {"plan": "\u0070ro"}, "milestones": {"rollout": ["2025-01-01"]}}`,
}

// equalRequests compares what two decoders returned, missing numbers being equal.
func equalRequests(a, b *predictRequest) bool {
	same := func(x, y []float64) bool {
		return slices.EqualFunc(x, y, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y })
	}
	columns := func(x, y [][]float64) bool { return slices.EqualFunc(x, y, same) }
	return a.single == b.single && a.store == b.store && len(a.recalls) == len(b.recalls) && slices.Equal(a.in.AccountIDs, b.in.AccountIDs) &&
		slices.EqualFunc(a.in.AsOf, b.in.AsOf, time.Time.Equal) && columns(a.in.Frame.Columns, b.in.Frame.Columns) &&
		same(a.in.Journey.Tenure, b.in.Journey.Tenure) && columns(a.in.Journey.Reached, b.in.Journey.Reached) &&
		reflect.DeepEqual(a.in.Warnings, b.in.Warnings)
}

// change replaces, removes or repeats a piece of a body.
func change(t *rapid.T, body []byte) []byte {
	from := rapid.IntRange(0, len(body)-1).Draw(t, "from")
	to := min(len(body), from+rapid.IntRange(0, 6).Draw(t, "length"))
	piece := rapid.SampledFrom([]string{"", "1", "-", ".", "0", "e5", "E+400", "\"", "\\", ",", "{", "}", "[", "]", ":", " ", "\t", "null", "tru", "\x00", "\xff",
		`"a":1,`, `"plan":"pro",`, `"features":{},`, `"store":true,`, string(body[from:to]) + string(body[from:to])}).Draw(t, "piece")
	return slices.Concat(body[:from], []byte(piece), body[to:])
}

// What the decoder of plain bodies returns is what the decoder of all bodies returns of
// the same body; it leaves those with a fault to the other.
func TestPlainIsDecoded(t *testing.T) {
	n := namesOf(testScorer(t))
	plain := 0
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(rapid.SampledFrom(plainBodies).Draw(t, "body"))
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			body = change(t, body)
		}
		fast := decodePlain(body, n, testLimits)
		if fast == nil {
			return
		}
		plain++
		if slow, err := decodeAny(body, n, testLimits); err != nil || !equalRequests(fast, slow) {
			t.Fatalf("%s\nis plain: %+v\nbut: %+v, %v", body, fast.in, slow, err)
		}
	})
	if plain == 0 {
		t.Error("no body was plain")
	}
	for i, body := range plainBodies {
		if got := decodePlain([]byte(body), n, testLimits); (got != nil) != (i < 3) {
			t.Errorf("%s: plain %v", body, got != nil)
		}
	}
}

// The features of an account are read in any order, after accounts of other orders.
func TestPlainOrders(t *testing.T) {
	n := namesOf(testScorer(t))
	names := []string{`"plan":"pro"`, `"tenure_days":5`, `"nps.last":9`, `"active_users_28d":4`}
	rapid.Check(t, func(t *rapid.T) {
		accounts := []string{}
		for a := range rapid.IntRange(1, 4).Draw(t, "accounts") {
			some := rapid.Permutation(names).Draw(t, "order")[:rapid.IntRange(0, len(names)).Draw(t, "names")]
			accounts = append(accounts, fmt.Sprintf(`{"account_id":"a%d","features":{%s}}`, a, strings.Join(some, ",")))
		}
		body := []byte(`{"accounts":[` + strings.Join(accounts, ",") + `]}`)
		fast := decodePlain(body, n, testLimits)
		if slow, err := decodeAny(body, n, testLimits); err != nil || fast == nil || !equalRequests(fast, slow) {
			t.Fatalf("%s: %v, %v", body, fast, err)
		}
	})
}

// A number is the float64 next to its text, as strconv reads it, and JSON's.
func TestScannedNumbers(t *testing.T) {
	n := namesOf(testScorer(t))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?`),
			rapid.StringMatching(`[-+0-9.eE]{1,12}`),
			rapid.Map(rapid.Float64(), func(x float64) string { return fmt.Sprint(x) }),
		).Draw(t, "number")
		s := scanner{text: []byte(text)}
		raw, x, ok := s.number()
		body := []byte(`{"account_id":"a","features":{"nps.last":` + text + `}}`)
		slow, err := decodeAny(body, n, testLimits)
		if ok = ok && bytes.Equal(raw, []byte(text)); ok != (err == nil) {
			t.Fatalf("%q: %v, %v", text, ok, err)
		}
		if ok {
			if want := slow.in.Frame.Columns[n.index["nps.last"]][0]; math.Float64bits(want) != math.Float64bits(x) {
				t.Fatalf("%q: %v, want %v", text, x, want)
			}
		}
	})
}
