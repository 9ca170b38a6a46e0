package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"path"
	"strings"

	"github.com/etappe/etappe/serve/text"
)

//go:embed templates
var templateFiles embed.FS

// book is every page's template in one language.
type book struct {
	words Words
	pages map[string]*template.Template
}

// openBooks reads the templates for each language: templates/NAME.html is page
// NAME, which defines "content"; files whose name begins with part_ are shared.
func openBooks(a *assets, currency string, languages []text.Language) (map[string]*book, error) {
	books := map[string]*book{}
	names, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, fmt.Errorf("reading the templates: %w", err)
	}
	for _, l := range languages {
		b := &book{words: Words{Language: l, currency: currency}, pages: map[string]*template.Template{}}
		shared, err := template.New("layout.html").Funcs(b.words.functions(a)).ParseFS(templateFiles, "templates/layout.html")
		if err != nil {
			return nil, fmt.Errorf("template layout: %w", err)
		}
		for _, f := range names {
			if strings.HasPrefix(f.Name(), "part_") {
				if shared, err = shared.ParseFS(templateFiles, path.Join("templates", f.Name())); err != nil {
					return nil, fmt.Errorf("template %s: %w", f.Name(), err)
				}
			}
		}
		for _, f := range names {
			name, ok := strings.CutSuffix(f.Name(), ".html")
			if !ok || name == "layout" || strings.HasPrefix(name, "part_") {
				continue
			}
			t, err := template.Must(shared.Clone()).ParseFS(templateFiles, path.Join("templates", f.Name()))
			if err != nil {
				return nil, fmt.Errorf("template %s: %w", name, err)
			}
			b.pages[name] = t
		}
		books[l.String()] = b
	}
	return books, nil
}

// functions are what templates may call beside the methods of their data.
func (w Words) functions(a *assets) template.FuncMap {
	return template.FuncMap{
		"t":       w.Message,
		"date":    w.Date,
		"month":   w.Month,
		"number":  w.Number,
		"whole":   w.Whole,
		"score":   w.Score,
		"change":  w.Change,
		"percent": w.Percent,
		"money":   w.Money,
		"short":   w.ShortMoney,
		"band":    w.Band,
		"theme":   w.Theme,
		"asset":   a.href,
		"account": accountHref,
		"cluster": clusterHref,
		"soft":    soft,
	}
}

// soft lets a name break after its underscores.
func soft(name string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(name), "_", "_<wbr>"))
}

// write fills in a page's template.
func (b *book) write(name string, v view) ([]byte, error) {
	t, ok := b.pages[name]
	if !ok {
		return nil, fmt.Errorf("no template %q", name)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, v); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return out.Bytes(), nil
}
