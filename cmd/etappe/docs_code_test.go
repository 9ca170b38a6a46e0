package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// codeConstants are the names of constants that hold codes which people meet:
// warnings, verdicts, kinds of bars, actions on record.
var codeConstants = regexp.MustCompile(`^(Warn|Verdict|Kind|Action)[A-Z]\w*$|^(Removed|Set|Named|Erased)$`)

// codes finds the codes of a source file and adds where each stands:
// constants by their names, the slugs of problems, the gate's checks, exit codes.
func codes(file *ast.File, add func(code string)) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			constantCodes(n, add)
		case *ast.CompositeLit:
			if code, ok := slugOrCheck(n); ok {
				add(code)
			}
		case *ast.CallExpr: // problemType("internal")
			if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "problemType" && len(n.Args) == 1 {
				if code, ok := literal(n.Args[0]); ok {
					add(code)
				}
			}
		}
		return true
	})
}

func constantCodes(spec *ast.ValueSpec, add func(code string)) {
	for i, name := range spec.Names {
		if i >= len(spec.Values) {
			continue
		}
		value, ok := spec.Values[i].(*ast.BasicLit)
		switch {
		case !ok:
		case strings.HasPrefix(name.Name, "exit") && value.Kind == token.INT:
			add(value.Value)
		case codeConstants.MatchString(name.Name) && value.Kind == token.STRING:
			if code, ok := literal(value); ok {
				add(code)
			}
		}
	}
}

// slugOrCheck reads {err, http.StatusX, "slug"} and {Name: "name", Passed: …},
// the rows of the tables of problems and of the gate.
func slugOrCheck(row *ast.CompositeLit) (code string, ok bool) {
	if len(row.Elts) != 3 {
		return "", false
	}
	if s, isSelector := row.Elts[1].(*ast.SelectorExpr); isSelector && strings.HasPrefix(s.Sel.Name, "Status") {
		return literal(row.Elts[2])
	}
	members := map[string]ast.Expr{}
	for _, e := range row.Elts {
		if pair, isPair := e.(*ast.KeyValueExpr); isPair {
			if key, isName := pair.Key.(*ast.Ident); isName {
				members[key.Name] = pair.Value
			}
		}
	}
	if members["Name"] == nil || members["Passed"] == nil {
		return "", false
	}
	return literal(members["Name"])
}

// literal is a string constant's value.
func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// sourceCodes are all codes of the program, with the file of each.
func sourceCodes(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, room := range []string{"cmd", "datasets", "models", "serve", "train"} {
		root := filepath.Join("..", "..", room)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			codes(file, func(code string) { found[code] = path })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

var codeRow = regexp.MustCompile("(?m)^\\| `?([^|`]+?)`? \\|")

// listedCodes are the codes that codes.md has a row for.
func listedCodes(text string) map[string]bool {
	listed := map[string]bool{}
	for _, m := range codeRow.FindAllStringSubmatch(text, -1) {
		if m[1] != "code" && m[1] != "check" {
			listed[m[1]] = true
		}
	}
	return listed
}

// Every code of the program has a row with what to do, and no row is of a
// code that is gone.
func TestEveryCodeIsExplained(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docsFolder, "codes.md"))
	if err != nil {
		t.Fatal(err)
	}
	found, listed := sourceCodes(t), listedCodes(string(text))
	for code, path := range found {
		if !listed[code] {
			t.Errorf("the code %q of %s is not in codes.md", code, path)
		}
	}
	for code := range listed {
		if found[code] == "" {
			t.Errorf("codes.md explains %q, which no source has", code)
		}
	}
	for _, code := range []string{"0", "4", "one_class", "calibrated", "many_clusters", "stale_model", "model_order", "normal_variation",
		"data_quality", "no-snapshot", "internal", "revoke_override", "erased"} { // one of each kind, so that none drops out unseen
		if found[code] == "" {
			t.Errorf("the code %q is not found in the source", code)
		}
	}
}

// The negative control: codes are found where they stand, and only there.
func TestCodesAreFound(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
const (
	WarnNew = "new_warning"
	Other   = "no_code"
	exitNew = 9
)
var table = []row{{ErrX, http.StatusTeapot, "short-and-stout"}}
var checks = []Check{{Name: "brave", Passed: a > b, Detail: "text"}}
var pair = [3]string{"a", "b", "c"}
var p = problemType("inside")`, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	codes(file, func(code string) { got = append(got, code) })
	if want := "new_warning 9 short-and-stout brave inside"; strings.Join(got, " ") != want {
		t.Errorf("found %v, want %s", got, want)
	}
	if listed := listedCodes("| code | x |\n|---|---|\n| `a_b` | y |\n| c d | z |\n"); len(listed) != 2 || !listed["a_b"] || !listed["c d"] {
		t.Errorf("listed %v", listed)
	}
}
