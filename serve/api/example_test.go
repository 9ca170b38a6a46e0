package api_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/api"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/servetest"
)

// exampleServer serves a small fitted model, without a history.
func exampleServer() *api.Server {
	model, err := servetest.Fitted()
	if err != nil {
		panic(err)
	}
	scorer, err := score.New(model, score.Meta{Version: servetest.Version, TrainedAt: servetest.TrainedAt}, score.Options{})
	if err != nil {
		panic(err)
	}
	server := api.NewServer(api.ServerOptions{Clock: func() time.Time { return servetest.Now }})
	server.Swap(scorer)
	return server
}

// post sends a body to POST /v1/predict.
func post(target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	exampleServer().ServeHTTP(w, r)
	return w
}

// One account is scored; the contributions add up to the score.
func ExampleServer() {
	w := post("/v1/predict", `{
		"account_id": "acme-17", "as_of": "2026-03-01",
		"features": {"active_users_28d": 3, "ticket.count_28d": 4, "tenure_days": 520, "plan": "pro"},
		"milestones": {"first_report": "2024-11-01"}}`)
	var a score.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		panic(err)
	}
	sum := a.Baseline.Points
	for _, c := range a.Contributions {
		sum += c.Points
	}
	fmt.Println(w.Code, a.AccountID, a.Band, len(a.Contributions), "contributions")
	fmt.Printf("the sum is off by %.6f\n", sum-a.HealthScore)
	// Output:
	// 200 acme-17 sick 11 contributions
	// the sum is off by 0.000000
}

// A list of accounts is answered in its order; of the second nothing is known.
func ExampleServer_list() {
	w := post("/v1/predict?contributions=none", `{"accounts": [
		{"account_id": "acme-17", "features": {"active_users_28d": 3}},
		{"account_id": "b", "features": {}}]}`)
	var list api.Results
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		panic(err)
	}
	for _, a := range list.Results {
		fmt.Println(a.AccountID, a.AsOf, len(a.Contributions), "contributions")
	}
	// Output:
	// acme-17 2026-03-31 0 contributions
	// b 2026-03-31 0 contributions
}

// A body that breaks the contract is refused with every fault in it.
func ExampleProblem() {
	w := post("/v1/predict", `{"account_id": "acme-17", "features": {"active_user_28d": 3, "plan": 1}}`)
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		panic(err)
	}
	fmt.Println(p.Status, p.Type, p.Total)
	for _, fault := range p.Errors {
		fmt.Println(fault.Pointer, fault.Detail)
	}
	// Output:
	// 422 urn:etappe:problem:request 2
	// #/features/active_user_28d unknown feature "active_user_28d"; the nearest is "active_users_28d"
	// #/features/plan feature "plan" is categorical: the name of a level is expected, not a number
}

// HEAD answers as GET does, without the body.
func ExampleServer_ServeHTTP() {
	w := httptest.NewRecorder()
	exampleServer().ServeHTTP(w, httptest.NewRequest("HEAD", "/v1/features", nil))
	fmt.Println(w.Code, w.Header().Get("Content-Type"), w.Body.Len())
	// Output: 200 application/json 0
}

// An error of the service has one HTTP status.
func ExampleStatusOf() {
	fmt.Println(api.StatusOf(account.ErrNotReady), api.StatusOf(fmt.Errorf("read: %w", account.ErrNoHistory)))
	// Output: 503 404
}
