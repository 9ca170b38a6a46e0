package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// repeated is a body of n bytes that costs no memory.
type repeated struct{ n int }

func (r *repeated) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	n := min(len(p), r.n)
	for i := range p[:n] {
		p[i] = ' '
	}
	r.n -= n
	return n, nil
}

// A running server refuses what no caller should send, with one problem
// document each, and goes on answering.
func TestServeRefusesMonstrousRequests(t *testing.T) {
	d := theDemo(t)
	s, err := startService("serve", "--registry", filepath.Join(d.dir, "registry"), "--listen", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	million := &bytes.Buffer{}
	million.WriteString(`{"account_id":"a","features":{"f0":0`)
	for i := 1; i < 1_000_000; i++ {
		fmt.Fprintf(million, `,"f%d":%d`, i, i)
	}
	million.WriteString(`}}`)
	for name, c := range map[string]struct {
		body   io.Reader
		status int
		says   string
	}{
		"a million features": {million, 422, "far more than there are names to know"},
		"50 MB":              {&repeated{50 << 20}, 413, "send the accounts in several requests"},
		"broken UTF-8":       {strings.NewReader("{\"account_id\":\"\xff\xfe\",\"features\":{}}"), 400, "not valid UTF-8"},
		"cut off":            {bytes.NewReader(d.request[:len(d.request)/2]), 400, "line "},
		"empty":              {strings.NewReader(""), 400, "not readable"},
		"an unknown feature": {strings.NewReader(`{"account_id":"a","features":{"tenure_dayz":3}}`), 422, `the nearest is \"tenure_days\"`},
		"1e999":              {strings.NewReader(`{"account_id":"a","features":{"tenure_days":1e999}}`), 400, "beyond what a number can hold"},
	} {
		status, answer, err := s.post("/v1/predict", c.body)
		if err != nil || status != c.status || !strings.Contains(string(answer), c.says) {
			t.Errorf("%s: status %d, want %d with %q, got %.300s (%v)", name, status, c.status, c.says, answer, err)
		}
		var problem struct{ Type, Title string }
		if err := json.Unmarshal(answer, &problem); err != nil || !strings.HasPrefix(problem.Type, "urn:etappe:problem:") {
			t.Errorf("%s: no problem document: %.300s", name, answer)
		}
		if len(answer) > 16<<10 {
			t.Errorf("%s: %d bytes of answer", name, len(answer))
		}
	}
	if status, answer, err := s.post("/v1/predict", bytes.NewReader(d.request)); err != nil || status != 200 || !bytes.Equal(answer, d.answer) {
		t.Errorf("afterwards: status %d, %v, the same answer: %v", status, err, bytes.Equal(answer, d.answer))
	}
	if code := s.interrupt(); code != exitOK {
		t.Errorf("interrupted, serve exited %d: %s", code, s.stderr.String())
	}
	if s.stdout.String() != "" || strings.Contains(s.stderr.String(), "panic") {
		t.Errorf("printed %q and logged %q", s.stdout.String(), s.stderr.String())
	}
}
