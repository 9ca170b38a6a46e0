package account

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
	"github.com/etappe/etappe/features"
)

// Request is the body of POST /v1/predict for one account: the same inputs give the
// same score to the bit, by file and by HTTP.
type Request struct {
	AccountID string         `json:"account_id"`
	AsOf      string         `json:"as_of"`    // 2006-01-02
	Features  map[string]any `json:"features"` // numbers and names of levels; what is missing is left out
	// Milestones are the days on which milestones were reached, 2006-01-02; nil: the
	// path is not measured, empty: none was reached.
	Milestones map[string]string `json:"milestones,omitzero"`
}

// Request returns the request for one of the portfolio's accounts.
func (p *Portfolio) Request(id string) *Request { return p.request(slices.Index(p.IDs, id)) }

func (p *Portfolio) request(row int) *Request {
	r := &Request{AccountID: p.IDs[row], AsOf: p.AsOf[row].Format(time.DateOnly), Features: map[string]any{}}
	for j := range p.matrix.Catalog.Definitions {
		d, x := &p.matrix.Catalog.Definitions[j], p.matrix.Columns[j][row]
		switch {
		case math.IsNaN(x):
		case !d.Categorical():
			r.Features[d.Name] = x
		case p.tables != nil:
			r.Features[d.Name] = features.LevelName(d, p.tables, p.snapshots[row].Account, x)
		case int(x) < len(d.Levels):
			r.Features[d.Name] = d.Levels[int(x)]
		}
	}
	if j := p.journey; j.Measured() && len(p.UnknownMilestones()) == 0 && !math.IsNaN(j.Tenure[row]) {
		r.Milestones = map[string]string{}
		for m, name := range j.Milestones {
			if on := j.ReachedOn(m, row, p.AsOf[row]); !on.IsZero() {
				r.Milestones[name] = on.Format(time.DateOnly)
			}
		}
	}
	return r
}

// WriteRequests writes a request for every account as JSON: one a line, or as the list
// of one request for all.
func (p *Portfolio) WriteRequests(w io.Writer, list bool) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	before, between, after := "", "", ""
	if list {
		before, between, after = "{\"accounts\":[\n", ",", "]}\n"
	}
	out.WriteString(before) // an error stays with the writer until Flush
	for row := range p.IDs {
		if row > 0 {
			out.WriteString(between)
		}
		if err := e.Encode(p.request(row)); err != nil {
			return err
		}
	}
	out.WriteString(after)
	return out.Flush()
}

// FileColumns are the columns of a file of the portfolio's inputs; see
// features.FileColumns. The portfolio is not of a feature table; its last ended rows are
// of contracts that have ended.
func (p *Portfolio) FileColumns(ended int) []columnar.Column {
	return features.FileColumns(p.matrix, p.journey, p.tables, p.snapshots, ended)
}
