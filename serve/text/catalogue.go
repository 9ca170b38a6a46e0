package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/text/language"
)

// ErrCatalogue is wrapped by what is wrong with a catalogue.
var ErrCatalogue = errors.New("the catalogue is not complete")

// catalogue is the messages of one language, with the signs of its numbers.
type catalogue struct {
	tag     language.Tag
	once    sync.Once
	read    func() ([]byte, error)
	words   map[string]message
	symbols symbols
	name    string // the tag as text
	labels  labels
	plurals [1000]atomic.Pointer[string] // category of whole numbers, once it is looked up
	err     error
}

func newCatalogue(tag language.Tag, read func() ([]byte, error)) *catalogue {
	return &catalogue{tag: tag, name: tag.String(), read: read}
}

// load decodes the file once.
func (c *catalogue) load() {
	c.once.Do(func() {
		c.symbols = symbolsOf(c.tag)
		var data []byte
		if data, c.err = c.read(); c.err == nil {
			c.words, c.err = decode(data)
		}
	})
}

// decode reads the messages of a file. ErrCatalogue with the key for one that is
// neither a text nor plural forms.
func decode(data []byte) (map[string]message, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCatalogue, err)
	}
	words := make(map[string]message, len(raw))
	for key, value := range raw {
		forms := map[string]string{}
		var one string
		if err := json.Unmarshal(value, &one); err == nil {
			forms[other] = one
		} else if err := json.Unmarshal(value, &forms); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrCatalogue, key, err)
		}
		m, err := newMessage(forms)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrCatalogue, key, err)
		}
		words[key] = m
	}
	return words, nil
}

// check compares a catalogue with the one that all follow: the same keys, in each
// the same placeholders, and the plural forms that the language has.
func (c *catalogue) check(model *catalogue) error {
	c.load()
	if c.err != nil {
		return c.err
	}
	var faults []error
	fault := func(key, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: %s: "+format, append([]any{ErrCatalogue, key}, args...)...))
	}
	categories := categoriesOf(c.tag)
	for _, key := range slices.Sorted(maps.Keys(model.words)) {
		m, ok := c.words[key]
		switch {
		case !ok:
			fault(key, "no message")
			continue
		case !isPattern(key) && !slices.Equal(m.names(), model.words[key].names()):
			fault(key, "placeholders %v, not %v", m.names(), model.words[key].names())
		}
		if len(m) > 1 || len(model.words[key]) > 1 {
			if has := slices.Sorted(maps.Keys(m)); !slices.Equal(has, categories) {
				fault(key, "plural forms %v, not %v", has, categories)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.words)) {
		if _, ok := model.words[key]; !ok {
			fault(key, "no message of English has this key")
		}
	}
	return errors.Join(faults...)
}

// isPattern reports whether a message is a date's pattern, whose placeholders are
// the language's own choice.
func isPattern(key string) bool { return strings.HasPrefix(key, "date.") }

// Source is the file of a language as it stands, for tests and translators.
func Source(l Language) []byte {
	c := l.catalogue()
	data, err := c.read()
	if err != nil {
		return nil
	}
	return data
}

// Plurals lists the plural categories of a language, sorted: what a message with
// plural forms must have.
func Plurals(tag language.Tag) []string { return categoriesOf(tag) }
