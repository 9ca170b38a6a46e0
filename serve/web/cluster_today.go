package web

import (
	"context"
	"html/template"
	"slices"

	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/web/chart"
)

// clusterToday is the accounts that are in a cluster by their newest answers.
type clusterToday struct {
	Accounts   string
	Href       string // the list of them
	Money      bool   // some ARR is known
	ARR        string
	AtRisk     string
	ShareRisky string // of the ARR
	Bands      []bandCount
	BandBar    template.HTML
}

// clusterToday sums up who is in a cluster now; nil without a history, and where
// it holds nobody.
func (w Words) clusterToday(ctx context.Context, store *history.Store, id string) (*clusterToday, error) {
	if store == nil {
		return nil, nil
	}
	sum, err := store.Summary(ctx, history.Query{Clusters: []string{id}})
	if err != nil || sum.Accounts == 0 {
		return nil, err
	}
	q := portfolioQuery{sort: history.SortRenewal, several: map[string][]string{"cluster": {id}}}
	today := &clusterToday{Accounts: w.Whole(sum.Accounts), Href: q.turn("") + "#list", Money: sum.NoARR < sum.Accounts,
		ARR: w.ShortMoney(sum.ARR), AtRisk: w.ShortMoney(sum.ARRAtRisk)}
	if sum.ARR > 0 {
		today.ShareRisky = w.Percent(sum.ARRAtRisk / sum.ARR)
	}
	var shares []float64
	for _, band := range bands {
		b := bandCount{Band: band, Href: q.changed("band", band) + "#list"}
		if i := slices.IndexFunc(sum.Bands, func(g history.Group) bool { return g.ID == band }); i >= 0 {
			b.Count = sum.Bands[i].Accounts
		}
		today.Bands, shares = append(today.Bands, b), append(shares, float64(b.Count))
	}
	today.BandBar = chart.Stacked(bands, shares)
	return today, nil
}
