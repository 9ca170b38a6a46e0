package main

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
	maxConfigBytes = 1 << 20
	maxConfigDepth = 64 // of nested lists and mappings
	maxAliases     = 30 // *name: with so many, no nesting of them becomes large
	maxAnchors     = 20 // &name
)

// readConfig reads a file, but for what is beyond the limit.
func readConfig(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxConfigBytes+1))
}

// parseConfig refuses unknown keys, naming the line.
func parseConfig(path string, text []byte) (*config, error) {
	var c config
	if len(strings.TrimSpace(string(text))) == 0 {
		return &c, nil
	}
	if err := limitConfig(text); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", datasets.ErrConfig, path, err)
	}
	if err := yaml.UnmarshalWithOptions(text, &c, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%w: %s: %s", datasets.ErrConfig, path, strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	var raw any
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", datasets.ErrConfig, path, err)
	}
	if err := checkKinds(raw, reflect.TypeOf(c), "$"); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", datasets.ErrConfig, path, err.at(text))
	}
	for _, part := range []interface{ Validate() error }{c.Features, c.Train, c.Health, c.History} {
		if err := part.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return &c, nil
}

// limitConfig refuses a text that is too large, too deep or full of aliases,
// before it is parsed.
func limitConfig(text []byte) error {
	if len(text) > maxConfigBytes {
		return fmt.Errorf("has more than %d bytes", maxConfigBytes)
	}
	if deep := deepestLine(text); deep > maxConfigDepth {
		return fmt.Errorf("nests %d lists and mappings, more than %d", deep, maxConfigDepth)
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
