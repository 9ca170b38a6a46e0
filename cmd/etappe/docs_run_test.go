package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// blocks returns the code blocks of a Markdown text that are in one language.
func blocks(text, language string) (list []string) {
	var block strings.Builder
	inside, wanted := false, false
	for line := range strings.Lines(text) {
		switch mark, fence := strings.CutPrefix(strings.TrimSpace(line), "```"); {
		case fence && inside:
			if wanted {
				list = append(list, block.String())
			}
			inside = false
		case fence:
			inside, wanted = true, mark == language
			block.Reset()
		case inside:
			block.WriteString(line)
		}
	}
	return list
}

// sandbox is a folder in which every command of the documentation can be run.
type sandbox struct {
	folder string // is copied for each page
	path   string // of the commands: etappe, and stand-ins for curl, make and go
}

// newSandbox makes a small world, a registry with a champion, a history with
// two dates, a team's own export, and a feature table with folds.
func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	root := t.TempDir()
	c := &sandbox{folder: filepath.Join(root, "folder"), path: filepath.Join(root, "bin")}
	for _, dir := range []string{c.folder, c.path, filepath.Join(root, "real")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	etappe := filepath.Join(root, "real", "etappe") // under this name the test's binary is the program
	if err := os.Symlink(self, etappe); err != nil {
		t.Fatal(err)
	}
	repository, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		// A server listens on a free port, and requests go there.
		"etappe": `case $1 in serve) set -- "$@" --listen 127.0.0.1:$PORT;; esac` + "\n" + `exec ` + etappe + ` "$@"`,
		"curl": `for a; do shift; set -- "$@" "$(printf %s "$a" | sed s/127.0.0.1:8080/127.0.0.1:$PORT/)"; done` + "\n" +
			`exec ` + tool(t, "curl") + ` --fail --retry 60 --retry-delay 1 --retry-connrefused "$@"`,
		// Targets and packages are there; what they do is for CI to run.
		"make": `exec ` + tool(t, "make") + ` --dry-run -C ` + repository + ` "$@" >/dev/null`,
		"go":   `for a; do case $a in ./*) cd ` + repository + ` && exec ` + tool(t, "go") + ` list "$a" >/dev/null;; esac; done; exit 1`,
	} {
		if err := os.WriteFile(filepath.Join(c.path, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c.fill(t)
	return c
}

// fill fills the folder.
func (c *sandbox) fill(t *testing.T) {
	t.Helper()
	c.run(t, c.folder, `etappe simulate --accounts 400 --seed 7 --out world
etappe train --data world --registry models --promote --bags 2
for day in 2025-04-01 2025-07-01; do etappe score --registry models --data world --history scores.db --as-of $day; done`)
	c.write(t, exported())
	rng := rand.New(rand.NewPCG(1, 2))
	table, folds := [][]string{{"account", "logins", "plan", "churned"}}, [][]string{{"row", "fold"}}
	for i := range 600 {
		x, outcome, risk := rng.Float64(), "no", 0.15
		if x > 0.5 { // a step, which a straight line does not follow
			risk = 0.75
		}
		if rng.Float64() < risk {
			outcome = "yes"
		}
		table = append(table, []string{fmt.Sprint("a", i+1), strconv.FormatFloat(x, 'f', 3, 64), string("pqr"[rng.IntN(3)]), outcome})
		folds = append(folds, []string{strconv.Itoa(i), strconv.Itoa(i % 2)})
	}
	c.write(t, map[string][][]string{"churn.csv": table, "folds.csv": folds})
}

// write writes CSV files by their paths.
func (c *sandbox) write(t *testing.T, files map[string][][]string) {
	t.Helper()
	for name, rows := range files {
		path := filepath.Join(c.folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := csv.NewWriter(f).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// exported is a team's own export: clients, what their people do, and contracts
// of a year, which the busy renew.
func exported() map[string][][]string {
	rng := rand.New(rand.NewPCG(3, 4))
	start := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	day := func(n int) string { return start.AddDate(0, 0, n).Format(time.DateOnly) }
	clients := [][]string{{"client_id", "signup", "plan"}}
	usage := [][]string{{"client_id", "day", "action", "person"}}
	contracts := [][]string{{"client_id", "start_date", "end_date", "mrr"}}
	for i := range 80 {
		id, first, busy := fmt.Sprint("C-", 100+i), 7*i%180, rng.Float64()
		clients = append(clients, []string{id, day(first), []string{"basic", "pro"}[i%2]})
		for year := range 3 {
			from := first + 365*year
			contracts = append(contracts, []string{id, day(from), day(from + 364), strconv.Itoa(100 + 50*(i%5))})
			for d := from; d < from+365; d += 7 {
				if rng.Float64() < busy {
					usage = append(usage, []string{id, day(d), []string{"login", "export"}[rng.IntN(2)], fmt.Sprint("p", i, "-", rng.IntN(3))})
				}
			}
			if rng.Float64() > 0.4+busy {
				break
			}
		}
	}
	return map[string][][]string{"export/clients.csv": clients, "export/usage.csv": usage, "export/contracts.csv": contracts}
}

// run runs lines as one script, which ends at the first that fails; a server in
// the background is ended with it.
func (c *sandbox) run(t *testing.T, dir, lines string) {
	t.Helper()
	if text, err := c.try(t, dir, lines); err != nil {
		t.Errorf("%v\n%s\nprinted:\n%s", err, lines, text)
	}
}

func (c *sandbox) try(t *testing.T, dir, lines string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", "set -e\ntrap '[ -z \"$!\" ] || kill \"$!\"' EXIT\n"+lines)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+c.path+string(os.PathListSeparator)+os.Getenv("PATH"), "PORT="+strconv.Itoa(freePort(t)))
	cmd.WaitDelay = 10 * time.Second
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// tool is a program's path.
func tool(t *testing.T, name string) string {
	t.Helper()
	needTool(t, name)
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// freePort is a port of loopback that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Every command of README, .github and documentation is run as it stands, page
// by page, each page in a folder of its own, as one script.
func TestEveryCommandRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every command of the documentation")
	}
	c := newSandbox(t)
	total := 0
	for _, path := range markdownFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list := blocks(string(text), "sh")
		if len(list) == 0 {
			continue
		}
		total += len(list)
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(c.folder)); err != nil {
				t.Fatal(err)
			}
			// One script a page: what a block starts, the next may use.
			c.run(t, dir, strings.Join(list, "\n"))
		})
	}
	if total < 15 {
		t.Errorf("only %d blocks of commands were found", total)
	}
	for _, wrong := range []string{"etappe models", "make no-such-target", "go test ./no/such/package", "false; true"} { // the negative control
		if text, err := c.try(t, c.folder, wrong); err == nil {
			t.Errorf("%q passes: %s", wrong, text)
		}
	}
}

// Every etappe.yaml of the documentation is one.
func TestEveryConfigurationReads(t *testing.T) {
	total := 0
	for _, path := range markdownFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range blocks(string(text), "yaml") {
			total++
			if _, err := parseConfig(path, []byte(block)); err != nil {
				t.Errorf("%v\n%s", err, block)
			}
		}
	}
	if total == 0 {
		t.Error("no configuration was found")
	}
}

// Every block of code names its language, so that none is left out by a slip: sh is run,
// yaml is read, the others are no commands.
func TestEveryBlockHasItsLanguage(t *testing.T) {
	for _, path := range markdownFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range blocks(string(text), "") {
			t.Errorf("%s: a block without a language:\n%s", path, block)
		}
		for _, language := range []string{"bash", "shell", "console", "yml"} {
			for _, block := range blocks(string(text), language) {
				t.Errorf("%s: a block of %s, which no test looks at:\n%s", path, language, block)
			}
		}
	}
}
