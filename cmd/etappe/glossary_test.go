package main

import (
	_ "embed" // the lists
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The lists that make glossary prints, a word and what belongs to it a line: the
// file where a word of the code is defined, or what to write for a banned one.
var (
	//go:embed testdata/glossary/used.txt
	usedList string
	//go:embed testdata/glossary/banned.txt
	bannedList string
	//go:embed testdata/glossary/stage.txt
	stageList string

	// metaphors are words that the code does without: it computes, returns, stores
	// and writes, under the names of the literature.
	metaphors = wordList(bannedList)
	// stageWords are the words of the stage map, which do not leave it.
	stageWords = wordList(stageList)
)

// wordList reads a list: a word, a tab and what belongs to it on each line.
func wordList(list string) map[string]string {
	words := map[string]string{}
	for line := range strings.Lines(list) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		words[word] = rest
	}
	return words
}

// ofPicture are the files that draw the stage map or put it into words.
var ofPicture = regexp.MustCompile(`serve/(web|web/chart|text)/[a-z_]*(stage|race)[a-z_]*\.go$`)

// letters finds the words of a comment.
var letters = regexp.MustCompile(`[\pL]+`)

// camel takes an identifier apart: splitWords is split, words.
func camel(name string) []string {
	var words []string
	word := ""
	for _, r := range name {
		if unicode.IsUpper(r) && word != "" && !unicode.IsUpper([]rune(word)[len([]rune(word))-1]) || r == '_' || unicode.IsDigit(r) {
			words, word = append(words, strings.ToLower(word)), ""
		}
		if unicode.IsLetter(r) {
			word += string(r)
		}
	}
	return append(words, strings.ToLower(word))
}

// found is a banned word at its place.
type found struct{ where, word, instead string }

// metaphorsIn lists the banned words among a file's identifiers, struct tags and
// comments.
func metaphorsIn(name string, source []byte) ([]found, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var list []found
	check := func(at token.Pos, words []string) {
		for _, word := range words {
			word = strings.ToLower(word)
			instead, banned := metaphors[word]
			if !banned && !ofPicture.MatchString(filepath.ToSlash(name)) {
				instead, banned = stageWords[word]
			}
			if banned {
				list = append(list, found{fset.Position(at).String(), word, instead})
			}
		}
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			check(comment.Pos(), letters.FindAllString(comment.Text, -1))
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.Ident:
			check(x.Pos(), camel(x.Name))
		case *ast.Field:
			if x.Tag != nil {
				check(x.Tag.Pos(), letters.FindAllString(x.Tag.Value, -1))
			}
		}
		return true
	})
	return list, nil
}

// The code speaks the language of the trade: no identifier, struct tag or comment
// below the house's rooms holds a word of the list.
func TestGlossaryOfTheCode(t *testing.T) {
	for _, room := range []string{"cmd", "datasets", "features", "models", "serve", "train"} {
		err := filepath.WalkDir(filepath.Join("..", "..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			list, err := metaphorsIn(path, source)
			for _, f := range list {
				t.Errorf("%s: %q; instead: %s", strings.TrimPrefix(f.where, "../../"), f.word, f.instead)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// lineBreaks are where a comment goes on in the next line.
var lineBreaks = regexp.MustCompile(`\s*\n//\s*`)

// The words of the literature stand where the list places them, none of them banned.
func TestGlossaryPlacesItsWords(t *testing.T) {
	for word, file := range wordList(usedList) {
		source, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(file)))
		if err != nil {
			t.Error(err)
			continue
		}
		if text := strings.ToLower(lineBreaks.ReplaceAllString(string(source), " ")); !strings.Contains(text, strings.ToLower(word)) {
			t.Errorf("%s does not hold %q", file, word)
		}
		if instead, banned := metaphors[word]; banned {
			t.Errorf("%q is in use and banned; instead: %s", word, instead)
		}
	}
	if len(metaphors) < 30 || len(wordList(usedList)) < 30 {
		t.Error("a list is cut short")
	}
}

// The negative control.
func TestGlossaryFindsMetaphors(t *testing.T) {
	source := []byte("package x\n\n// A shelf tells.\ntype bookShelf struct {\n\tOwn int `json:\"told\"`\n}\n\nfunc askPeloton(thinking, shelved, foretold int) {}\n")
	list, err := metaphorsIn("x.go", source)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, f := range list {
		words = append(words, f.word)
	}
	if slices.Sort(words); !slices.Equal(words, []string{"ask", "peloton", "shelf", "shelf", "tells", "told"}) {
		t.Errorf("found %q", words)
	}
	if list, err = metaphorsIn("serve/web/account_race.go", []byte("package web\n\nvar peloton, rider int\n")); err != nil || len(list) != 0 {
		t.Errorf("the stage map has its words: %v, %v", list, err)
	}
}

// usersWords are what no page says, by language.
var usersWords = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\b(said|says?|told|tells?|hears?|speaks?|asked|knows|goes (along with|by)|went along|time before|foresees?)\b`),
	"de": regexp.MustCompile(`(?i)(\b(gesagt|sagen|sagt|weiß|spricht|befragen|voraussieht)\b|einherge|einherging)`),
}

// usersTexts lists the messages of a catalogue that hold a word of the list.
func usersTexts(catalogue []byte, words *regexp.Regexp) (list []string, err error) {
	var messages map[string]any
	if err := json.Unmarshal(catalogue, &messages); err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(messages)) {
		if text := fmt.Sprint(messages[key]); words.MatchString(text) {
			list = append(list, key+": "+text)
		}
	}
	return list, nil
}

// Users read the words of the trade too.
func TestGlossaryOfThePages(t *testing.T) {
	for language, words := range usersWords {
		data, err := os.ReadFile(filepath.Join("..", "..", "serve", "text", "words."+language+".json"))
		if err != nil {
			t.Fatal(err)
		}
		list, err := usersTexts(data, words)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range list {
			t.Error(one)
		}
	}
	list, err := usersTexts([]byte(`{"a": "churn said", "b": {"one": "it tells", "other": "fine"}, "c": "predicted churn"}`), usersWords["en"])
	if err != nil || len(list) != 2 {
		t.Errorf("the negative control: %q, %v", list, err)
	}
}
