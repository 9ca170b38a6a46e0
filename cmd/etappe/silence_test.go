package main

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/datasets"
)

// renamed is a stream of events in which a type is called otherwise from a day on.
type renamed struct {
	datasets.Events
	from, to string
	since    int64
}

func (r renamed) Scan(ctx context.Context, do func(*datasets.EventBatch) error) error {
	return r.Events.Scan(ctx, func(b *datasets.EventBatch) error {
		out := *b
		out.Types, out.Type = append(slices.Clone(b.Types), r.to), slices.Clone(b.Type)
		for i, code := range out.Type {
			if b.Types[code] == r.from && b.At[i] >= r.since {
				out.Type[i] = uint16(len(b.Types))
			}
		}
		return do(&out)
	})
}

// A tracker that renames a type is named with the type that began, its features
// are missing, and with --strict nothing is scored. Data as they are stay silent.
func TestScoreNamesABrokenTracker(t *testing.T) {
	d := theDemo(t)
	data := filepath.Join(d.dir, "data")
	tables, err := datasets.Read(t.Context(), data, datasets.Sources{}, datasets.Options{Now: present})
	if err != nil {
		t.Fatal(err)
	}
	since := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	tables.Events = renamed{tables.Events, "admin_action", "admin_action_v2", since.Unix()}
	broken := t.TempDir()
	if err := datasets.Write(t.Context(), broken, tables); err != nil {
		t.Fatal(err)
	}
	run := func(data string, more ...string) (int, string) {
		var stdout, stderr bytes.Buffer
		a := &app{stdout: &stdout, stderr: &stderr, width: 100, now: func() time.Time { return present }}
		args := append([]string{"score", "--registry", filepath.Join(d.dir, "registry"), "--data", data, "--as-of", "2025-07-01",
			"--out", filepath.Join(t.TempDir(), "s.csv")}, more...)
		return a.run(t.Context(), args), stderr.String()
	}
	other := func(args ...string) string {
		var stdout, stderr bytes.Buffer
		a := &app{stdout: &stdout, stderr: &stderr, width: 100, now: func() time.Time { return present }}
		if code := a.run(t.Context(), args); code != exitOK {
			t.Errorf("%v exited %d: %s", args, code, &stderr)
		}
		return stdout.String()
	}
	code, text := run(broken)
	if code != exitOK || !strings.Contains(text, `warning: event type "admin_action" is not observed`) || !strings.Contains(text, `"admin_action_v2" began then`) {
		t.Errorf("exited %d: %s", code, text)
	}
	if stdout := other("score", "--registry", filepath.Join(d.dir, "registry"), "--data", broken, "--as-of", "2025-07-01",
		"--out", filepath.Join(t.TempDir(), "s.csv"), "--json"); !strings.Contains(stdout, `"successor": "admin_action_v2"`) {
		t.Errorf("score --json: %s", stdout)
	}
	if stdout := other("validate", "--data", broken); !strings.Contains(stdout, `type "admin_action" `) || !strings.Contains(stdout, `"admin_action_v2" began then`) {
		t.Errorf("validate: %s", stdout)
	}
	account := ""
	for i := range tables.Accounts {
		if tables.Accounts[i].CreatedAt.Before(since.AddDate(-1, 0, 0)) {
			account = tables.Accounts[i].ID
		}
	}
	explained := other("explain", "--registry", filepath.Join(d.dir, "registry"), "--data", broken, "--account", account, "--from", "2025-04-01", "--to", "2025-07-01", "--json")
	if !strings.Contains(explained, `"code": "not_observed"`) || !strings.Contains(explained, "was not observed after 30 April 2025") {
		t.Errorf("explain: %s", explained)
	}
	if code, text := run(broken, "--strict"); code != exitContract {
		t.Errorf("--strict exited %d: %s", code, text)
	}
	if code, text := run(data, "--strict"); code != exitOK || strings.Contains(text, "not observed") {
		t.Errorf("sound data: exited %d: %s", code, text)
	}
}
