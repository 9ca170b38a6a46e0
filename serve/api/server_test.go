package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/serve/score"
)

func testServer(t testing.TB, s *score.Scorer) (*Server, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	server := NewServer(ServerOptions{
		Clock:  func() time.Time { return now },
		Logger: slog.New(slog.NewJSONHandler(&log, nil)),
	})
	server.Swap(s)
	return server, &log
}

// request sends one request straight to the handler.
func request(server http.Handler, method, target string, header map[string]string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w
}

// accountBody is an ordinary account as a request names it.
const accountBody = `{"account_id": "acme-17", "as_of": "2026-03-01", "features": {
	"report.count_28d": 18, "report.count_84d": 121, "export.count_84d": 10, "report.trend": -0.8, "active_users_28d": 3,
	"user_concentration_28d": 0.8, "ticket.count_28d": 4, "tenure_days": 520, "days_to_renewal": 90, "plan": "pro"},
	"milestones": {"first_report": "2024-11-01"}}`

// scenario is one request and what must come of it.
type scenario struct {
	name   string
	method string
	route  string // as the document names it; "": the target's path
	target string
	header map[string]string
	body   string
	status int
	has    []string // parts of the answer
	hasNot []string
}

var scenarios = []scenario{
	{name: "live", method: "GET", target: "/livez", status: 200, has: []string{`{"status":"ok"}`}},
	{name: "ready", method: "GET", target: "/readyz", status: 200, has: []string{`{"status":"ok"}`}},
	{name: "document", method: "GET", target: "/openapi.json", status: 200, has: []string{`"openapi": "3.1.0"`}},
	{name: "model", method: "GET", target: "/v1/model", status: 200, has: []string{`"version":"2026-03-19-1"`, `"age_days":12`, `"reporting"`, `"rollout"`, `"orders":[{"fields":1,`}},
	{name: "features", method: "GET", target: "/v1/features", status: 200, has: []string{
		`"name":"active_users_28d","type":"numeric","unit":"users","theme":"people","side":"reactive","actionable":true,"text":"active users in the last 28 days"`,
		`"type":"categorical"`, `"levels":["basic","pro","true"]`, `"name":"rollout","type":"milestone"`}},
	{name: "features in German", method: "GET", target: "/v1/features", header: map[string]string{"Accept-Language": "de-AT, en;q=0.5"},
		status: 200, has: []string{`"text":"aktive Nutzer in den letzten 28 Tagen"`}},
	{name: "one account", method: "POST", target: "/v1/predict", body: accountBody, status: 200, has: []string{
		`"account_id":"acme-17","as_of":"2026-03-01","health_score":`, `"contributions":[{"feature":"report.count_28d","value":18`,
		`"feature":"nps.last","value":null`, `"feature":"milestone:rollout","value":null,"unit":"days","theme":"path","side":"proactive","log_odds":0`,
		` associated with a lower health score`, `"warnings":[]`}},
	{name: "in German", method: "POST", target: "/v1/predict", header: map[string]string{"Accept-Language": "de"},
		body: accountBody, status: 200, has: []string{"verbunden mit", "Tickets in den letzten 28 Tagen: 4 Ereignisse"}},
	{name: "all", method: "POST", target: "/v1/predict?contributions=all", body: accountBody, status: 200, has: []string{`"feature":"plan"`}},
	{name: "top", method: "POST", target: "/v1/predict?contributions=top", body: accountBody, status: 200,
		has: []string{`"feature":"other","value":null,"unit":"","theme":"other","side":"both"`}, hasNot: []string{`"nps.last"`}},
	{name: "none", method: "POST", target: "/v1/predict?contributions=none", body: accountBody, status: 200,
		has: []string{`"reasons":[{`}, hasNot: []string{`"contributions"`}},
	{name: "a list", method: "POST", target: "/v1/predict", body: `{"accounts":[` + accountBody + `,{"account_id":"b","features":{}}]}`, status: 200,
		has: []string{`{"results":[{"account_id":"acme-17"`, `{"account_id":"b","as_of":"2026-03-31"`, `"missing_data"`, `"path_not_measured"`}},
	{name: "an unseen level", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{"plan":"gold"}}`, status: 200,
		has: []string{`"unseen_level"`, `"value":"(unseen)"`}},
	{name: "declared as JSON", method: "POST", target: "/v1/predict", header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
		body: accountBody, status: 200},
	{name: "an unknown feature", method: "POST", target: "/v1/predict", body: `{"accounts":[{"account_id":"b","features":{"active_user_28d":3}}]}`,
		status: 422, has: []string{`"type":"urn:etappe:problem:request"`, `"account":0`, `"feature":"active_user_28d"`, `"nearest":"active_users_28d"`, `"pointer":"#/accounts/0/features/active_user_28d"`}},
	{name: "mixed types", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{"plan":1,"nps.last":"x"}}`,
		status: 422, has: []string{`"total":2`, "categorical", "numeric"}},
	{name: "no accounts", method: "POST", target: "/v1/predict", body: `{"accounts":[]}`, status: 422, has: []string{`\"accounts\" is empty`}},
	{name: "no body", method: "POST", target: "/v1/predict", status: 400, has: []string{"urn:etappe:problem:syntax"}},
	{name: "broken UTF-8", method: "POST", target: "/v1/predict", body: "{\"account_id\":\"\xc3\x28\"}", status: 400, has: []string{"UTF-8"}},
	{name: "1e400", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{"nps.last":1e400}}`, status: 400, has: []string{"1e400"}},
	{name: "1e308", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{"nps.last":1e308,"report.count_84d":1e308,"export.count_84d":1e308}}`, status: 200},
	{name: "an unknown detail", method: "POST", target: "/v1/predict?contributions=some", body: accountBody, status: 400, has: []string{"all, top or none"}},
	{name: "a detail twice", method: "POST", target: "/v1/predict?contributions=top&contributions=all", body: accountBody, status: 400},
	{name: "an unknown parameter", method: "POST", target: "/v1/predict?contribution=top", body: accountBody, status: 400, has: []string{`unknown parameter \"contribution\"`}},
	{name: "a broken query", method: "POST", target: "/v1/predict?contributions=%zz", body: accountBody, status: 400},
	{name: "a form", method: "POST", target: "/v1/predict", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
		body: accountBody, status: 415, has: []string{"send application/json"}},
	{name: "another charset", method: "POST", target: "/v1/predict", header: map[string]string{"Content-Type": "application/json; charset=latin1"},
		body: accountBody, status: 415},
	{name: "compressed", method: "POST", target: "/v1/predict", header: map[string]string{"Content-Encoding": "gzip"}, body: accountBody, status: 415},
	{name: "another method", method: "GET", target: "/v1/predict", status: 405},
	{name: "no such page", method: "GET", target: "/v2/predict", status: 404, has: []string{`"title":"Not Found"`}},
	{name: "no such page, head only", method: "HEAD", target: "/nowhere", status: 404},
	{name: "1,000,000 features", method: "POST", target: "/v1/predict", body: `{"account_id":"b","features":{` + manyMembers(1_000_000) + `}}`,
		status: 422, has: []string{"more than 22 members", `"total":1`}},
}

