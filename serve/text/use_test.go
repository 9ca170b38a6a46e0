package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// use is how the code reads the catalogue.
type use struct {
	where  string
	key    string
	begins bool     // the key is put together from this and something else
	names  []string // of its arguments; nil: not written out
}

// inTemplates finds messages of pages: {{t "key" "name" .Value}}.
var inTemplates = regexp.MustCompile(`\{\{[^{}]*?\bt "([a-z0-9_.]+)"((?: "[a-z0-9]+" [^ {}"]+)*)`)

// inArguments finds the names among a template's arguments.
var inArguments = regexp.MustCompile(`"([a-z0-9]+)" `)

// readUses reads the messages that a source file writes, and all its literals:
// keys that are chosen before they are written.
func readUses(path string, source []byte) (uses []use, literals []string, err error) {
	if filepath.Ext(path) == ".html" {
		for _, found := range inTemplates.FindAllStringSubmatch(string(source), -1) {
			one := use{where: path, key: found[1], names: []string{}}
			for _, name := range inArguments.FindAllStringSubmatch(found[2], -1) {
				one.names = append(one.names, name[1])
			}
			uses = append(uses, one)
		}
		return uses, nil, nil
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.BasicLit:
			if text, err := strconv.Unquote(x.Value); err == nil && x.Kind == token.STRING {
				literals = append(literals, text)
			}
		case *ast.CallExpr:
			s, ok := x.Fun.(*ast.SelectorExpr)
			if ok && (s.Sel.Name == "T" || s.Sel.Name == "Message") && len(x.Args) > 0 {
				if one, ok := useOf(x); ok {
					one.where = fset.Position(x.Pos()).String()
					uses = append(uses, one)
				}
			}
		}
		return true
	})
	return uses, literals, nil
}

// useOf reads a call; false where its key is not written out.
func useOf(call *ast.CallExpr) (use, bool) {
	one := use{names: []string{}}
	first := call.Args[0]
	if sum, ok := first.(*ast.BinaryExpr); ok {
		for inner, ok := sum.X.(*ast.BinaryExpr); ok; inner, ok = sum.X.(*ast.BinaryExpr) {
			sum = inner
		}
		first, one.begins = sum.X, true
	}
	literal, ok := first.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return one, false
	}
	one.key, _ = strconv.Unquote(literal.Value)
	if call.Ellipsis.IsValid() {
		one.names = nil
		return one, true
	}
	for _, arg := range call.Args[1:] {
		if name, ok := arg.(*ast.BasicLit); ok && name.Kind == token.STRING {
			text, _ := strconv.Unquote(name.Value)
			one.names = append(one.names, text)
		} else {
			one.names = append(one.names, "")
		}
	}
	names := []string{}
	for i := 0; i < len(one.names); i += 2 {
		names = append(names, one.names[i])
	}
	if len(one.names)%2 == 1 {
		names = append(names, "a value is missing")
	}
	one.names = names
	return one, true
}

// faultsOf lists the uses that no message answers, or with other arguments.
func faultsOf(words map[string]message, uses []use) (faults []string) {
	for _, u := range uses {
		if u.begins {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(words)), func(key string) bool { return strings.HasPrefix(key, u.key) }) {
				faults = append(faults, u.where+": no message begins with "+u.key)
			}
			continue
		}
		m, ok := words[u.key]
		if !ok {
			faults = append(faults, u.where+": no message "+u.key)
			continue
		}
		given := slices.Sorted(slices.Values(u.names))
		want := m.names()
		if len(m) > 1 && !slices.Contains(want, counted) {
			want = slices.Sorted(slices.Values(append(want, counted)))
		}
		if u.names != nil && !slices.Equal(given, want) {
			faults = append(faults, u.where+": "+u.key+" with "+strings.Join(given, ", ")+", not "+strings.Join(want, ", "))
		}
	}
	return faults
}

// unused lists the messages that no code names, as a whole, by how they begin
// ("theme."), or by a beginning and an ending (".on").
func unused(words map[string]message, uses []use, literals []string) (list []string) {
	whole, begins, ends := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, u := range uses {
		whole[u.key] = true
		if u.begins && strings.HasSuffix(u.key, ".") {
			begins[u.key] = true
		}
	}
	for _, text := range literals {
		whole[text] = true
		switch {
		case strings.HasPrefix(text, "."):
			ends[text] = true
		case strings.HasSuffix(text, ".") && strings.Count(text, ".") >= 1:
			begins[text] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(words)) {
		found := whole[key]
		for at := range key {
			found = found || key[at] == '.' && (begins[key[:at+1]] || whole[key[:at]] && ends[key[at:]])
		}
		if !found {
			list = append(list, key)
		}
	}
	return list
}

// readers are the folders whose code writes messages.
var readers = []string{"../../serve", "../../cmd"}

func readAllUses(t *testing.T) (uses []use, literals []string) {
	t.Helper()
	for _, root := range readers {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			ext := filepath.Ext(path)
			if err != nil || d.IsDir() || ext != ".go" && ext != ".html" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			some, texts, err := readUses(path, source)
			uses, literals = append(uses, some...), append(literals, texts...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return uses, literals
}

// Every message that the code and the templates write is in the catalogue, with
// the arguments that it has, and every message of the catalogue is written.
func TestMessagesAreUsed(t *testing.T) {
	uses, literals := readAllUses(t)
	words := English.catalogue().words
	if len(uses) < 200 {
		t.Errorf("only %d uses were found", len(uses))
	}
	for _, fault := range faultsOf(words, uses) {
		t.Error(fault)
	}
	for _, key := range unused(words, uses, literals) {
		t.Errorf("%s is written nowhere", key)
	}
}

// The negative controls: what is missing, what has other arguments and what is
// unused is found.
func TestFaultyUsesAreFound(t *testing.T) {
	words, err := decode([]byte(`{"a.b": "{x}", "a.c": {"one": "cat", "other": "cats"}, "z.free": "", "d.on": "", "k.v": ""}`))
	if err != nil {
		t.Fatal(err)
	}
	uses, literals, err := readUses("x.go", []byte(`package x
func f() {
	l.T("a.b", "x", 1); l.T("a.c", "n", 2); l.T("k." + v)
	l.T("a.b"); l.T("a.b", "y", 1); l.T("a.c"); l.T("gone"); l.T("gone." + v); l.T("a.b", "x")
	key := "d"; l.T(key + ".on")
}`))
	if err != nil {
		t.Fatal(err)
	}
	page, _, err := readUses("x.html", []byte(`{{t "a.b" "x" .X}} {{if .Y}}{{t "a.b"}}{{end}} <a aria-label="{{t "lost"}}">`))
	if err != nil {
		t.Fatal(err)
	}
	if faults := faultsOf(words, uses); len(faults) != 6 {
		t.Errorf("%d faults: %q", len(faults), faults)
	}
	if faults := faultsOf(words, page); len(faults) != 2 {
		t.Errorf("%d faults: %q", len(faults), faults)
	}
	if got := unused(words, uses, literals); !slices.Equal(got, []string{"z.free"}) {
		t.Errorf("unused: %q", got)
	}
}
