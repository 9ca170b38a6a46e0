package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the import path that all rooms share.
const module = "github.com/etappe/etappe/"

// wall says what a room may import beyond the standard library, and why.
type wall struct {
	room   string   // folder, with everything below it unless a longer room matches
	allow  []string // import paths with everything below them; "x!" is x alone
	reason string
}

// walls are the import rules of the house; what is absent is forbidden. The
// longest matching room decides.
var walls = []wall{
	{"datasets", []string{"datasets/columnar", "datasets/internal/names", "goccy/go-yaml", "invopop/jsonschema"},
		"tables reach files only through datasets/columnar, and depend on nothing that is made of them"},
	{"datasets/columnar", []string{"datasets/internal/names", "parquet-go/parquet-go", "klauspost/compress"},
		"blocks of columns in, blocks of columns out: the file layer has no table and no etappe.yaml"},
	{"datasets/strict", []string{"datasets!", "goccy/go-yaml"}, "a text into a struct: it has no table and no file layer"},
	{"datasets/infer", []string{"datasets", "datasets/columnar", "datasets/internal/names"},
		"a guess uses the tables and the files, and neither needs a guess"},
	{"datasets/internal/names", []string{"agnivade/levenshtein"}, "names are text: no file, no table"},
	{"datasets/internal/datatest", []string{"goccy/go-yaml", "invopop/jsonschema", "google/go-cmp", "santhosh-tekuri/jsonschema/v6"},
		"what the tests of datasets share; no other package imports it"},
	{"datasets/world", []string{"datasets", "gonum.org/v1/gonum", "golang.org/x/sync"}, "the world is data, so it may only write data"},
	{"features", []string{"datasets", "features/catalog", "gonum.org/v1/gonum"},
		"features know tables, never models: data flow one way"},
	{"features/catalog", []string{"agnivade/levenshtein"}, "the feature list is plain data, so that the artifact can hold it typed"},
	{"models", []string{"models", "gonum.org/v1/gonum", "golang.org/x/sync"},
		"numbers in, numbers out: no account, no date, no file but the artifact"},
	{"models/path", []string{"models!", "gonum.org/v1/gonum"}, "the success path is arithmetic on journeys; it needs no other model"},
	{"models/peers", []string{"models!", "gonum.org/v1/gonum"}, "what is usual is arithmetic on snapshots; it needs no other model"},
	{"models/additive/boost", []string{"models!", "models/additive!", "gonum.org/v1/gonum"}, "training builds the fitted model; the fitted model needs no training"},
	{"models/modelstest", []string{"models", "gonum.org/v1/gonum"}, "the contract of every trainer"},
	{"models/baseline", []string{"models", "gonum.org/v1/gonum", "sjwhitworth/golearn"}, "golearn's trees are a challenger, in one file"},
	{"models/cluster", []string{"models", "gonum.org/v1/gonum", "golang.org/x/sync", "sjwhitworth/golearn"}, "golearn's isolation forest is an oracle, in one file"},
	{"models/reading", []string{"models", "features/catalog"}, "a model as a person reads it: numbers and codes, no words"},
	{"models/artifact", []string{"models", "features/catalog", "golang.org/x/sys"}, "the only room of models that knows files"},
	{"train", []string{"datasets", "features", "models", "gonum.org/v1/gonum"}, "train and serve never meet: labels live only here"},
	{"serve/score", []string{"features", "models"}, "scores are numbers and codes: no word, no history, no HTTP"},
	{"serve/score/scoretest", []string{"serve/score", "serve/servetest", "models", "pgregory.net/rapid"}, "scorers and batches that the tests of serve share"},
	{"serve/explain", []string{"features", "models", "serve/score"}, "explanations are numbers and codes: no word, no history, no HTTP"},
	{"serve/account", []string{"datasets", "features", "models", "serve/score", "serve/explain", "serve/history"}, "what is stored is answered as data, without a word"},
	{"serve/api", []string{"features", "models", "serve!", "serve/history", "serve/score", "serve/explain", "serve/account", "serve/text", "labstack/echo/v4", "go-json-experiment/json"}, "the HTTP door: it decodes, calls serve and encodes"},
	{"serve/servetest", []string{"features", "models", "serve/history"}, "fixtures that every test below serve may import"},
	{"serve/history", []string{"serve/history", "jackc/pgx/v5", "modernc.org/sqlite", "pressly/goose/v3", "golang.org/x/text"}, "the only room that knows a database, and it knows nothing else"},
	{"serve/text", []string{"features", "serve/text", "serve/score", "serve/explain", "serve/account", "golang.org/x/text"}, "words are written from codes and numbers, and for nobody's door"},
	{"serve/text/terminal", []string{"features/catalog", "models", "serve/text", "serve/web/chart", "jedib0t/go-pretty/v6"}, "reports and terms as lines of text: no table read, no model trained, nobody served"},
	{"serve/web/chart", []string{"serve/web/chart"}, "numbers and ready texts in, SVG out: it serves pages and files alike"},
	{"serve/docs", nil, "the documentation is text: it needs nobody, so everybody may show it"},
	{"serve/web", []string{"features", "models", "serve", "labstack/echo/v4", "yuin/goldmark"}, "pages show what serve answers, and compute nothing"},
	{"cmd", []string{"cmd", "datasets", "features", "models", "train", "serve", "alecthomas/kong",
		"invopop/jsonschema", "schollz/progressbar/v3", "golang.org/x/term"}, "wiring: flags, exit codes, no logic"},
}

