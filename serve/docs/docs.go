// Package docs is the user's documentation: Markdown files, embedded in the
// program. They are read in the repository, at /docs of a running server
// (serve/web), and in a terminal (etappe docs).
//
// A page is a file of this folder. Its first line is its title, "# Title"; the
// first paragraph below it is its summary. Links between pages are relative,
// "codes.md#warnings", as they work in the repository. configuration.md and
// api.md are generated from the JSON schema and the OpenAPI document; tests hold
// all pages against the program (cmd/etappe/docs_*_test.go).
package docs

import (
	"embed"
	"strings"
)

//go:embed *.md
var files embed.FS

// Page is one page of the documentation.
type Page struct {
	Name string // address and file name without ".md"
	Text string // Markdown
}

// order is the order in which pages are listed: first the way in, then what is
// looked up.
var order = []string{
	"index", "start-data-team", "start-application", "start-csm", "concepts", "data",
	"configuration", "features", "files", "artifact", "recompute", "api", "operations", "codes", "glossary",
}

// Pages returns all pages in reading order.
func Pages() []Page {
	list := make([]Page, 0, len(order))
	for _, name := range order {
		if p, ok := Find(name); ok {
			list = append(list, p)
		}
	}
	return list
}

// Find returns the page of a name; ok is false if there is none.
func Find(name string) (p Page, ok bool) {
	text, err := files.ReadFile(name + ".md")
	if err != nil {
		return Page{}, false
	}
	return Page{Name: name, Text: string(text)}, true
}

// Title returns the page's title: its first line without "# ".
func (p Page) Title() string {
	first, _, _ := strings.Cut(p.Text, "\n")
	return strings.TrimPrefix(first, "# ")
}
