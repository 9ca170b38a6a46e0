// Package strict reads etappe.yaml: in comes a text, out goes a struct with yaml
// tags. It refuses unknown keys, numbers that would be cut or converted, and texts
// that are too large or too deep to be a configuration, before they are parsed.
package strict

import (
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"github.com/etappe/etappe/datasets"
)

// The limits on a configuration. A file beyond them is none, and a parser may
// need gigabytes to find that out.
const (
	maxBytes   = 1 << 20
	maxDepth   = 64 // of nested lists and mappings
	maxAliases = 30 // *name: with so many, no nesting of them becomes large
	maxAnchors = 20 // &name
)

// Read reads a file, but for what is beyond the limit of bytes: Decode refuses it.
func Read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxBytes+1))
}

// Decode reads the text of an etappe.yaml into a struct with yaml tags; an empty
// text changes nothing. Unknown keys and values of another kind than their field
// are errors that match datasets.ErrConfig and name path and line.
func Decode(path string, text []byte, into any) error {
	if len(strings.TrimSpace(string(text))) == 0 {
		return nil
	}
	if err := limit(text); err != nil {
		return fmt.Errorf("%w: %s: %w", datasets.ErrConfig, path, err)
	}
	if err := yaml.UnmarshalWithOptions(text, into, yaml.Strict()); err != nil {
		return fmt.Errorf("%w: %s: %s", datasets.ErrConfig, path, strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	var raw any
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return fmt.Errorf("%w: %s: %w", datasets.ErrConfig, path, err)
	}
	if err := checkKinds(raw, reflect.TypeOf(into), "$"); err != nil {
		return fmt.Errorf("%w: %s: %w", datasets.ErrConfig, path, err.at(text))
	}
	return nil
}

// limit refuses a text that is too large, too deep or full of aliases,
// before it is parsed.
func limit(text []byte) error {
	if len(text) > maxBytes {
		return fmt.Errorf("has more than %d bytes", maxBytes)
	}
	if deep := deepestLine(text); deep > maxDepth {
		return fmt.Errorf("nests %d lists and mappings, more than %d", deep, maxDepth)
	}
	aliases, anchors := 0, 0
	for _, t := range lexer.Tokenize(string(text)) {
		switch t.Type {
		case token.AliasType:
			aliases++
		case token.AnchorType:
			anchors++
		}
	}
	if aliases > maxAliases || anchors > maxAnchors {
		return fmt.Errorf("has %d anchors and %d aliases, more than %d and %d", anchors, aliases, maxAnchors, maxAliases)
	}
	return nil
}

// deepestLine returns the largest number of lists and mappings that can be open
// at once: the open brackets, the list items that a line begins with, and the
// indentations of the lines before. It counts quoted brackets too.
func deepestLine(text []byte) int {
	deepest, brackets := 0, 0
	var indents []int
	for line := range strings.Lines(string(text)) {
		body := strings.TrimLeft(line, " ")
		if strings.TrimSpace(body) == "" {
			continue
		}
		indent, items := len(line)-len(body), 0
		for strings.HasPrefix(body, "- ") || strings.HasPrefix(body, "? ") {
			body = strings.TrimLeft(body[2:], " ")
			items++
		}
		for len(indents) > 0 && indents[len(indents)-1] >= indent {
			indents = indents[:len(indents)-1]
		}
		indents = append(indents, indent)
		for _, c := range body {
			switch c {
			case '[', '{':
				brackets++
			case ']', '}':
				brackets = max(0, brackets-1)
			}
			deepest = max(deepest, brackets+len(indents)+items)
		}
	}
	return deepest
}

// kindError is a value of another kind than its key has.
type kindError struct{ path, want string }

// at adds the line of the value.
func (e *kindError) at(text []byte) error {
	place, err := yaml.PathString(e.path)
	if err != nil {
		return fmt.Errorf("%s: %s", strings.TrimPrefix(e.path, "$."), e.want)
	}
	source, err := place.AnnotateSource(text, false)
	if err != nil {
		return fmt.Errorf("%s: %s", strings.TrimPrefix(e.path, "$."), e.want)
	}
	return fmt.Errorf("%s: %s\n%s", strings.TrimPrefix(e.path, "$."), e.want, strings.TrimRight(string(source), "\n"))
}

// checkKinds compares the values with the fields that they were read into. The
// decoder cuts 1.9 to 1 where a whole number is wanted, and reads "28" as one.
func checkKinds(value any, into reflect.Type, path string) *kindError {
	for into.Kind() == reflect.Pointer {
		into = into.Elem()
	}
	switch into.Kind() {
	case reflect.Struct:
		fields, ok := value.(map[string]any)
		if !ok {
			return nil // the short form of a column
		}
		return checkFields(fields, into, path)
	case reflect.Map:
		entries, _ := value.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(entries)) {
			if err := checkKinds(entries[key], into.Elem(), path+".'"+key+"'"); err != nil {
				return err
			}
		}
	case reflect.Slice:
		items, _ := value.([]any)
		for i, item := range items {
			if err := checkKinds(item, into.Elem(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case reflect.Int:
		return checkWhole(value, path)
	case reflect.Float64:
		if text, isText := value.(string); isText {
			return &kindError{path, fmt.Sprintf("a number, not the text %q", text)}
		}
	}
	return nil
}

func checkFields(fields map[string]any, into reflect.Type, path string) *kindError {
	for i := range into.NumField() {
		field := into.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if strings.Contains(options, "inline") {
			if err := checkFields(fields, field.Type, path); err != nil {
				return err
			}
			continue
		}
		if value, ok := fields[name]; ok && name != "" {
			if err := checkKinds(value, field.Type, path+"."+name); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkWhole wants a whole number.
func checkWhole(value any, path string) *kindError {
	switch v := value.(type) {
	case string:
		return &kindError{path, fmt.Sprintf("a whole number, not the text %q", v)}
	case float64:
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return &kindError{path, fmt.Sprintf("a whole number, not %v", v)}
		}
	}
	return nil
}
