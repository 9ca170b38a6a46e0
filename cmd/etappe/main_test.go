package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// present is the clock of every test, so that ages and dates do not change.
var present = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// update rewrites what the scripts compare with: go test ./cmd/etappe -update
var update = flag.Bool("update", false, "rewrite the golden parts of testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){
		"etappe": func() {
			a := &app{stdout: os.Stdout, stderr: os.Stderr, width: 80, now: func() time.Time { return present }}
			os.Exit(a.run(context.Background(), os.Args[1:]))
		},
	})
}

// tests removes the demo's folder after the last test.
type tests struct{ *testing.M }

func (m tests) Run() int {
	code := m.M.Run()
	if demoRoot != "" {
		os.RemoveAll(demoRoot)
	}
	return code
}

// Each script in testdata/script is one command's contract: what it prints
// where, what it leaves behind, with which code it exits.
func TestScripts(t *testing.T) {
	demo := theDemo(t)
	versions, err := os.ReadDir(filepath.Join(demo.dir, "registry", "artifacts"))
	if err != nil || len(versions) != 1 {
		t.Fatalf("the demo stored %d models: %v", len(versions), err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("DEMO", demo.dir)
			e.Setenv("VERSION", versions[0].Name())
			e.Setenv("ACCOUNT", demo.account)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "flip": flip, "halve": halve, "replace": replace, "clone": clone, "same": sameFolders, "tidy": checkTidy,
			"table": writeTable, "tables": writeTables, "set": setCell, "levels": addLevels, "sums": checkSums,
		},
	})
}
