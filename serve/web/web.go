// Package web is the pages that a customer success manager reads: the
// portfolio, an account, a cluster, the model, and the documentation (serve/docs).
//
// In come account.Service (the stored history and the models that answered); out go
// complete HTML pages in the reader's language, written on the server with embedded
// templates, styles and SVG. Nothing is loaded from another address and every
// page works without script. It refuses a query that it does not understand, an
// unknown account or cluster (404), and to show anything without a history
// (503); each refusal is a page too. It computes no number. It stores what the
// forms of an account's page hold, each with who wrote it, and the reader's choice of
// language in a cookie; a form that a page of another site sends is refused.
//
// A page is a file: portfolio.go has the handlers, templates/portfolio.html what
// it looks like, the keys portfolio.… of serve/text/words.*.json its words. To add
// one, list its route in routes.go, its words in the catalogues and put what only
// it needs of styles into static/, where all .css files are joined.
package web

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/text"
)

// ErrOptions is wrapped where pages cannot be served with the options given.
var ErrOptions = errors.New("the pages' options are incomplete")

// Options tune the pages. Clock is required.
type Options struct {
	Clock  func() time.Time
	Logger *slog.Logger // nil: nothing is logged
	// Currency is written behind amounts of ARR, "EUR" for example; "": amounts stand
	// alone, for the tables do not state what they are in.
	Currency string
	// Languages are those that a reader chooses from, the default first; nil: all
	// that have a catalogue.
	Languages []text.Language
}

// languages lists what a reader chooses from.
func (o Options) languages() []text.Language {
	if o.Languages != nil {
		return o.Languages
	}
	return text.Languages()
}

// site is the pages with all that they share.
type site struct {
	source  *account.Service
	options Options
	log     *slog.Logger
	books   map[string]*book // by language
	assets  *assets
	cards   cardCache
	manual  manual
}

// Register adds the pages to e: /, /accounts/{id} and its trend.svg, /clusters/{id}, /model,
// /docs and its pages, /accounts.csv and /static/*; POST /accounts/{id}/override and
// /accounts/{id}/intervention.
func Register(e *echo.Echo, source *account.Service, o Options) error {
	if o.Clock == nil || source == nil {
		return fmt.Errorf("%w: a clock and accounts are needed", ErrOptions)
	}
	s := &site{source: source, options: o, log: o.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return err
	}
	if s.books, err = openBooks(s.assets, o.Currency, o.languages()); err != nil {
		return err
	}
	if s.manual, err = openManual(); err != nil {
		return err
	}
	for _, r := range routes {
		e.GET(r.path, s.serve(r.handle))
	}
	for _, r := range accountWrites {
		e.POST(r.path, s.serve(r.handle))
	}
	e.GET("/static/:name", s.assets.serve)
	return nil
}
