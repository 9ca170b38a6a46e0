package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// present is the clock of every script, so that ages and dates are golden.
var present = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"etappe": func() {
			a := &app{stdout: os.Stdout, stderr: os.Stderr, width: 80, now: func() time.Time { return present }}
			os.Exit(a.run(context.Background(), os.Args[1:]))
		},
	})
}

// Each script in testdata/script is one command's contract: what it prints
// where, what it leaves behind, with which code it exits.
func TestScripts(t *testing.T) {
	demo := demoFolder(t)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("DEMO", demo)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "flip": flip},
	})
}

// demoFolder runs the demo once; the scripts read what it left.
func demoFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	var stdout, stderr bytes.Buffer
	a := &app{stdout: &stdout, stderr: &stderr, width: 80, now: func() time.Time { return present }}
	code := a.run(t.Context(), []string{"demo", "--no-serve", "--accounts", "700", "--dir", dir})
	if code != exitOK {
		t.Fatalf("the demo exited %d\n%s\n%s", code, stdout.String(), stderr.String())
	}
	for _, name := range []string{"data/accounts.parquet", "data/truth.json", "registry", "scores/scores-2025-07-01.parquet", "request.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("the demo left no %s: %v", name, err)
		}
	}
	return dir
}

// exits runs a command and checks its exact exit code, which exec alone cannot:
// exits 3 etappe validate --data .
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND …")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exited %d, want %s", code, args[0])
	}
}

// flip changes one byte in the middle of a file.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	text[len(text)/2] ^= 0x10
	ts.Check(os.WriteFile(path, text, 0o644))
}
