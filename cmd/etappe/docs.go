package main

import (
	"fmt"
	"strings"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/serve/docs"
)

type docsCommand struct {
	Page string `arg:"" optional:"" help:"Page to print, as the list names it; default: the list of pages."`
}

// Run prints a page of the documentation as Markdown, or lists all pages.
func (c *docsCommand) Run(a *app) error {
	if c.Page == "" {
		return a.listDocs()
	}
	page, ok := docs.Find(strings.TrimSuffix(c.Page, ".md"))
	if !ok {
		return fmt.Errorf("%w: there is no page %q; etappe docs lists all", datasets.ErrConfig, c.Page)
	}
	_, err := fmt.Fprint(a.stdout, page.Text)
	return err
}

func (a *app) listDocs() error {
	width := 0
	for _, p := range docs.Pages() {
		width = max(width, len(p.Name))
	}
	for _, p := range docs.Pages() {
		if _, err := fmt.Fprintf(a.stdout, "%-*s  %s\n", width, p.Name, p.Title()); err != nil {
			return err
		}
	}
	return nil
}
