package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/etappe/etappe/models/artifact"
)

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

// rewrite replaces a file's bytes by what change makes of them.
func rewrite(ts *testscript.TestScript, path string, change func([]byte) []byte) {
	path = ts.MkAbs(path)
	text, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, change(text), 0o644))
}

// flip changes one bit in the middle of a file: flip FILE
func flip(ts *testscript.TestScript, _ bool, args []string) {
	rewrite(ts, args[0], func(text []byte) []byte {
		text[len(text)/2] ^= 0x10
		return text
	})
}

// halve cuts a file in half: halve FILE
func halve(ts *testscript.TestScript, _ bool, args []string) {
	rewrite(ts, args[0], func(text []byte) []byte { return text[:len(text)/2] })
}

// replace changes the first place where a text stands: replace FILE OLD NEW
func replace(ts *testscript.TestScript, _ bool, args []string) {
	rewrite(ts, args[0], func(text []byte) []byte {
		changed := bytes.Replace(text, []byte(args[1]), []byte(args[2]), 1)
		if bytes.Equal(changed, text) {
			ts.Fatalf("%s does not hold %q", args[0], args[1])
		}
		return changed
	})
}

// clone copies a folder: clone FROM TO
func clone(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
}

// newest VARIABLE REGISTRY sets a variable to the version stored last.
func newest(ts *testscript.TestScript, _ bool, args []string) {
	registry, err := artifact.OpenRegistry(ts.MkAbs(args[1]))
	ts.Check(err)
	entries, err := registry.List()
	ts.Check(err)
	ts.Setenv(args[0], entries[len(entries)-1].Version)
}

// tree reads every file below a folder, by its path.
func tree(ts *testscript.TestScript, dir string) map[string][]byte {
	files := map[string][]byte{}
	root := os.DirFS(ts.MkAbs(dir))
	ts.Check(fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path], err = fs.ReadFile(root, path)
		}
		return err
	}))
	if len(files) == 0 {
		ts.Fatalf("%s holds no file", dir)
	}
	return files
}

// sameFolders compares two folders byte by byte: same A B
func sameFolders(ts *testscript.TestScript, neg bool, args []string) {
	a, b := tree(ts, args[0]), tree(ts, args[1])
	equal := len(a) == len(b)
	for path, text := range a {
		equal = equal && bytes.Equal(text, b[path])
	}
	if equal == neg {
		ts.Fatalf("%s and %s: same is %v", args[0], args[1], equal)
	}
}

// checkTidy wants nothing half-written below the script's folder: tidy
func checkTidy(ts *testscript.TestScript, neg bool, _ []string) {
	var left []string
	root := ts.MkAbs(".")
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path == filepath.Join(root, ".tmp"): // the script's own TMPDIR
			return fs.SkipDir
		case path != root && strings.HasPrefix(d.Name(), "."):
			left = append(left, path)
		}
		return nil
	}))
	if (len(left) > 0) != neg {
		ts.Fatalf("left behind: %v", left)
	}
}

func writeRows(ts *testscript.TestScript, path string, rows [][]string) {
	f, err := os.Create(ts.MkAbs(path))
	ts.Check(err)
	ts.Check(csv.NewWriter(f).WriteAll(rows))
	ts.Check(f.Close())
}

func readRows(ts *testscript.TestScript, path string) [][]string {
	f, err := os.Open(ts.MkAbs(path))
	ts.Check(err)
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	ts.Check(err)
	return rows
}

// writeTable writes a sound feature table of id, x, plan and y (1: churned), in
// which x drives y: table FILE ROWS
func writeTable(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	rng := rand.New(rand.NewPCG(1, 2))
	rows := [][]string{{"id", "x", "plan", "y"}}
	for i := range n {
		x, y := rng.Float64(), "0"
		if rng.Float64() < 0.1+0.7*x {
			y = "1"
		}
		rows = append(rows, []string{fmt.Sprint("a", i+1), strconv.FormatFloat(x, 'f', 3, 64), string("pqr"[rng.IntN(3)]), y})
	}
	writeRows(ts, args[0], rows)
}

