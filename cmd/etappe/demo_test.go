package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/explain"
)

// transcript is a stream that may be read while a command writes it.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// service is a command that runs until it is interrupted.
type service struct {
	url            string
	stdout, stderr transcript
	cancel         context.CancelFunc
	ended          chan int
}

var servingAt = regexp.MustCompile(`(?i)serving \S+ on (http://[^\s,]+)`)

// startService runs a command in this process and returns when it says where
// it serves.
func startService(args ...string) (*service, error) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &service{cancel: cancel, ended: make(chan int, 1)}
	a := &app{stdout: &s.stdout, stderr: &s.stderr, width: 80, now: func() time.Time { return present }}
	go func() { s.ended <- a.run(ctx, args) }()
	for {
		if m := servingAt.FindStringSubmatch(s.stderr.String()); m != nil {
			s.url = m[1]
			return s, nil
		}
		select {
		case code := <-s.ended:
			cancel()
			return nil, fmt.Errorf("%v exited %d\n%s\n%s", args, code, s.stdout.String(), s.stderr.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// interrupt is Ctrl-C; it returns the exit code.
func (s *service) interrupt() int {
	s.cancel()
	return <-s.ended
}

// post sends a body as JSON and returns the status and the answer.
func (s *service) post(path string, body io.Reader) (int, []byte, error) {
	response, err := http.Post(s.url+path, "application/json", body)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// get returns the status and the answer at an address.
func (s *service) get(path string) (int, []byte, error) {
	response, err := http.Get(s.url + path)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// demoRun is the one demo that all tests read: its folder, what it printed,
// what its server answered, how it ended.
type demoRun struct {
	dir            string
	stdout, stderr string
	account        string // whose drop it explained
	request        []byte
	status         int
	answer         []byte
	page           string // address of the account's page
	pageStatus     int
	explained      []byte // the same movement as JSON
	exit           int
}

var (
	demoRoot string // removed after the last test
	runDemo  = sync.OnceValues(newDemo)
)

func newDemo() (*demoRun, error) {
	var err error
	if demoRoot, err = os.MkdirTemp("", "etappe-test-"); err != nil {
		return nil, err
	}
	d := &demoRun{dir: filepath.Join(demoRoot, "demo")}
	s, err := startService("demo", "--accounts", "600", "--bags", "4", "--dir", d.dir, "--listen", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if d.request, err = os.ReadFile(filepath.Join(d.dir, "request.json")); err != nil {
		return nil, err
	}
	if d.status, d.answer, err = s.post("/v1/predict", bytes.NewReader(d.request)); err != nil {
		return nil, err
	}
	if err := d.look(s); err != nil {
		return nil, err
	}
	d.exit = s.interrupt()
	d.stdout, d.stderr = s.stdout.String(), s.stderr.String()
	m := regexp.MustCompile(`--account (\S+)`).FindStringSubmatch(d.stdout)
	if m == nil {
		return nil, fmt.Errorf("the demo explained no account:\n%s", d.stdout)
	}
	d.account = m[1]
	return d, nil
}

// look reads the page of the last printed line, and the same as JSON.
func (d *demoRun) look(s *service) error {
	lines := strings.Split(strings.TrimSpace(s.stdout.String()), "\n")
	d.page = lines[len(lines)-1]
	at, found := strings.CutPrefix(d.page, s.url+"/accounts/")
	if !found {
		return fmt.Errorf("the last line is no page: %s", d.page)
	}
	var err error
	if d.pageStatus, _, err = s.get("/accounts/" + at); err != nil {
		return err
	}
	id, query, _ := strings.Cut(at, "?")
	_, d.explained, err = s.get("/v1/accounts/" + id + "/explanation?" + query)
	return err
}

// theDemo runs the demo once for all tests.
func theDemo(t *testing.T) *demoRun {
	t.Helper()
	if raceDetector {
		t.Skip("the race detector makes the demo a matter of many minutes; it sees the same code in scripts that need no demo")
	}
	d, err := runDemo()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDemoTellsItsStoryAndEndsCleanly(t *testing.T) {
	d := theDemo(t)
	if d.exit != exitOK {
		t.Errorf("interrupted while serving, the demo exited %d", d.exit)
	}
	for _, name := range []string{"data/accounts.parquet", "data/truth.json", "registry/champion.json", "history.db", "scores/scores-2025-07-01.parquet", "request.json"} {
		if _, err := os.Stat(filepath.Join(d.dir, name)); err != nil {
			t.Errorf("the demo left no %s: %v", name, err)
		}
	}
	for _, want := range []string{"etappe", "gate  passed", "\nClusters: ", "accounts: ", "Health fell from ", "etappe explain", "/v1/predict"} {
		if !strings.Contains(d.stdout, want) {
			t.Errorf("the demo does not say %q:\n%s", want, d.stdout)
		}
	}
	if strings.Contains(d.stderr, "\r") || strings.Contains(d.stderr, "panic") {
		t.Errorf("standard error, which is no terminal, holds\n%s", d.stderr)
	}
}

// The last line is the address of a page whose score fell, across the retrain,
// and what is served of it is what was printed.
func TestDemoEndsAtThePageOfADrop(t *testing.T) {
	d := theDemo(t)
	if d.pageStatus != http.StatusOK {
		t.Errorf("%s: status %d", d.page, d.pageStatus)
	}
	var e explain.Explanation
	if err := json.Unmarshal(d.explained, &e); err != nil {
		t.Fatal(err)
	}
	if e.AccountID != d.account || e.Change >= 0 || e.From.Model == e.To.Model || !strings.Contains(d.stdout, e.Sentence) {
		t.Errorf("%s by %v, from model %s to %s: %s", e.AccountID, e.Change, e.From.Model, e.To.Model, e.Sentence)
	}
}

// An address in use is found out before the work, not after it.
func TestDemoWantsItsAddressFirst(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := filepath.Join(t.TempDir(), "demo")
	var stdout, stderr bytes.Buffer
	a := &app{stdout: &stdout, stderr: &stderr, width: 80, now: func() time.Time { return present }}
	if code := a.run(t.Context(), []string{"demo", "--dir", dir, "--listen", taken.Addr().String()}); code != exitFailure {
		t.Errorf("exited %d", code)
	}
	if text := stderr.String(); !strings.Contains(text, "--listen names another address") || strings.Count(text, "\n") != 1 {
		t.Errorf("said %q", text)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the work began")
	}
}

// Ctrl-C during the work ends the demo too, with one line.
func TestDemoInterruptedAtWork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	a := &app{stdout: &stdout, stderr: &stderr, width: 80, now: func() time.Time { return present }}
	code := a.run(ctx, []string{"demo", "--no-serve", "--accounts", "50", "--dir", filepath.Join(t.TempDir(), "demo")})
	if code != exitFailure || !strings.HasSuffix(stderr.String(), "etappe: interrupted\n") {
		t.Errorf("exited %d and said %q", code, stderr.String())
	}
}
