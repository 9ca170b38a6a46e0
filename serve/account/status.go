package account

import (
	"context"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// Status is what a history holds.
type Status struct {
	History  string         `json:"history"`  // where it is; set by the caller
	Bytes    int64          `json:"bytes"`    // of the file or the tables
	Accounts int            `json:"accounts"` // with an answer, without those that have left
	Left     int            `json:"left"`     // accounts that have left
	Bands    map[string]int `json:"bands"`    // accounts by the band that is shown
	Answers  int            `json:"answers"`
	Dates    []StatusDate   `json:"dates"`  // ascending
	Models   []StatusModel  `json:"models"` // by version
	Audit    []StatusAudit  `json:"audit"`  // newest first
}

// StatusDate is an as-of date with answers.
type StatusDate struct {
	AsOf    string         `json:"as_of"` // 2006-01-02
	Answers int            `json:"answers"`
	Models  map[string]int `json:"models"` // answers by version
}

// StatusModel is a model that answered.
type StatusModel struct {
	Version    string     `json:"version"`
	Answers    int        `json:"answers"`
	TrainedAt  *time.Time `json:"trained_at"`
	PromotedAt *time.Time `json:"promoted_at"`
}

// StatusAudit is a line of the audit log.
type StatusAudit struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"`
	Account string    `json:"account_id"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail"`
}

// StatusOf reads what a history holds, with so many of the last lines of its audit
// log.
func StatusOf(ctx context.Context, store *history.Store, lines int) (*Status, error) {
	s := &Status{Bands: map[string]int{}, Dates: []StatusDate{}, Models: []StatusModel{}, Audit: []StatusAudit{}}
	sum, err := store.Summary(ctx, history.Query{})
	if err != nil {
		return nil, err
	}
	contents, err := store.Contents(ctx)
	if err != nil {
		return nil, err
	}
	answers := s.count(contents)
	for _, g := range sum.Bands {
		s.Bands[g.ID] = g.Accounts
	}
	models, err := store.Models(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range models {
		s.Models = append(s.Models, StatusModel{m.Version, answers[m.Version], timeOf(m.TrainedAt), timeOf(m.PromotedAt)})
	}
	log, err := store.Audit(ctx, lines)
	for _, e := range log {
		s.Audit = append(s.Audit, StatusAudit{e.At, e.Actor, e.Action, e.AccountID, e.Subject, e.Detail})
	}
	return s, err
}

// count fills in how much there is, and returns the answers by model.
func (s *Status) count(c history.Contents) map[string]int {
	s.Accounts, s.Left, s.Answers, s.Bytes = c.Accounts, c.Left, c.Answers, c.Bytes
	byModel := map[string]int{}
	for _, d := range c.Dates {
		at := d.AsOf.Format(time.DateOnly)
		if n := len(s.Dates); n == 0 || s.Dates[n-1].AsOf != at {
			s.Dates = append(s.Dates, StatusDate{AsOf: at, Models: map[string]int{}})
		}
		last := &s.Dates[len(s.Dates)-1]
		last.Answers += d.Answers
		last.Models[d.Model] += d.Answers
		byModel[d.Model] += d.Answers
	}
	return byModel
}

// timeOf is a time, nil for the zero one.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
