package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/text"
)

// changesRoutes are the addresses of what changed.
var changesRoutes = []route{{"/changes", (*visit).changesPage}, {"/changes.csv", (*visit).changesCSV}, {"/changes.md", (*visit).changesMarkdown}}

// changesBody is the page's dot.
type changesBody struct {
	*text.ChangesPage
	From, To      string // 2006-01-02; as chosen
	CSV, Markdown string // addresses
	Nothing       string // why there is nothing to compare; ""
}

// changes reads what changed between the dates of the address.
func (v *visit) changes() (*account.Changes, error) {
	var dates [2]time.Time
	for i, name := range []string{"from", "to"} {
		chosen := v.QueryParam(name)
		if chosen == "" {
			continue
		}
		var err error
		if dates[i], err = time.Parse(time.DateOnly, chosen); err != nil {
			return nil, fmt.Errorf("%w: %s %q", errQuery, name, chosen)
		}
	}
	c, err := v.site.source.Changes(v.Request().Context(), dates[0], dates[1])
	if errors.Is(err, account.ErrDates) {
		return nil, fmt.Errorf("%w: %w", errQuery, err)
	}
	return c, err
}

// inWords puts changes into the reader's words.
func (v *visit) inWords(c *account.Changes) *text.ChangesPage {
	return v.words.Changes(c, v.reasonLabels(), v.words.cluster)
}

// changesPage shows what changed since the last scoring, or between two dates.
func (v *visit) changesPage() error {
	body := changesBody{ChangesPage: &text.ChangesPage{}, From: v.QueryParam("from"), To: v.QueryParam("to")}
	c, err := v.changes()
	switch {
	case errors.Is(err, account.ErrOneDate):
		body.Nothing = v.words.T("changes.onedate")
	case err != nil:
		return err
	default:
		body.ChangesPage, body.From, body.To = v.inWords(c), c.From, c.To
		query := map[string][]string{"from": {c.From}, "to": {c.To}}
		body.CSV, body.Markdown = address("/changes.csv", query), address("/changes.md", query)
	}
	return v.render("changes", page{Title: v.words.T("changes.title"), Section: "changes", Body: &body})
}

// changesCSV answers with every change as CSV.
func (v *visit) changesCSV() error {
	c, err := v.changes()
	if err != nil {
		return err
	}
	v.file("text/csv; charset=utf-8; header=present", "changes-"+c.To+".csv")
	if _, err := v.Response().Write([]byte("\uFEFF")); err != nil {
		return nil // the reader has gone
	}
	if err := c.WriteCSV(v.Response(), harmless); err != nil {
		v.site.log.Error("export broke off", "error", err.Error())
		panic(http.ErrAbortHandler)
	}
	return nil
}

// changesMarkdown answers with the page as a letter.
func (v *visit) changesMarkdown() error {
	c, err := v.changes()
	if err != nil {
		return err
	}
	v.file("text/markdown; charset=utf-8", "changes-"+c.To+".md")
	_, err = v.Response().Write([]byte(v.words.ChangesMarkdown(v.inWords(c))))
	return err
}

// file sets the headers of a file.
func (v *visit) file(kind, name string) {
	h := v.Response().Header()
	h.Set(echo.HeaderContentType, kind)
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	h.Set(echo.HeaderCacheControl, "private, no-store")
	v.Response().WriteHeader(http.StatusOK)
}