// path is the document's path of a scenario.
func (s *scenario) path() string {
	path, _, _ := strings.Cut(s.target, "?")
	return cmp.Or(s.route, path)
}

func TestScenarios(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	runScenarios(t, server, scenarios)
}

func runScenarios(t *testing.T, server *Server, rows []scenario) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			w := request(server, row.method, row.target, row.header, strings.NewReader(row.body))
			answer := w.Body.String()
			if w.Code != row.status {
				t.Fatalf("status %d, want %d: %s", w.Code, row.status, clip(answer))
			}
			for _, part := range row.has {
				if !strings.Contains(answer, part) {
					t.Errorf("the answer lacks %s:\n%s", part, answer)
				}
			}
			for _, part := range row.hasNot {
				if strings.Contains(answer, part) {
					t.Errorf("the answer has %s:\n%s", part, answer)
				}
			}
			if w.Header().Get(echo.HeaderXRequestID) == "" {
				t.Error("no request id")
			}
			if row.status >= 400 && row.method != "HEAD" {
				checkProblem(t, w)
			}
		})
	}
}

// checkProblem holds an error to RFC 9457.
func checkProblem(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if media := w.Header().Get("Content-Type"); media != problemMedia {
		t.Errorf("media type %q", media)
	}
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != w.Code || !strings.HasPrefix(p.Type, "urn:etappe:problem:") || p.Title == "" ||
		p.Instance != "urn:etappe:request:"+w.Header().Get(echo.HeaderXRequestID) {
		t.Errorf("%+v", p)
	}
	if w.Body.Len() > 8000 {
		t.Errorf("a problem of %d bytes", w.Body.Len())
	}
}

// TestEveryRouteHasAScenario keeps the table complete.
func TestEveryRouteHasAScenario(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	for _, route := range server.echo.Routes() {
		found := false
		for _, row := range slices.Concat(scenarios, accountScenarios) {
			found = found || (row.method == route.Method && row.path() == templated(route.Path) && row.status < 300)
		}
		if !found {
			t.Errorf("%s %s has no scenario", route.Method, route.Path)
		}
	}
}

// TestServedSums: the sums hold in the very bytes that a caller receives.
func TestServedSums(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	for _, query := range []string{"", "?contributions=top"} {
		w := request(server, "POST", "/v1/predict"+query, nil, strings.NewReader(accountBody))
		var a score.Answer
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		checkSums(t, a)
	}
}

// endless is a body of blanks without a declared length.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range p[:n] {
		p[i] = ' '
	}
	e.left -= n
	return n, nil
}

