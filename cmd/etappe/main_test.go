package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/etappe/etappe/models/artifact"
)

// present is the clock of every test, so that ages and dates do not change.
var present = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// update rewrites what the scripts compare with: go test ./cmd/etappe -update
var update = flag.Bool("update", false, "rewrite the golden parts of the scripts in testdata")

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

// Each script is one command's contract: what it prints where, what it leaves
// behind, with which code it exits. Those in testdata/script look at the demo's
// data and champion, those in testdata/alone at nothing but themselves.
func TestScripts(t *testing.T) {
	demo := theDemo(t)
	registry, err := artifact.OpenRegistry(filepath.Join(demo.dir, "registry"))
	if err != nil {
		t.Fatal(err)
	}
	models, err := registry.List()
	if err != nil || len(models) != 2 || models[0].Champion || !models[1].Champion {
		t.Fatalf("the demo stored %+v: %v", models, err)
	}
	runScripts(t, "script", map[string]string{"DEMO": demo.dir, "PAST": models[0].Version, "VERSION": models[1].Version, "ACCOUNT": demo.account})
}

func TestScriptsAlone(t *testing.T) { runScripts(t, "alone", nil) }

// Inputs that were once read wrongly, with files of our own.
func TestScriptsOfCases(t *testing.T) {
	files, err := filepath.Abs(filepath.Join("testdata", "cases", "files"))
	if err != nil {
		t.Fatal(err)
	}
	runScripts(t, "cases", map[string]string{"FILES": files})
}

// The inputs of ../shared/cases, where they are beside the repository.
func TestScriptsOfSharedCases(t *testing.T) {
	runScripts(t, "shared", map[string]string{"SHARED": shared(t, "cases")})
}

func runScripts(t *testing.T, folder string, variables map[string]string) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", folder),
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			for name, value := range variables {
				e.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "flip": flip, "halve": halve, "replace": replace, "clone": clone, "same": sameFolders, "tidy": checkTidy,
			"table": writeTable, "tables": writeTables, "set": setCell, "levels": addLevels, "folds": writeFolds, "reword": reword, "sums": checkSums, "newest": newest, "http": request, "without": dropRows,
		},
	})
}
