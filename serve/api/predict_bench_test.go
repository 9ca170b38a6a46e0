package api

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/servetest"
)

// rewound is a request body that is read anew by every request.
type rewound struct{ *bytes.Reader }

func (rewound) Close() error { return nil }

// dropped is a response that stores its header and counts its bytes.
type dropped struct {
	header http.Header
	bytes  int
	status int
}

func (d *dropped) Header() http.Header         { return d.header }
func (d *dropped) WriteHeader(status int)      { d.status = status }
func (d *dropped) Write(p []byte) (int, error) { d.bytes += len(p); return len(p), nil }

// exchange is one request, sent to a handler any number of times without
// allocating for it.
type exchange struct {
	handler http.Handler
	request *http.Request
	body    *bytes.Reader
	answer  dropped
}

func newExchange(t testing.TB, handler http.Handler, target, body string) *exchange {
	t.Helper()
	e := &exchange{handler: handler, body: bytes.NewReader([]byte(body))}
	var err error
	if e.request, err = http.NewRequest(http.MethodPost, target, nil); err != nil {
		t.Fatal(err)
	}
	e.request.Header.Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	e.request.Body, e.request.ContentLength = rewound{e.body}, int64(len(body))
	e.answer.header = http.Header{}
	if e.send(); e.answer.status != http.StatusOK {
		t.Fatalf("%s: status %d", target, e.answer.status)
	}
	return e
}

func (e *exchange) send() {
	clear(e.answer.header)
	e.answer.bytes = 0
	e.body.Seek(0, io.SeekStart)
	e.handler.ServeHTTP(&e.answer, e.request)
}

// bare is an Echo handler that reads a body and writes so many bytes that are
// ready.
func bare(size int) *echo.Echo {
	e := echo.New()
	answer := bytes.Repeat([]byte("x"), size)
	e.POST("/v1/predict", func(c echo.Context) error {
		if _, err := io.ReadAll(c.Request().Body); err != nil {
			return err
		}
		return c.JSONBlob(http.StatusOK, answer)
	})
	return e
}

// wideBody is a request for one account with 80 features.
var wideBody = servetest.WideRequest()

func wideScorer(t testing.TB) *score.Scorer {
	t.Helper()
	return scorerOf(t, servetest.WideArtifact(t), testMeta)
}

// batchBody is a request for so many accounts.
func batchBody(accounts int) string {
	var b strings.Builder
	b.WriteString(`{"accounts":[`)
	for i := range accounts {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strings.Replace(wideBody, "acme-17", fmt.Sprintf("acme-%d", i), 1))
	}
	b.WriteString(`]}`)
	return b.String()
}

// benchPredict are the requests that are measured.
func benchPredict() []predictCase {
	return []predictCase{
		{"one", "/v1/predict", wideBody},
		{"top", "/v1/predict?contributions=top", wideBody},
		{"none", "/v1/predict?contributions=none", wideBody},
		{"batch1000", "/v1/predict", batchBody(1000)},
		{"batch1000top", "/v1/predict?contributions=top", batchBody(1000)},
	}
}

type predictCase struct{ name, target, body string }

// sideBySide measures ours and, in turns with it, theirs, which does not count as
// an operation; bare/own is the share of the other's rate that ours reaches.
func sideBySide(b *testing.B, turn int, ours, theirs func()) {
	var own, other time.Duration
	rounds := 0
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		ours()
		own += time.Since(start)
		if rounds++; rounds%turn != 0 {
			continue
		}
		b.StopTimer()
		start = time.Now()
		for range turn {
			theirs()
		}
		other += time.Since(start)
		b.StartTimer()
	}
	if other == 0 { // a run of a few operations, to find out how many there shall be
		return
	}
	b.ReportMetric(other.Seconds()/float64(rounds-rounds%turn)/(own.Seconds()/float64(rounds)), "bare/own")
}

// BenchmarkPredict measures POST /v1/predict over a loopback connection beside a
// bare Echo handler that reads and writes as many bytes.
func BenchmarkPredict(b *testing.B) {
	server, _ := testServer(b, wideScorer(b))
	for _, c := range benchPredict() {
		b.Run(c.name, func(b *testing.B) {
			size := newExchange(b, server, c.target, c.body).answer.bytes
			own, plain := dial(b, server, c), dial(b, bare(size), c)
			b.ReportMetric(float64(len(c.body)), "B-in")
			b.ReportMetric(float64(size), "B-out")
			sideBySide(b, turns(c), own.send, plain.send)
		})
	}
}

// BenchmarkPredictHandler measures the handler alone, without net/http: its bytes
// and allocations are those of a request.
func BenchmarkPredictHandler(b *testing.B) {
	server, _ := testServer(b, wideScorer(b))
	for _, c := range benchPredict() {
		b.Run(c.name, func(b *testing.B) {
			own := newExchange(b, server, c.target, c.body)
			plain := newExchange(b, bare(own.answer.bytes), c.target, c.body)
			sideBySide(b, turns(c), own.send, plain.send)
		})
	}
}

// turns is how many requests of a kind are sent before the other kind's turn.
func turns(c predictCase) int { return max(1, 64/(1+len(c.body)/50_000)) }

// connection is a client that sends one request again and again over loopback,
// without allocating.
type connection struct {
	b       *testing.B
	conn    net.Conn
	request []byte
	answer  []byte // as long as the answer
}

func dial(b *testing.B, handler http.Handler, c predictCase) *connection {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Skipf("no socket may be opened here: %v", err)
	}
	server := &http.Server{Handler: handler}
	go server.Serve(listener)
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close(); server.Close() })
	out := &connection{b: b, conn: conn, request: fmt.Appendf(nil,
		"POST %s HTTP/1.1\r\nHost: x\r\nX-Request-Id: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", c.target, len(c.body), c.body)}
	if _, err := conn.Write(out.request); err != nil {
		b.Fatal(err)
	}
	var raw bytes.Buffer // every answer has the same length as the first
	response, err := http.ReadResponse(bufio.NewReaderSize(io.TeeReader(conn, &raw), 1), nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s: %v", response.Status, err)
	}
	out.answer = make([]byte, raw.Len())
	return out
}

func (c *connection) send() {
	if _, err := c.conn.Write(c.request); err != nil {
		c.b.Fatal(err)
	}
	if _, err := io.ReadFull(c.conn, c.answer); err != nil {
		c.b.Fatal(err)
	}
}

// A request for one account with all its contributions costs so much memory.
const (
	maxRequestBytes  = 40_000
	maxRequestAllocs = 180
)

// TestRequestCost bounds what the whole handler allocates for one account.
func TestRequestCost(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector empties pools at random")
	}
	server, _ := testServer(t, wideScorer(t))
	one := newExchange(t, server, "/v1/predict", wideBody)
	const runs = 200
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	allocs := testing.AllocsPerRun(runs, one.send)
	runtime.ReadMemStats(&after)
	size := float64(after.TotalAlloc-before.TotalAlloc) / (runs + 1)
	t.Logf("%d bytes in, %d out: %.0f bytes in %.0f allocations", len(wideBody), one.answer.bytes, size, allocs)
	if size > maxRequestBytes || allocs > maxRequestAllocs {
		t.Errorf("a request allocates %.0f bytes in %.0f pieces, at most %d in %d are allowed", size, allocs, maxRequestBytes, maxRequestAllocs)
	}
}
