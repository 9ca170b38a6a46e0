package main

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// wantedExamples is how many examples the repository shows at least.
const wantedExamples = 20

// A reader who meets a package finds it at work: an example counts if it is run,
// that is, if its output is written beside it.
func TestThereAreExamples(t *testing.T) {
	count := 0
	for _, room := range []string{"cmd", "datasets", "features", "models", "serve", "train"} {
		err := filepath.WalkDir(filepath.Join("..", "..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			count += runnable(file)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if count < wantedExamples {
		t.Errorf("%d examples are run, %d are wanted", count, wantedExamples)
	}
}

// runnable counts the examples of a file that are run.
func runnable(file *ast.File) (n int) {
	for _, e := range doc.Examples(file) {
		if e.Output != "" || e.EmptyOutput {
			n++
		}
	}
	return n
}

// The negative control: one without an output is not run.
func TestExamplesAreCounted(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "x_test.go", `package x
func ExampleA() {
	f()
	// Output: 1
}
func ExampleB() { f() }
func TestC(t *testing.T) {}
`, parser.ParseComments)
	if err != nil || runnable(file) != 1 {
		t.Errorf("%d counted: %v", runnable(file), err)
	}
}
