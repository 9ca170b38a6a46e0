package web

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// export answers with every account of the filters as CSV, in the order of the
// list. It begins with a byte order mark, without which spreadsheets take
// umlauts for something else.
func (v *visit) export() error {
	p, err := v.readPortfolio()
	if err != nil {
		return err
	}
	due, err := v.exportParameters()
	if err != nil {
		return err
	}
	q := p.query()
	if !due.IsZero() {
		q.DueBefore = due
	}
	q.Limit, q.Cursor = history.MaxLimit, ""
	list, err := p.store.List(p.ctx, q)
	if err != nil {
		return err
	}
	h := v.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8; header=present")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="accounts-`+p.today.Format(time.DateOnly)+`.csv"`)
	h.Set(echo.HeaderCacheControl, "private, no-store")
	v.Response().WriteHeader(http.StatusOK)
	if err := p.writeExport(v.Response(), q, list); err != nil {
		v.site.log.Error("export broke off", "error", err.Error())
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	return nil
}

// writeExport writes all pages, the first of which is there already. The columns and
// their texts are the same in every language, and those of a file of scores: the file
// is for programs.
func (p *portfolio) writeExport(to io.Writer, q history.Query, list history.Page) error {
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return err
	}
	rows := list.Rows
	return p.site.source.Export(p.ctx, to, account.Export{Write: text.English.Answer, Cell: harmless, Next: func() (page []history.Row, err error) {
		page, rows = rows, nil
		if list.Next != "" {
			q.Cursor = list.Next
			list, err = p.store.List(p.ctx, q)
			rows = list.Rows
		}
		return page, err
	}})
}

// exportParameters refuses a parameter that the export does not have: a filter that is
// let pass exports more than was meant. It returns due_before, as in GET /v1/accounts.
func (v *visit) exportParameters() (due time.Time, err error) {
	for name, values := range v.QueryParams() {
		if !slices.Contains(exportFilters, name) {
			return due, fmt.Errorf("%w: unknown parameter %q; there is %s", errQuery, name, strings.Join(exportFilters, ", "))
		}
		if len(values) > 1 && !slices.Contains(severalFilters, name) {
			return due, fmt.Errorf("%w: %s is given twice", errQuery, name)
		}
	}
	if text := v.QueryParam("due_before"); text != "" {
		if due, err = time.Parse(time.DateOnly, text); err != nil {
			return due, fmt.Errorf("%w: due_before %q is no date like 2026-03-31", errQuery, text)
		}
	}
	return due, nil
}

// exportFilters are the parameters of the export.
var exportFilters = []string{"arr_from", "arr_to", "band", "changed", "cluster", "due", "due_before", "lang", "left", "month", "order", "override", "owner", "q", "sort", "theme", "verdict"}

// harmless keeps a spreadsheet from taking a text for a formula: one that begins
// like a formula gets an apostrophe in front (OWASP, CSV injection).
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}
