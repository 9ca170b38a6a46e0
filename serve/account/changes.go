package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// ErrOneDate means that a history holds no two portfolios to be compared.
var ErrOneDate = errors.New("the history holds one whole portfolio or none: there is nothing to compare it with")

// The kinds of changes, in the order in which they are listed.
const (
	ChangeLeft    = "left"
	ChangeFell    = "fell"  // by more than it usually does
	ChangeWorse   = "worse" // another band
	ChangeMissed  = "missed"
	ChangeRose    = "rose"
	ChangeBetter  = "better"
	ChangeReached = "reached"
	ChangeNew     = "new"
)

// ChangeKinds lists the kinds in their order.
func ChangeKinds() []string {
	return []string{ChangeLeft, ChangeFell, ChangeWorse, ChangeMissed, ChangeRose, ChangeBetter, ChangeReached, ChangeNew}
}

// Changes is what changed in the portfolio between two dates.
type Changes struct {
	From   string `json:"from"` // 2006-01-02, as all dates
	To     string `json:"to"`
	Before int    `json:"before"` // accounts at from
	After  int    `json:"after"`
	// OtherModel counts the accounts at both dates that two models answered for: a change of
	// their band may be the model's. What they moved is by one model for both dates.
	OtherModel int           `json:"other_model"`
	Total      ChangeGroup   `json:"total"`
	Owners     []ChangeGroup `json:"owners"`   // those with a change; the ID "" is of accounts without one
	Clusters   []ChangeGroup `json:"clusters"` // the same
	Changes    []Change      `json:"changes"`  // by kind, the largest ARR first
}

// ChangeGroup counts the changes of accounts, by kind, and the ARR of those accounts.
type ChangeGroup struct {
	ID     string             `json:"id"`
	Name   string             `json:"name"` // of a cluster
	Counts map[string]int     `json:"counts"`
	ARR    map[string]float64 `json:"arr"` // of accounts whose ARR is known, each once a kind
}

// Change is one change of one account.
type Change struct {
	Kind        string   `json:"kind"`
	AccountID   string   `json:"account_id"`
	Name        string   `json:"name"`
	Owner       string   `json:"owner"`
	ClusterID   string   `json:"cluster_id"`
	ClusterName string   `json:"cluster_name"`
	ARR         *float64 `json:"arr"`       // nil: unknown
	Before      string   `json:"before"`    // band displayed at from; "": it was not there
	After       string   `json:"after"`     // band displayed at to; "": it is not there
	Moved       *float64 `json:"moved"`     // points, of fell and rose
	Reason      string   `json:"reason"`    // code, of fell and rose; "": none
	Milestone   string   `json:"milestone"` // of reached and missed
	On          string   `json:"on"`        // date of the answer, of fell and rose, else of the milestone; "": none
}

// Changes lists what changed between two dates with a whole portfolio. A zero to is the
// latest, a zero from the one before to; other dates stand for the last whole portfolio up
// to them. ErrOneDate where there is none before.
func (a *Service) Changes(ctx context.Context, from, to time.Time) (*Changes, error) {
	store, err := a.Store()
	if err != nil {
		return nil, err
	}
	dates, err := store.Wholes(ctx)
	if err != nil {
		return nil, err
	}
	if from, to, err = chosenDates(dates, from, to); err != nil {
		return nil, err
	}
	list, err := store.Between(ctx, from, to)
	if err != nil {
		return nil, err
	}
	scorer, err := a.Scorer()
	if err != nil && !errors.Is(err, ErrNotReady) {
		return nil, err
	}
	c := &changeList{from: from, to: to, scorer: scorer, owners: map[string]*ChangeGroup{}, clusters: map[string]*ChangeGroup{}}
	c.From, c.To, c.Total = from.Format(time.DateOnly), to.Format(time.DateOnly), newGroup("", "")
	c.Changes.Changes = []Change{}
	for i := range list {
		c.account(&list[i])
	}
	return c.finish(), nil
}

// chosenDates finds two dates with a whole portfolio.
func chosenDates(dates []time.Time, from, to time.Time) (first, last time.Time, err error) {
	upTo := func(t time.Time) int { // the number of dates up to a day
		n, _ := slices.BinarySearchFunc(dates, t.AddDate(0, 0, 1), time.Time.Compare)
		return n
	}
	n := len(dates)
	if !to.IsZero() {
		n = upTo(to)
	}
	if n == 0 {
		return first, last, ErrOneDate
	}
	last, n = dates[n-1], n-1
	if !from.IsZero() {
		if !from.Before(last) {
			return first, last, fmt.Errorf("%w: from %s is not before %s", ErrDates, from.Format(time.DateOnly), last.Format(time.DateOnly))
		}
		n = upTo(from)
	}
	if n == 0 {
		return first, last, ErrOneDate
	}
	return dates[n-1], last, nil
}

// changeList gathers the changes.
type changeList struct {
	Changes
	from, to         time.Time
	scorer           *score.Scorer // nil: none is in service, and no milestone is missed
	owners, clusters map[string]*ChangeGroup
}

func newGroup(id, name string) ChangeGroup {
	return ChangeGroup{ID: id, Name: name, Counts: map[string]int{}, ARR: map[string]float64{}}
}