func TestLargeBody(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	body := &endless{50 << 20}
	w := request(server, "POST", "/v1/predict", nil, body)
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "at most 33554432 bytes") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	checkProblem(t, w)
	if read := 50<<20 - body.left; read > 33<<20 {
		t.Errorf("%d bytes were read", read)
	}
}

func TestBodyEndsEarly(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	body := io.MultiReader(strings.NewReader(`{"account_id"`), failingReader{})
	if w := request(server, "POST", "/v1/predict", nil, body); w.Code != http.StatusBadRequest {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// TestOwnFaults: a panic or a model without numbers is a plain 500; the log has
// the rest.
func TestOwnFaults(t *testing.T) {
	a := testArtifact(t)
	churn := *a.Churn
	a.Churn = &churn
	scorer := scorerOf(t, a, testMeta)
	churn = additive.Model{} // the model in service loses its terms
	for _, target := range []string{"/v1/predict", "/panic", "/nan"} {
		t.Run(target, func(t *testing.T) {
			server, log := testServer(t, scorer)
			server.Echo().POST("/panic", func(echo.Context) error { panic("secret: the model fell over") })
			server.Echo().POST("/nan", func(echo.Context) error { return fmt.Errorf("%w: log-odds NaN", score.ErrAnswer) })
			w := request(server, "POST", target, nil, strings.NewReader(accountBody))
			if w.Code != http.StatusInternalServerError {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			checkProblem(t, w)
			for _, leak := range []string{"secret", "NaN", "goroutine", ".go", "log-odds", "runtime", "index"} {
				if strings.Contains(w.Body.String(), leak) {
					t.Errorf("the answer leaks %q: %s", leak, w.Body)
				}
			}
			if id := w.Header().Get(echo.HeaderXRequestID); !strings.Contains(log.String(), id) {
				t.Errorf("the log does not name request %s: %s", id, log)
			}
			if again := request(server, "GET", "/livez", nil, nil); again.Code != 200 {
				t.Error("the server did not live on")
			}
		})
	}
}

func TestNotReady(t *testing.T) {
	server, _ := testServer(t, nil)
	for _, target := range []string{"GET /readyz", "GET /v1/features", "GET /v1/model", "POST /v1/predict"} {
		method, path, _ := strings.Cut(target, " ")
		w := request(server, method, path, nil, strings.NewReader(accountBody))
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", target, w.Code)
		}
		checkProblem(t, w)
	}
	if w := request(server, "GET", "/livez", nil, nil); w.Code != 200 {
		t.Errorf("not live: %d", w.Code)
	}
	server.Swap(testScorer(t))
	if w := request(server, "GET", "/readyz", nil, nil); w.Code != 200 {
		t.Errorf("not ready after Swap: %d", w.Code)
	}
}

func TestRequestID(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	for sent, kept := range map[string]bool{"abc-1.2_Z": true, "": false, "a b": false, "<x>": false, strings.Repeat("a", 65): false} {
		w := request(server, "GET", "/livez", map[string]string{echo.HeaderXRequestID: sent}, nil)
		if got := w.Header().Get(echo.HeaderXRequestID); (got == sent) != kept || got == "" {
			t.Errorf("sent %q, got %q", sent, got)
		}
	}
}

func TestAllowHeader(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	if allow := request(server, "GET", "/v1/predict", nil, nil).Header().Get("Allow"); !strings.Contains(allow, "POST") {
		t.Errorf("Allow: %q", allow)
	}
}

// TestSwapUnderLoad: every request is answered by one scorer, whole.
func TestSwapUnderLoad(t *testing.T) {
	artifact := testArtifact(t)
	scorers := make([]*score.Scorer, 2)
	for i := range scorers {
		s, err := score.New(artifact, score.Meta{Version: fmt.Sprintf("v%d", i), TrainedAt: testMeta.TrainedAt.AddDate(0, 0, -i)}, score.Options{})
		if err != nil {
			t.Fatal(err)
		}
		scorers[i] = s
	}
	server, _ := testServer(t, scorers[0])
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 25 {
				w := request(server, "POST", "/v1/predict", nil, strings.NewReader(accountBody))
				var a score.Answer
				if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 {
					t.Errorf("%d %v", w.Code, err)
					return
				}
				if (a.Model.Version == "v1") != (a.Model.AgeDays == 13) {
					t.Errorf("mixed answer %+v", a.Model)
				}
			}
		})
	}
	for i := range 50 {
		server.Swap(scorers[i%2])
	}
	wait.Wait()
}

func TestRun(t *testing.T) {
	server, _ := testServer(t, testScorer(t))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skipf("no socket may be opened here: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx, listener) }()
	answer, err := http.Post("http://"+listener.Addr().String()+"/v1/predict", "application/json", strings.NewReader(accountBody))
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != 200 {
		t.Errorf("%d %v", answer.StatusCode, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("an orderly end: %v", err)
	}
	if w := request(server, "GET", "/readyz", nil, nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("ready while ending: %d", w.Code)
	}
	if err := server.Run(t.Context(), listener); err == nil {
		t.Error("a closed listener is no error")
	}
}