// writeTables writes sound accounts, events and renewals as CSV: tables DIR
func writeTables(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o755))
	rng := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2022, 2, 1, 0, 0, 0, 0, time.UTC)
	day := func(n int) string { return start.AddDate(0, 0, n).Format(time.DateOnly) }
	accounts := [][]string{{"account_id", "created_at", "plan", "seats"}}
	events := [][]string{{"account_id", "type", "at", "value"}}
	renewals := [][]string{{"account_id", "due_on", "outcome"}}
	for i := range 60 {
		id, lively := fmt.Sprint("a", i+1), rng.Float64()
		accounts = append(accounts, []string{id, day(-i), string("pq"[i%2]), strconv.Itoa(5 + rng.IntN(40))})
		for d := 0; d < 700; d += 7 {
			if rng.Float64() < lively {
				events = append(events, []string{id, []string{"login", "export"}[rng.IntN(2)], day(d), ""})
			}
		}
		for _, due := range []int{365 - i, 730 - i} {
			outcome := "renewed"
			if due > 365 && rng.Float64() > lively {
				outcome = "churned"
			}
			renewals = append(renewals, []string{id, day(due), outcome})
		}
	}
	for name, rows := range map[string][][]string{"accounts": accounts, "events": events, "renewals": renewals} {
		writeRows(ts, filepath.Join(args[0], name+".csv"), rows)
	}
}

// setCell changes a cell of a CSV file, or every cell of a column (ROW is *, the
// column may be new); the value may hold Go's escapes: set FILE ROW COLUMN VALUE
func setCell(ts *testscript.TestScript, _ bool, args []string) {
	value, err := strconv.Unquote(`"` + args[3] + `"`)
	ts.Check(err)
	rows := readRows(ts, args[0])
	at := slices.Index(rows[0], args[2])
	if at < 0 {
		at = len(rows[0])
		rows[0] = append(rows[0], args[2])
	}
	for i := 1; i < len(rows); i++ {
		for len(rows[i]) <= at {
			rows[i] = append(rows[i], strconv.Itoa(i%7)) // a sound number around the cell to be set
		}
		if args[1] == "*" || args[1] == strconv.Itoa(i) {
			rows[i][at] = value
		}
	}
	writeRows(ts, args[0], rows)
}

// writeFolds deals rows to folds 0, 1, … in turn: folds FILE ROWS COUNT
func writeFolds(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	count, err := strconv.Atoi(args[2])
	ts.Check(err)
	rows := [][]string{{"row", "fold"}}
	for i := range n {
		rows = append(rows, []string{strconv.Itoa(i), strconv.Itoa(i % count)})
	}
	writeRows(ts, args[0], rows)
}

// reword changes a text wherever it stands in a column of a CSV file:
// reword FILE COLUMN OLD NEW
func reword(ts *testscript.TestScript, _ bool, args []string) {
	rows := readRows(ts, args[0])
	at := slices.Index(rows[0], args[1])
	for _, row := range rows[1:] {
		row[at] = strings.ReplaceAll(row[at], args[2], args[3])
	}
	writeRows(ts, args[0], rows)
}

// addLevels adds a column of many names to a CSV file: levels FILE COLUMN COUNT
func addLevels(ts *testscript.TestScript, _ bool, args []string) {
	count, err := strconv.Atoi(args[2])
	ts.Check(err)
	rows := readRows(ts, args[0])
	rows[0] = append(rows[0], args[1])
	for i := 1; i < len(rows); i++ {
		rows[i] = append(rows[i], fmt.Sprint("level ", i%count))
	}
	writeRows(ts, args[0], rows)
}

// checkSums reads an explanation's JSON and wants its bars to sum to the change,
// and the change to be the difference of the scores: sums FILE
func checkSums(ts *testscript.TestScript, _ bool, args []string) {
	var e struct {
		From, To struct {
			Health float64 `json:"health_score"`
		}
		Change float64
		Bars   []struct{ Points float64 }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &e))
	total := 0.0
	for _, b := range e.Bars {
		total += b.Points
	}
	if len(e.Bars) == 0 || e.Change == 0 || math.Abs(total-e.Change) > 1e-9 || math.Abs(e.To.Health-e.From.Health-e.Change) > 1e-9 {
		ts.Fatalf("%d bars sum to %v, the change is %v, from %v to %v", len(e.Bars), total, e.Change, e.From.Health, e.To.Health)
	}
}

// dropRows leaves the rows of a CSV file out that hold a value in a column:
// without FILE COLUMN VALUE
func dropRows(ts *testscript.TestScript, _ bool, args []string) {
	rows := readRows(ts, args[0])
	at := slices.Index(rows[0], args[1])
	writeRows(ts, args[0], slices.DeleteFunc(rows, func(row []string) bool { return row[at] == args[2] }))
}
