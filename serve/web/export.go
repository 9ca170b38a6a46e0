package web

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/text"
)

// exportColumns head the exported file. They and its numbers are the same in
// every language: the file is for programs.
var exportColumns = []string{"account_id", "name", "owner", "renewal", "health_score", "moved", "moved_since", "churn_probability",
	"churn_low", "churn_high", "band", "arr", "arr_at_risk", "cluster_id", "cluster", "membership", "theme", "reason", "as_of", "model"}

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

// writeExport writes all pages, the first of which is there already.
func (p *portfolio) writeExport(to io.Writer, q history.Query, list history.Page) error {
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	if err := w.Write(exportColumns); err != nil {
		return err
	}
	for {
		for i := range list.Rows {
			if err := w.Write(exportRow(&list.Rows[i])); err != nil {
				return err
			}
		}
		w.Flush()
		if err := w.Error(); err != nil || list.Next == "" {
			return err
		}
		q.Cursor = list.Next
		var err error
		if list, err = p.store.List(p.ctx, q); err != nil {
			return err
		}
	}
}

// exportParameters refuses a parameter that the export does not have: a filter that is
// let pass exports more than was meant. It returns due_before, as in GET /v1/accounts.
func (v *visit) exportParameters() (due time.Time, err error) {
	for name, values := range v.QueryParams() {
		if !slices.Contains(exportFilters, name) {
			return due, fmt.Errorf("%w: unknown parameter %q; there is %s", errQuery, name, strings.Join(exportFilters, ", "))
		}
		if len(values) > 1 {
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
var exportFilters = []string{"band", "cluster", "due", "due_before", "lang", "left", "order", "owner", "q", "sort", "theme"}

func exportRow(r *history.Row) []string {
	return []string{harmless(r.ID), harmless(cmp.Or(r.Name, r.ID)), harmless(r.Owner), exportDate(r.DueOn), exportNumber(r.Health),
		exportNumber(r.Moved), exportDate(r.Previous), exportNumber(r.Churn), exportNumber(r.Low), exportNumber(r.High), r.Band,
		exportNumber(r.ARR), exportNumber(r.ARR * r.Churn), harmless(r.ClusterID), harmless(r.ClusterName), exportNumber(r.Membership),
		harmless(r.TopTheme), harmless(r.TopReason), exportDate(r.AsOf), harmless(r.Model)}
}

// harmless keeps a spreadsheet from taking a text for a formula: one that begins
// like a formula gets an apostrophe in front (OWASP, CSV injection).
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// exportNumber writes a number as programs read it; "" where it is unknown.
func exportNumber(v float64) string {
	if !text.Finite(v) {
		return ""
	}
	return strconv.FormatFloat(text.Round(v, 6)+0, 'f', -1, 64)
}

func exportDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
