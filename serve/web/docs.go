package web

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/etappe/etappe/serve/docs"
	"github.com/etappe/etappe/serve/text"
)

// docsRoutes are the pages of the user's documentation.
var docsRoutes = []route{{"/docs", (*visit).docs}, {"/docs/:page", (*visit).docs}}

// docsBody is the documentation page's dot.
type docsBody struct {
	Pages   []choice
	Content template.HTML // of the page, in English
	Foreign bool          // the reader's language is another one
}

// manual is the documentation as HTML, by name of page; written once, at start.
type manual map[string]template.HTML

// openManual renders every page.
func openManual() (manual, error) {
	m := manual{}
	for _, p := range docs.Pages() {
		var out bytes.Buffer
		if err := renderMarkdown(&out, []byte(p.Text)); err != nil {
			return nil, fmt.Errorf("page %s of the documentation: %w", p.Name, err)
		}
		m[p.Name] = template.HTML(out.String()) // from files of this program, and without raw HTML
	}
	return m, nil
}

// docs answers with a page of the documentation; without a name, the first.
func (v *visit) docs() error {
	name := v.Param("page")
	if name == "" {
		name = firstPage
	}
	found, ok := docs.Find(name)
	if !ok {
		return errNotFound
	}
	body := docsBody{Content: v.site.manual[name], Foreign: v.words.Language != text.English}
	for _, p := range docs.Pages() {
		body.Pages = append(body.Pages, choice{Label: p.Title(), Href: docsHref(p.Name), Current: p.Name == name})
	}
	return v.render("docs", page{Title: found.Title(), Section: "docs", Body: body})
}

const firstPage = "index"

// docsHref is the address of a documentation page.
func docsHref(name string) string {
	if name == firstPage {
		return "/docs"
	}
	return "/docs/" + name
}