// severity orders bands from good to bad.
var severity = map[string]int{"healthy": 0, "at_risk": 1, "sick": 2}

// account adds the changes of one account.
func (c *changeList) account(b *history.Between) {
	if b.Before != "" {
		c.Before++
	}
	if b.After != "" {
		c.After++
	}
	if b.OtherModel {
		c.OtherModel++
	}
	switch {
	case b.After == "":
		c.add(b, Change{Kind: ChangeLeft})
		return
	case b.Before == "":
		c.add(b, Change{Kind: ChangeNew})
		return
	case severity[b.After] > severity[b.Before]:
		c.add(b, Change{Kind: ChangeWorse})
	case severity[b.After] < severity[b.Before]:
		c.add(b, Change{Kind: ChangeBetter})
	}
	c.moves(b)
	c.milestones(b)
}

// moves adds what the account moved by more than usual, as one change each way.
func (c *changeList) moves(b *history.Between) {
	for _, kind := range []string{ChangeFell, ChangeRose} {
		sum, last := 0.0, -1
		for i, m := range b.Moves {
			if m.Moved < 0 && kind == ChangeFell || m.Moved > 0 && kind == ChangeRose {
				sum, last = sum+m.Moved, i
			}
		}
		if last >= 0 {
			sum = math.Round(sum*10) / 10
			c.add(b, Change{Kind: kind, Moved: &sum, Reason: b.Moves[last].Reason, On: b.Moves[last].On.Format(time.DateOnly)})
		}
	}
}

// milestones adds the milestones that the account reached between the dates, and those by
// whose due day, when half of the renewed peers had them, it had not.
func (c *changeList) milestones(b *history.Between) {
	if b.Reached == nil || math.IsNaN(b.Tenure) {
		return
	}
	start := b.Tenure - math.Round(c.to.Sub(c.from).Hours()/24)
	on := func(day float64) string {
		return c.to.AddDate(0, 0, int(math.Round(day-b.Tenure))).Format(time.DateOnly)
	}
	names := make([]string, 0, len(b.Reached))
	for name, day := range b.Reached {
		if day > start {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		c.add(b, Change{Kind: ChangeReached, Milestone: name, On: on(b.Reached[name])})
	}
	if c.scorer == nil {
		return
	}
	k := c.scorer.ClusterIndex(b.ClusterID)
	if k < 0 || !c.scorer.HasPath(k) {
		return
	}
	for j, name := range c.scorer.Milestones() {
		due := c.scorer.Path().Due(k, j)
		if _, reached := b.Reached[name]; !reached && c.scorer.Path().Weight(k, j) > 0 && due > start && due <= b.Tenure {
			c.add(b, Change{Kind: ChangeMissed, Milestone: name, On: on(due)})
		}
	}
}

// add counts a change.
func (c *changeList) add(b *history.Between, one Change) {
	one.AccountID, one.Name, one.Owner, one.ClusterID, one.ClusterName = b.ID, b.Name, b.Owner, b.ClusterID, b.ClusterName
	one.ARR, one.Before, one.After = optional(b.ARR), b.Before, b.After
	list := c.Changes.Changes
	again := len(list) > 0 && list[len(list)-1].AccountID == b.ID && list[len(list)-1].Kind == one.Kind
	c.Changes.Changes = append(list, one)
	for _, group := range []*ChangeGroup{&c.Total, groupOf(c.owners, b.Owner, ""), groupOf(c.clusters, b.ClusterID, b.ClusterName)} {
		group.Counts[one.Kind]++
		if !again && one.ARR != nil {
			group.ARR[one.Kind] += *one.ARR
		}
	}
}

func groupOf(groups map[string]*ChangeGroup, id, name string) *ChangeGroup {
	if groups[id] == nil {
		one := newGroup(id, name)
		groups[id] = &one
	}
	return groups[id]
}

// finish sorts what was gathered.
func (c *changeList) finish() *Changes {
	place := map[string]int{}
	for i, kind := range ChangeKinds() {
		place[kind] = i
	}
	arr := func(one *Change) float64 {
		if one.ARR == nil {
			return -1
		}
		return *one.ARR
	}
	slices.SortStableFunc(c.Changes.Changes, func(x, y Change) int {
		return cmp.Or(cmp.Compare(place[x.Kind], place[y.Kind]), cmp.Compare(arr(&y), arr(&x)), cmp.Compare(x.AccountID, y.AccountID))
	})
	c.Owners, c.Clusters = sortedGroups(c.owners), sortedGroups(c.clusters)
	return &c.Changes
}

// sortedGroups are groups in order of their ids, the one without an id last.
func sortedGroups(groups map[string]*ChangeGroup) []ChangeGroup {
	list := make([]ChangeGroup, 0, len(groups))
	for _, group := range groups {
		list = append(list, *group)
	}
	slices.SortFunc(list, func(x, y ChangeGroup) int {
		if (x.ID == "") != (y.ID == "") {
			return cmp.Compare(y.ID, x.ID)
		}
		return cmp.Compare(x.ID, y.ID)
	})
	return list
}