// testOnly may be imported by any test.
var testOnly = []string{"parquet-go/parquet-go", "chromedp/chromedp", "chromedp/cdproto", "jackc/pgx/v5", "pgregory.net/rapid", "google/go-cmp", "rogpeppe/go-internal", "santhosh-tekuri/jsonschema/v6", "invopop/jsonschema", "goccy/go-yaml", "datasets", "features", "models", "serve/servetest", "serve/score/scoretest"}

type goPackage struct {
	ImportPath                         string
	Dir                                string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

// needTool skips a test whose program is not installed, visibly; where
// ETAPPE_REQUIRE_ALL is set, as in CI, it fails instead.
func needTool(t *testing.T, name string) {
	t.Helper()
	_, err := exec.LookPath(name)
	switch {
	case err != nil && os.Getenv("ETAPPE_REQUIRE_ALL") != "":
		t.Fatalf("ETAPPE_REQUIRE_ALL is set, and %s is not installed", name)
	case err != nil:
		t.Skipf("%s is not installed", name)
	}
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports", module+"...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// wallOf returns the longest room that holds a folder.
func wallOf(folder string) (wall, bool) {
	best, found := wall{}, false
	for _, w := range walls {
		if (folder == w.room || strings.HasPrefix(folder, w.room+"/")) && len(w.room) > len(best.room) {
			best, found = w, true
		}
	}
	return best, found
}

// allowed tells whether an import passes a list of rooms and libraries.
func allowed(path string, list []string) bool {
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") {
		return true // standard library
	}
	path = strings.TrimPrefix(strings.TrimPrefix(path, module), "github.com/")
	return slices.ContainsFunc(list, func(a string) bool {
		if alone, ok := strings.CutSuffix(a, "!"); ok {
			return path == alone
		}
		return path == a || strings.HasPrefix(path, a+"/")
	})
}

func TestWallsBetweenRooms(t *testing.T) {
	for _, p := range packages(t) {
		folder := strings.TrimPrefix(p.ImportPath, module)
		w, ok := wallOf(folder)
		if !ok {
			t.Errorf("%s is in no room of the house", folder)
			continue
		}
		for _, i := range p.Imports {
			if !allowed(i, w.allow) && i != p.ImportPath {
				t.Errorf("%s imports %s: forbidden, because %s", folder, i, w.reason)
			}
		}
		for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
			if !allowed(i, slices.Concat(w.allow, testOnly)) && i != p.ImportPath {
				t.Errorf("the tests of %s import %s: forbidden, because %s", folder, i, w.reason)
			}
		}
	}
}

// mayTrain says which folders may import the trainer: whoever serves a model
// cannot fit one. serve/servetest is the fixtures of tests.
func mayTrain(folder string) bool {
	room, _, _ := strings.Cut(folder, "/")
	return room == "train" || folder == "serve/servetest" || folder == "models/modelstest"
}

