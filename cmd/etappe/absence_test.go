package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
)

// manyTypes writes 40 accounts with a frequent type, 300 rare ones, one of which
// begins on 1 December, and an account without any event.
func manyTypes(t *testing.T) string {
	t.Helper()
	events := &datasets.MemoryEvents{}
	tables := &datasets.Tables{Events: events}
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	add := func(account int, kind string, day int) {
		at := start.AddDate(0, 0, day)
		events.Append(int32(account), kind, at, at, datasets.NoValue, 1, 0)
	}
	for a := range 41 {
		tables.Accounts = append(tables.Accounts, datasets.Account{ID: fmt.Sprintf("a%02d", a), CreatedAt: start})
		outcome := datasets.Renewed
		if a%4 == 0 {
			outcome = datasets.Churned
		}
		due := start.AddDate(1, 0, 0)
		tables.Renewals = append(tables.Renewals, datasets.Renewal{Account: int32(a), DueOn: due, DecidedOn: due, Outcome: outcome})
		for week := 0; week < 50 && a < 40; week++ {
			add(a, "login", 7*week)
		}
	}
	for i := range 300 {
		add(i%40, fmt.Sprintf("kind_%03d", i), 10+i)
	}
	add(1, "late_kind", 335)
	add(1, "late_kind", 336)
	dir := t.TempDir()
	if err := datasets.Write(t.Context(), dir, tables); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Of very many event types a command prints how many are left out and the first of
// them; a type that begins after the date is in no column; who used nothing has 0.
func TestManyTypesAndNone(t *testing.T) {
	data := manyTypes(t)
	run := func(args ...string) (string, string) {
		var stdout, stderr bytes.Buffer
		a := &app{stdout: &stdout, stderr: &stderr, width: 100, now: func() time.Time { return present }}
		if code := a.run(t.Context(), args); code != exitOK {
			t.Fatalf("%v exited %d: %s", args, code, &stderr)
		}
		return stdout.String(), stderr.String()
	}
	stdout, stderr := run("validate", "--data", data)
	if lines := strings.Count(stdout, "\n"); lines > 70 || !strings.Contains(stdout, "and 262 more event types, all rarer") {
		t.Errorf("validate prints %d lines: %s", lines, stdout)
	}
	if !strings.Contains(stderr, "left out: 46 event types beyond the 256 most frequent") || !strings.Contains(stderr, "and 41 more (--json lists them)") {
		t.Errorf("validate leaves out: %s", stderr)
	}
	if stdout, _ = run("validate", "--data", data, "--json"); strings.Count(stdout, `"code": "rare"`) != 46 {
		t.Errorf("validate --json lists %d types that are left out", strings.Count(stdout, `"code": "rare"`))
	}
	file := filepath.Join(t.TempDir(), "s.csv")
	stdout, stderr = run("snapshot", "--data", data, "--as-of", "2024-12-01", "--out", file, "--json")
	if !strings.Contains(stderr, "left out: 45 event types") || strings.Count(stdout, `"code": "rare"`) != 45 {
		t.Errorf("snapshot leaves out: %s", stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(text)), "\n")
	header, last := strings.Split(rows[0], ","), strings.Split(rows[len(rows)-1], ",")
	if strings.Contains(rows[0], "late_kind") || len(rows) != 42 {
		t.Errorf("%d rows of %s", len(rows), rows[0])
	}
	want := map[string]string{"login.count_28d": "0", "login.rate": "0", "active_days_84d": "0", "breadth_28d": "0", "last_seen_days": "335.5"}
	for i, name := range header {
		if value, ok := want[name]; ok && last[i] != value {
			t.Errorf("%s of who used nothing: %q, not %s", name, last[i], value)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("no columns %v", want)
	}
}
