package text

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// ErrLanguage is wrapped where there is no catalogue for a language.
var ErrLanguage = errors.New("no catalogue for this language")

// Language is a language with a catalogue. The zero value is English. Languages
// compare with ==.
type Language struct{ words *catalogue }

//go:embed words.*.json
var files embed.FS

// English is the default; all other catalogues have its keys.
var English = Language{}

// German is the language of words.de.json.
var German = mustParse("de")

// embedded holds the catalogues of the folder by tag, English included. A file is
// decoded when its language is first used.
var embedded = openEmbedded()

func openEmbedded() map[string]*catalogue {
	all := map[string]*catalogue{}
	list, err := files.ReadDir(".")
	if err != nil {
		panic(err) // an embedded folder always reads
	}
	for _, f := range list {
		tag := strings.TrimSuffix(strings.TrimPrefix(f.Name(), "words."), ".json")
		all[tag] = newCatalogue(language.MustParse(tag), func() ([]byte, error) { return files.ReadFile(f.Name()) })
	}
	return all
}

func mustParse(tag string) Language {
	l, err := Parse(tag)
	if err != nil {
		panic(err)
	}
	return l
}

// Languages lists the languages of the folder: English first, the others by tag.
func Languages() []Language {
	list := make([]Language, 0, len(embedded))
	for _, c := range embedded {
		list = append(list, languageOf(c))
	}
	slices.SortFunc(list, func(a, b Language) int {
		if (a == English) != (b == English) {
			return 2*toInt(b == English) - 1
		}
		return cmp.Compare(a.String(), b.String())
	})
	return list
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// languageOf is the language of a catalogue; the zero value for English.
func languageOf(c *catalogue) Language {
	if c == embedded["en"] {
		return Language{}
	}
	return Language{c}
}

// Parse returns the language of a BCP 47 tag such as "de" as it stands.
// ErrLanguage where it has no catalogue.
func Parse(tag string) (Language, error) {
	c, ok := embedded[strings.ToLower(tag)]
	if !ok {
		return Language{}, fmt.Errorf("%w: %q", ErrLanguage, tag)
	}
	return languageOf(c), nil
}

// Accept chooses among languages (all of the folder where none are given) by an
// Accept-Language header (RFC 9110, 12.5.4): the one that matches best, the first
// of the list where none does.
func Accept(header string, among ...Language) Language {
	c := folder
	if len(among) > 0 {
		c = func() *chooser { return newChooser(among) }
	}
	return c().choose(header)
}

// folder chooses among all languages of the folder.
var folder = sync.OnceValue(func() *chooser { return newChooser(Languages()) })

// chooser matches Accept-Language headers with languages.
type chooser struct {
	languages []Language
	matcher   language.Matcher
}

func newChooser(languages []Language) *chooser {
	tags := make([]language.Tag, len(languages))
	for i, l := range languages {
		tags[i] = l.Tag()
	}
	return &chooser{languages, language.NewMatcher(tags)}
}

func (c *chooser) choose(header string) Language {
	if header == "" {
		return c.languages[0]
	}
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return c.languages[0]
	}
	_, at, sure := c.matcher.Match(wanted...)
	if sure == language.No {
		return c.languages[0]
	}
	return c.languages[at]
}

// New reads a catalogue in the form of words.en.json, for a language that is not
// in the folder. It must have the keys of English and their placeholders.
func New(tag string, data []byte) (Language, error) {
	t, err := language.Parse(tag)
	if err != nil {
		return Language{}, fmt.Errorf("%w: %q: %w", ErrLanguage, tag, err)
	}
	c := newCatalogue(t, func() ([]byte, error) { return data, nil })
	if err := c.check(English.catalogue()); err != nil {
		return Language{}, fmt.Errorf("catalogue %s: %w", tag, err)
	}
	return Language{c}, nil
}

// catalogue returns the decoded catalogue.
func (l Language) catalogue() *catalogue {
	c := l.words
	if c == nil {
		c = embedded["en"]
	}
	c.load()
	return c
}

// Tag is the language's BCP 47 tag.
func (l Language) Tag() language.Tag {
	if l.words == nil {
		return language.English
	}
	return l.words.tag
}

// String is the tag as text: "en", "de".
func (l Language) String() string {
	if l.words == nil {
		return "en"
	}
	return l.words.name
}

// Name is what the language calls itself: "Deutsch".
func (l Language) Name() string { return l.T("language.name") }

// MarshalText writes the tag.
func (l Language) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a tag. ErrLanguage where it has no catalogue.
func (l *Language) UnmarshalText(tag []byte) error {
	parsed, err := Parse(string(tag))
	if err != nil {
		return err
	}
	*l = parsed
	return nil
}