func TestOnlyTrainingImportsTheTrainer(t *testing.T) {
	const trainer = "models/additive/boost"
	users := 0
	for _, p := range packages(t) {
		folder := strings.TrimPrefix(p.ImportPath, module)
		if !slices.Contains(p.Imports, module+trainer) {
			continue
		}
		users++
		if !mayTrain(folder) {
			t.Errorf("%s imports %s", folder, trainer)
		}
	}
	if users == 0 || mayTrain("serve/score") || mayTrain("models/additive") || mayTrain("cmd/etappe") {
		t.Errorf("%d packages import %s: the rule cannot fail", users, trainer)
	}
}

// A rule that cannot fail is no rule.
func TestWallsCanFail(t *testing.T) {
	for _, c := range []struct {
		folder, path string
		want         bool
	}{
		{"features", module + "models", false},
		{"models/path", module + "models", true},
		{"models/path", module + "models/peers", false},
		{"models/peers", module + "models/path", false},
		{"features", module + "features/catalog", true},
		{"features/catalog", module + "datasets", false},
		{"features/catalog", module + "features", false},
		{"models/artifact", module + "features/catalog", true},
		{"models/artifact", module + "features", false},
		{"models/artifact", module + "datasets", false},
		{"datasets", module + "datasets/infer", false},
		{"datasets", "github.com/parquet-go/parquet-go", false},
		{"datasets", module + "datasets/columnar", true},
		{"datasets/columnar", module + "datasets", false},
		{"datasets/columnar", "github.com/goccy/go-yaml", false},
		{"datasets/columnar", "github.com/parquet-go/parquet-go/compress/zstd", true},
		{"datasets/infer", "github.com/parquet-go/parquet-go", false},
		{"datasets/infer", module + "datasets/columnar", true},
		{"datasets/internal/names", module + "datasets/columnar", false},
		{"models/additive/boost", module + "models/additive", true},
		{"models/additive/boost", module + "models/cluster", false},
		{"train", module + "models/additive/boost", true},
		{"serve/score", module + "train", false},
		{"serve/score", module + "serve/text", false},
		{"serve/score", module + "serve/history", false},
		{"serve/explain", module + "serve/text", false},
		{"serve/explain", module + "serve/score", true},
		{"serve/account", module + "serve/text", false},
		{"serve/account", module + "serve/explain", true},
		{"serve/history", module + "serve/text", false},
		{"train", module + "serve", false},
		{"models/additive", module + "features", false},
		{"models/additive", "github.com/sjwhitworth/golearn/trees", false},
		{"models/additive", "gonum.org/v1/gonum/stat", true},
		{"serve/account", "github.com/labstack/echo/v4", false},
		{"serve/api", "github.com/labstack/echo/v4/middleware", true},
		{"serve/api", module + "train", false},
		{"serve/api", module + "serve/web", false},
		{"serve/servetest", module + "serve", false},
		{"serve/account", "github.com/jackc/pgx/v5", false},
		{"serve/explain", module + "serve/web", false},
		{"serve/history", module + "serve", false},
		{"serve/text", module + "serve/web", false},
		{"serve/text/terminal", module + "serve/web/chart", true},
		{"serve/text/terminal", module + "serve/web", false},
		{"serve/text/terminal", module + "train", false},
		{"cmd/etappe", "github.com/jedib0t/go-pretty/v6/table", false},
		{"serve/text", "github.com/labstack/echo/v4", false},
		{"serve/web", module + "serve/web/chart", true},
		{"serve/web/chart", module + "serve/web/chart", true},
		{"serve/web/chart", module + "serve", false},
		{"models/reading", module + "features/catalog", true},
		{"models/reading", module + "features", false},
		{"cmd/etappe", "gonum.org/v1/plot/plotter", false},
		{"serve/web/chart", "gonum.org/v1/gonum/floats", false},
		{"serve/docs", module + "serve", false},
		{"serve/docs", "github.com/yuin/goldmark", false},
	} {
		w, _ := wallOf(c.folder)
		if got := allowed(c.path, w.allow); got != c.want {
			t.Errorf("%s importing %s: allowed %v, want %v", c.folder, c.path, got, c.want)
		}
	}
}

// doors show what the rooms below computed: they import neither "math" nor a
// library that computes or draws. serve/web/chart is the room that draws.
var doors = []string{"serve/web", "cmd/etappe"}

// computing are the imports that a door may not have.
var computing = []string{"math", "gonum.org", "github.com/wcharczuk/go-chart", "github.com/go-echarts", "github.com/ajstarks/svgo"}

// computes lists what of some imports computes or draws.
func computes(imports []string) []string {
	var list []string
	for _, i := range imports {
		if slices.ContainsFunc(computing, func(c string) bool { return i == c || strings.HasPrefix(i, c+"/") }) {
			list = append(list, i)
		}
	}
	return list
}

func TestDoorsComputeNothing(t *testing.T) {
	for _, p := range packages(t) {
		if folder := strings.TrimPrefix(p.ImportPath, module); slices.Contains(doors, folder) {
			for _, i := range computes(p.Imports) {
				t.Errorf("%s imports %s: it shows what others computed", folder, i)
			}
		}
	}
}

// The negative control of the rule above.
func TestComputingIsFound(t *testing.T) {
	got := computes([]string{"fmt", "math", "math/bits", "mathematics", "gonum.org/v1/plot", "gonum.org/v1/gonum/stat"})
	if want := []string{"math", "math/bits", "gonum.org/v1/plot", "gonum.org/v1/gonum/stat"}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

// golearn stays behind one file a room, so that leaving it is one deletion.
func TestGolearnInOneFileEach(t *testing.T) {
	for _, room := range []string{"baseline", "cluster"} {
		dir := filepath.Join("..", "..", "models", room)
		var users []string
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, i := range f.Imports {
				if strings.Contains(i.Path.Value, "golearn") {
					users = append(users, path)
					break
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(users) != 1 {
			t.Errorf("models/%s: golearn is imported by %d files %v, want 1", room, len(users), users)
		}
	}
}

// forbiddenBelowCmd are the ways in which the outside world would leak in.
var forbiddenBelowCmd = map[string][]string{
	"time": {"Now", "Since", "Until"},
	"os":   {"Getenv", "LookupEnv", "Environ", "Exit"},
	"fmt":  {"Print", "Println", "Printf"},
	"rand": {"Int", "IntN", "Intn", "Float64", "Perm", "Shuffle", "Seed", "NormFloat64", "ExpFloat64", "Uint64", "Uint32", "N"},
}

// Clocks, seeds and loggers are passed in: below cmd nothing reads the clock,
// the environment or global randomness, and nothing prints.
func TestNoOutsideWorldBelowCmd(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasPrefix(p.ImportPath, module+"cmd") {
			continue
		}
		for _, name := range p.GoFiles {
			path := filepath.Join(p.Dir, name)
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, leak := range outsideWorld(f) {
				t.Errorf("%s uses %s", path, leak)
			}
		}
	}
}

// outsideWorld lists the forbidden selectors of a file.
func outsideWorld(f *ast.File) []string {
	var leaks []string
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := s.X.(*ast.Ident)
		if ok && x.Obj == nil && slices.Contains(forbiddenBelowCmd[x.Name], s.Sel.Name) {
			leaks = append(leaks, x.Name+"."+s.Sel.Name)
		}
		return true
	})
	return leaks
}

// The negative control of the rule above.
func TestOutsideWorldIsFound(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
import ("time"; "math/rand/v2")
func f() (any, int) { rand := rand.New(nil); return time.Now(), rand.IntN(3) }
func g() int { return rand.IntN(3) }`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(outsideWorld(f), " "); got != "time.Now rand.IntN" {
		t.Errorf("found %q", got)
	}
}

// The top level holds the agreed names and nothing else.
func TestTopLevelNames(t *testing.T) {
	needTool(t, "git")
	out, err := exec.Command("git", "-C", "../..", "ls-tree", "--name-only", "HEAD").Output()
	if err != nil {
		t.Skipf("not a git checkout: %v", err)
	}
	agreed := []string{"cmd", "train", "serve", "features", "datasets", "models", "go.mod", "go.sum", "Makefile", "README.md", "LICENSE"}
	for _, name := range strings.Fields(string(out)) {
		if !strings.HasPrefix(name, ".") && !slices.Contains(agreed, name) {
			t.Errorf("%s does not belong at the top level", name)
		}
	}
}
